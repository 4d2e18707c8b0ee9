"""The line-up: the same after a restart, and nothing in it is lost or split."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.core.group_queue import GroupEntry, GroupId, Producer
from atlas.rollouts.api.group import CheckedGroup
from atlas.rollouts.api.lineup import Lineup

PRODUCERS = [Producer(0, "a", "a_0", 1.0, 4, 100), Producer(1, "b", "b_0", 1.0, 3, 100)]
groups = st.lists(st.tuples(st.sampled_from([None, 0, 1, 7]), st.integers(1, 7)), max_size=25)


def checked(env_id: int | None, sequences: int) -> CheckedGroup:
    return CheckedGroup(env_id, sequences, b"x" * sequences, b"")


def fill(lineup: Lineup, sent: list[tuple[int | None, int]], at_once: int) -> dict[GroupId, GroupEntry]:
    """Admit groups in lists of some length: what a store would hold then."""
    stored: dict[GroupId, GroupEntry] = {}
    for start in range(0, len(sent), at_once):
        part = [checked(*each) for each in sent[start : start + at_once]]
        admission = lineup.admit(part, GroupId(start + 1), PRODUCERS, 12)
        stored |= admission.entries
        for group_id, unit in admission.promoted.items():
            old = stored[group_id]
            stored[group_id] = GroupEntry(old.group_id, old.env_id, old.sequences, old.size_bytes, old.digest, unit)
        lineup.take(admission)
    return stored


def shape(lineup: Lineup) -> tuple[object, ...]:
    buffers = {env_id: buffer for env_id, buffer in lineup.buffers.items() if buffer}
    return [unit.groups for unit in lineup.units], buffers, lineup.queued, lineup.unit_sizes, lineup.size_bytes


@given(groups, st.integers(1, 5))
def test_what_is_stored_gives_the_same_line_up(sent: list[tuple[int | None, int]], at_once: int) -> None:
    lineup = Lineup()
    stored = fill(lineup, sent, at_once)
    assert shape(Lineup(stored[key] for key in sorted(stored))) == shape(lineup)
    assert lineup.group_count == len(sent)


@given(groups, st.integers(1, 14))
def test_batches_take_every_group_at_most_once(sent: list[tuple[int | None, int]], batch_size: int) -> None:
    lineup = Lineup()
    fill(lineup, sent, 1)
    units = {unit.groups for unit in lineup.units}
    taken: list[GroupEntry] = []
    while positions := lineup.pick(batch_size, {}):
        batch = lineup.groups_at(positions)
        assert sum(group.sequences for group in batch) == batch_size
        assert {lineup.units[position].groups for position in positions} <= units, "no unit is split"
        taken += batch
        lineup.remove(positions)
    left = [group for unit in lineup.units for group in unit.groups]
    waiting = [group for buffer in lineup.buffers.values() for group in buffer]
    ids = [group.group_id for group in (*taken, *left, *waiting)]
    assert sorted(ids) == list(range(1, len(sent) + 1))
    assert lineup.group_count == len(left) + len(waiting)
    assert sum(lineup.queued.values()) == len(left)


@given(groups)
def test_a_unit_of_an_environment_is_a_multiple_of_what_it_registered(sent: list[tuple[int | None, int]]) -> None:
    lineup = Lineup()
    fill(lineup, sent, 3)
    for unit in lineup.units:
        assert len({group.env_id for group in unit.groups}) == 1
        if unit.env_id in (0, 1):
            assert unit.sequences % PRODUCERS[unit.env_id].group_size == 0
        else:
            assert len(unit.groups) == 1
