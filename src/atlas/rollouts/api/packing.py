"""Packing: which units of the queue make a batch of exactly so many sequences. Pure; positions count from 0.

A unit is never split. A batch is made whenever one can be made, and the oldest groups are in it: of all choices the
one that comes first in order of arrival is taken, so what does not fit is passed over, and nothing waits behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What packing needs to know of a unit: who sent it, and how many sequences it has."""

    env_id: int | None
    size: int


def earliest_subset(sizes: Sequence[int], target: int) -> tuple[int, ...] | None:
    """Positions whose sizes add up to `target`, the earliest possible; None when no choice does.

    Earliest: the first position is in it if any choice with it exists, and so on with the next.
    """
    total = 0
    for position, size in enumerate(sizes):
        total += size
        if total == target:
            return tuple(range(position + 1))
        if total > target:
            break
    else:
        return None
    return _search(sizes, target)


def _search(sizes: Sequence[int], target: int) -> tuple[int, ...] | None:
    suffixes = _reachable_from(sizes, target)
    if not suffixes[0] >> target & 1:
        return None
    chosen, left = [], target
    for position, size in enumerate(sizes):
        if left and size <= left and suffixes[position + 1] >> (left - size) & 1:
            chosen.append(position)
            left -= size
    return tuple(chosen)


def _reachable_from(sizes: Sequence[int], target: int) -> list[int]:
    """For every position, the sums up to `target` that the sizes from there on can give: bit n is for the sum n."""
    kept = (1 << (target + 1)) - 1
    sums = [1]
    for size in reversed(sizes):
        more = (sums[-1] | sums[-1] << size) & kept if size <= target else sums[-1]
        # Equal sums share their memory: soon nothing new can be reached.
        sums.append(sums[-1] if more == sums[-1] else more)
    sums.reverse()
    return sums


def earliest_batch(items: Sequence[Item], target: int, minima: Mapping[int, int]) -> tuple[int, ...] | None:
    """Positions of a batch of `target` sequences in which every environment of `minima` has at least its number.

    First every such environment gets its minimum from its oldest units, then the oldest of all others fill up.
    """
    if not minima:
        return earliest_subset([item.size for item in items], target)
    chosen = _minimum_of_each(items, target, minima)
    if chosen is None:
        return None
    rest = [position for position in range(len(items)) if position not in chosen]
    left = target - sum(items[position].size for position in chosen)
    filling = earliest_subset([items[position].size for position in rest], left) if left > 0 else ()
    if left < 0 or filling is None:
        return _by_totals(items, target, minima)
    return tuple(sorted((*chosen, *(rest[number] for number in filling))))


def _minimum_of_each(items: Sequence[Item], target: int, minima: Mapping[int, int]) -> set[int] | None:
    chosen: set[int] = set()
    for env_id, minimum in minima.items():
        own = [position for position, item in enumerate(items) if item.env_id == env_id]
        sizes = [items[position].size for position in own]
        sums = _reachable_from(sizes, target)[0] >> minimum
        if not sums:
            return None
        total = minimum + (sums & -sums).bit_length() - 1
        chosen |= {own[number] for number in _search(sizes, total) or ()}
    return chosen


def _by_totals(items: Sequence[Item], target: int, minima: Mapping[int, int]) -> tuple[int, ...] | None:
    """As `earliest_batch`, where the quick way finds nothing: every share that each can have is tried."""
    owners = [*minima, None]
    members = {
        owner: [at for at, item in enumerate(items) if (item.env_id if item.env_id in minima else None) == owner]
        for owner in owners
    }
    sizes = {owner: [items[at].size for at in members[owner]] for owner in owners}
    own_sums = {owner: _reachable_from(sizes[owner], target)[0] for owner in owners}
    least: dict[int | None, int] = {None: 0} | dict(minima)
    shares = {owner: _set_bits(own_sums[owner], least[owner]) for owner in owners}
    kept = (1 << (target + 1)) - 1
    sums = [1]
    for owner in reversed(owners):
        reached = 0
        for share in shares[owner]:
            reached |= sums[-1] << share & kept
        sums.append(reached)
    sums.reverse()
    if not sums[0] >> target & 1:
        return None
    chosen: list[int] = []
    left = target
    for owner, later in zip(owners, sums[1:], strict=True):
        share = next(share for share in shares[owner] if share <= left and later >> (left - share) & 1)
        chosen += [members[owner][number] for number in _search(sizes[owner], share) or ()]
        left -= share
    return tuple(sorted(chosen))


def _set_bits(number: int, least: int) -> list[int]:
    return [bit for bit in range(least, number.bit_length()) if number >> bit & 1]


def fill(sizes: Sequence[int], group_size: int, most: int) -> tuple[int, ...] | None:
    """Positions in a buffer of a unit: the earliest that add up to `group_size`, else to its double, and so on.

    A unit has at most `most` sequences, unless `group_size` itself is larger.
    """
    if not sizes:
        return None
    suffixes = _reachable_from(sizes, max(group_size, min(most, sum(sizes))))
    for total in range(group_size, suffixes[0].bit_length(), group_size):
        if suffixes[0] >> total & 1:
            return _search(sizes, total)
    return None


def can_complete(size: int, others: Sequence[int], targets: Sequence[int]) -> bool:
    """Whether `size` and any number of `size` and `others` can add up to one of `targets`."""
    target = max(targets)
    if size > target:
        return False
    sums = 1
    kept = (1 << (target + 1)) - 1
    for step in {size, *others}:
        width = step
        while width <= target:  # doubling: 0 to any number of them
            sums |= sums << width & kept
            width *= 2
    return any(sums >> (each - size) & 1 for each in targets if each >= size)
