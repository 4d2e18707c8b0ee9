"""Which row stands for which placeholder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.core.json import JsonObject
from atlas.core.state import Change, StateDiff
from atlas.verify.bijection import pair
from atlas.verify.comparison import compare
from atlas.verify.inserts import inserts
from tests.verify.diffs import PARENT, diffs, fits_by_force, renamed, target_of


def paired(expected: StateDiff, actual: StateDiff) -> dict[str, str]:
    return pair(inserts(expected), inserts(actual))


def rows(table: str, **by_key: JsonObject) -> StateDiff:
    return StateDiff(inserted={table: {key.replace("new", "new:"): row for key, row in by_key.items()}})


def test_identical_parents_are_told_apart_by_their_children() -> None:
    expected = StateDiff(
        inserted={
            "clients": {"new:1": {"name": "Acme"}, "new:2": {"name": "Acme"}},
            "opportunities": {
                "new:3": {"client_id": "new:1", "amount": 10.0},
                "new:4": {"client_id": "new:2", "amount": 10.0},
                "new:5": {"client_id": "new:2", "amount": 20.0},
            },
        }
    )
    # The alphabetical order of the ids suggests the wrong pairing at every step.
    actual = StateDiff(
        inserted={
            "clients": {"a": {"name": "Acme"}, "b": {"name": "Acme"}},
            "opportunities": {
                "x": {"client_id": "a", "amount": 20.0},
                "y": {"client_id": "a", "amount": 10.0},
                "z": {"client_id": "b", "amount": 10.0},
            },
        }
    )
    assert paired(expected, actual) == {"new:1": "b", "new:2": "a", "new:3": "z", "new:4": "y", "new:5": "x"}


def test_identical_children_stay_with_their_identical_parents() -> None:
    """Nothing tells the two families apart, so any pairing of parents will do; then the children follow."""
    expected = StateDiff(
        inserted={
            "clients": {"new:1": {"name": "Acme"}, "new:2": {"name": "Acme"}},
            "opportunities": {"new:3": {"client_id": "new:1"}, "new:4": {"client_id": "new:2"}},
        }
    )
    actual = StateDiff(
        inserted={
            "clients": {"a": {"name": "Acme"}, "b": {"name": "Acme"}},
            "opportunities": {"x": {"client_id": "b"}, "y": {"client_id": "a"}},
        }
    )
    assert paired(expected, actual) == {"new:1": "a", "new:2": "b", "new:3": "y", "new:4": "x"}


def test_neither_the_order_of_columns_nor_of_children_matters() -> None:
    expected = StateDiff(
        inserted={
            "clients": {"new:1": {"name": "A"}, "new:2": {"name": "A"}},
            "contracts": {
                "new:3": {"client_id": "new:1", "opportunity_id": "new:2", "value": 1.0},
                "new:4": {"client_id": "new:1", "opportunity_id": "new:2", "value": 2.0},
                "new:5": {"client_id": "new:2", "opportunity_id": "new:1", "value": 3.0},
            },
        }
    )
    actual = StateDiff(
        inserted={
            "clients": {"a": {"name": "A"}, "b": {"name": "A"}},
            "contracts": {
                "x": {"opportunity_id": "b", "client_id": "a", "value": 3.0},
                "y": {"opportunity_id": "a", "client_id": "b", "value": 2.0},
                "z": {"opportunity_id": "a", "client_id": "b", "value": 1.0},
            },
        }
    )
    assert compare(expected, actual).unmet == ()
    assert paired(expected, actual) == {"new:1": "b", "new:2": "a", "new:3": "z", "new:4": "y", "new:5": "x"}


def test_identical_rows_are_told_apart_by_the_changed_row_that_holds_their_id() -> None:
    def state(first: str, second: str, held: str) -> StateDiff:
        return StateDiff(
            inserted={"clients": {first: {"name": "Acme"}, second: {"name": "Acme"}}},
            updated={"contacts": {"p1": {"client_id": Change("c0", held)}}},
        )

    assert paired(state("new:1", "new:2", "new:2"), state("a", "b", "a")) == {"new:1": "b", "new:2": "a"}


def test_a_later_row_may_be_referred_to_by_an_earlier_one() -> None:
    expected = StateDiff(
        inserted={"contacts": {"new:1": {"client_id": "new:2"}}, "clients": {"new:2": {"name": "A"}}}
    )
    actual = StateDiff(inserted={"contacts": {"p": {"client_id": "c"}}, "clients": {"c": {"name": "A"}}})
    assert paired(expected, actual) == {"new:1": "p", "new:2": "c"}


def ring(keys: list[str]) -> dict[str, JsonObject]:
    return {key: {"next": keys[(number + 1) % len(keys)]} for number, key in enumerate(keys)}


def test_a_wrong_choice_is_taken_back() -> None:
    """In creation order the opposite of the first row comes second, where its neighbour looks as good."""
    expected = ring(["new:1", "new:3", "new:5", "new:2", "new:4", "new:6"])
    found = paired(StateDiff(inserted={"links": expected}), StateDiff(inserted={"links": ring(list("abcdef"))}))
    assert found == dict(zip(expected, "abcdef", strict=True))


def test_colours_alone_do_not_decide() -> None:
    """Two rings of three against one of six: colours agree everywhere, and still nothing fits."""
    two = {**ring(["new:1", "new:2", "new:3"]), **ring(["new:4", "new:5", "new:6"])}
    one = ring(list("abcdef"))
    assert len(compare(StateDiff(inserted={"links": two}), StateDiff(inserted={"links": one})).unmet) > 0
    same = {**ring(["a", "c", "e"]), **ring(["f", "d", "b"])}
    assert compare(StateDiff(inserted={"links": two}), StateDiff(inserted={"links": same})).unmet == ()


def test_without_a_fit_rows_are_paired_by_likeness() -> None:
    expected = rows("quotes", new1={"amount": 10.0, "status": "Draft"}, new2={"amount": 20.0, "status": "Sent"})
    actual = rows("quotes", a={"amount": 20.0, "status": "Sent"}, b={"amount": 11.0, "status": "Draft"})
    assert paired(expected, actual) == {"new:1": "b", "new:2": "a"}


def test_without_a_fit_equal_parents_are_still_told_apart_by_their_children() -> None:
    def state(one: str, two: str, child: str, parent: str, note: str, content: str) -> StateDiff:
        return StateDiff(
            inserted={
                "clients": {one: {"name": "A"}, two: {"name": "A"}},
                "opportunities": {child: {"client_id": parent}},
                "notes": {note: {"content": content}},
            }
        )

    expected = state("new:1", "new:2", "new:3", "new:2", "new:4", "right")
    found = paired(expected, state("b", "a", "o", "a", "n", "wrong"))
    assert found == {"new:1": "b", "new:2": "a", "new:3": "o", "new:4": "n"}


def test_without_a_fit_equal_children_follow_their_parents() -> None:
    def state(one: str, two: str, first: str, second: str, name: str) -> StateDiff:
        return StateDiff(
            inserted={
                "clients": {one: {"name": "A"}, two: {"name": name}},
                "notes": {first: {"entity_id": one}, second: {"entity_id": two}},
            }
        )

    found = paired(state("new:1", "new:2", "new:3", "new:4", "B"), state("x", "y", "z", "w", "C"))
    assert found == {"new:1": "x", "new:2": "y", "new:3": "z", "new:4": "w"}


def test_without_a_fit_children_follow_their_parents() -> None:
    def state(one: str, two: str, child: str, parent: str, name: str) -> StateDiff:
        clients: dict[str, JsonObject] = {one: {"name": "A"}, two: {"name": name}}
        return StateDiff(inserted={"clients": clients, "notes": {child: {"entity_id": parent, "content": "x"}}})

    expected = state("new:1", "new:2", "new:3", "new:2", "B")
    assert paired(expected, state("b", "a", "n", "a", "C")) == {"new:1": "b", "new:2": "a", "new:3": "n"}


def test_missing_and_surplus_rows_stay_unpaired() -> None:
    two = rows("quotes", new1={"amount": 10.0}, new2={"amount": 10.0})
    assert paired(two, rows("quotes", a={"amount": 10.0})) == {"new:1": "a"}
    assert paired(rows("quotes", new1={"amount": 10.0}), rows("contracts", a={"amount": 10.0})) == {}


def test_many_identical_rows_are_paired_at_once() -> None:
    """Without colours this would try up to 40! orders."""
    clients: dict[str, JsonObject] = {f"new:{n}": {"name": "Acme"} for n in range(1, 41)}
    deals: dict[str, JsonObject] = {
        f"new:{40 + n}": {"client_id": f"new:{n}", "amount": float(n)} for n in range(1, 41)
    }
    expected = StateDiff(inserted={"clients": clients, "opportunities": deals})
    actual = renamed(expected, {f"new:{n}": f"row-{99 - n}" for n in range(1, 81)})
    assert compare(expected, actual).unmet == ()


@given(diffs(), st.data())
def test_agrees_with_trying_every_renaming(diff: StateDiff, data: st.DataObject) -> None:
    """Redirect a reference at random: what still fits under some renaming passes, all else does not."""
    expected = target_of(diff)
    children = [(t, key) for t, table in sorted(diff.inserted.items()) for key in sorted(table) if PARENT[t]]
    if children:
        table, key = data.draw(st.sampled_from(children))
        others = sorted({k for rows in diff.inserted.values() for k in rows} - {key})
        diff.inserted[table][key][PARENT[table] or ""] = data.draw(st.sampled_from(["standing-1", *others]))
    found = compare(expected, diff)
    assert (not found.unmet and not found.collateral) == fits_by_force(expected, diff)
