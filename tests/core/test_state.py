from hypothesis import given
from hypothesis import strategies as st

from atlas.core.state import Change, StateDiff, diff

rows = st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xy"), st.integers(0, 2)))
snapshots = st.dictionaries(st.sampled_from(["clients", "quotes"]), rows)


def test_insert_update_delete_are_told_apart() -> None:
    before = {"clients": {"1": {"name": "A"}, "2": {"name": "B"}}, "quotes": {}}
    after = {"clients": {"1": {"name": "C"}, "3": {"name": "D"}}, "quotes": {}}
    assert diff(before, after) == StateDiff(
        inserted={"clients": {"3": {"name": "D"}}},
        updated={"clients": {"1": {"name": Change("A", "C")}}},
        deleted={"clients": {"2": {"name": "B"}}},
    )


@given(snapshots)
def test_nothing_differs_from_itself(state: dict[str, dict[str, dict[str, int]]]) -> None:
    assert diff(state, state).empty


@given(snapshots, snapshots)
def test_the_way_back_is_the_mirror_image(
    one: dict[str, dict[str, dict[str, int]]], other: dict[str, dict[str, dict[str, int]]]
) -> None:
    there, back = diff(one, other), diff(other, one)
    assert there.inserted == back.deleted
    assert there.deleted == back.inserted
    assert there.updated.keys() == back.updated.keys()
