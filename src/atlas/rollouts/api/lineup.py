"""The line-up: what waits in the queue and in the buffers, in memory; bodies stay in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from atlas.core.group_queue import GroupEntry, GroupId, Producer
from atlas.rollouts.api.group import CheckedGroup
from atlas.rollouts.api.packing import Item, earliest_batch, fill


@dataclass(frozen=True, slots=True)
class Unit:
    """Groups of one sender that go into one batch together."""

    groups: tuple[GroupEntry, ...]

    @property
    def env_id(self) -> int | None:
        return self.groups[0].env_id

    @property
    def sequences(self) -> int:
        return sum(group.sequences for group in self.groups)


@dataclass(slots=True)
class Admission:
    """Where new groups go: `entries` are they, `promoted` are older ones that have a unit now, both by id.

    `buffered` says, for each that went by a buffer, how many sequences its buffer held afterwards.
    """

    entries: dict[GroupId, GroupEntry] = field(default_factory=dict)
    promoted: dict[GroupId, GroupId] = field(default_factory=dict)
    buffered: dict[GroupId, int] = field(default_factory=dict)
    buffers: dict[int, list[GroupEntry]] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)

    def place(self, groups: Sequence[GroupEntry], unit: GroupId) -> None:
        """Make one unit of `groups`."""
        placed = tuple(replace(group, unit=unit) for group in groups)
        self.units.append(Unit(placed))
        for group in placed:
            if group.group_id in self.entries:
                self.entries[group.group_id] = group
            else:
                self.promoted[group.group_id] = unit


class Lineup:
    """Units in order of arrival, and the buffers of environments that sent another size than they registered."""

    def __init__(self, groups: Iterable[GroupEntry] = ()) -> None:
        self.units: list[Unit] = []
        self.buffers: dict[int, list[GroupEntry]] = {}
        self.size_bytes = 0
        self.group_count = 0
        # How many groups of which size of whom are in the queue, and how many units of which size; buffers apart.
        self.queued: Counter[tuple[int | None, int]] = Counter()
        self.unit_sizes: Counter[int] = Counter()
        self._pick: tuple[int, ...] | None = None
        self._pick_for: tuple[int, tuple[tuple[int, int], ...]] | None = None
        members: dict[GroupId, list[GroupEntry]] = {}
        for group in groups:
            self._count(group)
            if group.unit is not None:
                members.setdefault(group.unit, []).append(group)
            elif group.env_id is not None:
                self.buffers.setdefault(group.env_id, []).append(group)
        for unit in sorted(members):
            self._append(Unit(tuple(members[unit])))

    def admit(
        self, groups: Sequence[CheckedGroup], first: GroupId, producers: Sequence[Producer], most: int
    ) -> Admission:
        """Where `groups` would go, their ids counting from `first`; nothing changes until `take`.

        A group of another size than its environment registered waits in a buffer until some of them add up to that
        size, or a multiple of it up to `most` sequences; together they are a unit.
        """
        admission = Admission()
        for number, group in enumerate(groups):
            entry = GroupEntry(
                GroupId(first + number), group.env_id, group.sequences, len(group.body), group.digest
            )
            admission.entries[entry.group_id] = entry
            producer = _producer(producers, group.env_id)
            if producer is None or producer.group_size == group.sequences:
                admission.place([entry], entry.group_id)
            else:
                self._admit_odd(admission, entry, producer, most)
        return admission

    def take(self, admission: Admission) -> None:
        """Make an admission true."""
        for entry in admission.entries.values():
            self._count(entry)
        self.buffers |= admission.buffers
        for unit in admission.units:
            self._append(unit)

    def pick(self, batch_size: int, minima: Mapping[int, int]) -> tuple[int, ...] | None:
        """Positions of the units of the next batch; asking again costs nothing until something changes."""
        asked = (batch_size, tuple(minima.items()))
        if asked != self._pick_for:
            items = [Item(unit.env_id, unit.sequences) for unit in self.units]
            self._pick = earliest_batch(items, batch_size, minima)
            self._pick_for = asked
        return self._pick

    @property
    def last(self) -> GroupId | None:
        """The group that was queued last."""
        return self.units[-1].groups[-1].group_id if self.units else None

    def groups_at(self, positions: Sequence[int]) -> tuple[GroupEntry, ...]:
        """The groups of these units, in order."""
        return tuple(group for position in positions for group in self.units[position].groups)

    def remove(self, positions: Sequence[int]) -> None:
        """Take these units out: they are in a batch now."""
        for group in self.groups_at(positions):
            self.group_count -= 1
            self.size_bytes -= group.size_bytes
            self.queued[group.env_id, group.sequences] -= 1
        self.unit_sizes.subtract(self.units[position].sequences for position in positions)
        self.queued, self.unit_sizes = +self.queued, +self.unit_sizes
        gone = set(positions)
        self.units = [unit for position, unit in enumerate(self.units) if position not in gone]
        self._pick_for = None

    def _admit_odd(self, admission: Admission, entry: GroupEntry, producer: Producer, most: int) -> None:
        earlier = admission.buffers.get(producer.env_id, self.buffers.get(producer.env_id, []))
        waiting = [*earlier, entry]
        chosen = fill([group.sequences for group in waiting], producer.group_size, most) or ()
        left = [group for position, group in enumerate(waiting) if position not in chosen]
        if chosen:
            admission.place([waiting[position] for position in chosen], entry.group_id)
        admission.buffers[producer.env_id] = left
        admission.buffered[entry.group_id] = sum(group.sequences for group in left)

    def _count(self, group: GroupEntry) -> None:
        self.group_count += 1
        self.size_bytes += group.size_bytes

    def _append(self, unit: Unit) -> None:
        self.units.append(unit)
        self.unit_sizes[unit.sequences] += 1
        for group in unit.groups:
            self.queued[group.env_id, group.sequences] += 1
        self._pick_for = None


def _producer(producers: Sequence[Producer], env_id: int | None) -> Producer | None:
    known = env_id is not None and 0 <= env_id < len(producers)
    return producers[env_id] if known and env_id is not None else None
