"""A breakdown: outcomes counted group by group, each rate with its number and interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from atlas.core.tasks import TaskId
from atlas.reports.metrics import Rate

FEW = 10
"""A group over fewer tasks than this is marked: its rate says little, whatever it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that was right or wrong, the group it counts in and the task it belongs to."""

    group: str
    passed: bool
    task: TaskId


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of one group; `tasks` counts the tasks behind them, which is what the evidence rests on."""

    name: str
    rate: Rate
    tasks: int

    @property
    def few(self) -> bool:
        return self.tasks < FEW


def breakdown(
    outcomes: Iterable[Outcome], *, order: Sequence[str] = (), total: str | None = None
) -> tuple[Group, ...]:
    """The groups that occur: first those of `order`, then the others by name.

    With a `total`, the group of that name, over all outcomes, stands before them where there are any.
    """
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.group, []).append(outcome)
    if total is not None and found:
        return (_group(total, [o for members in found.values() for o in members]), *_sorted(found, order))
    return _sorted(found, order)


def _sorted(found: Mapping[str, Sequence[Outcome]], order: Sequence[str]) -> tuple[Group, ...]:
    place = {name: number for number, name in enumerate(order)}
    names = sorted(found, key=lambda name: (place.get(name, len(place)), name))
    return tuple(_group(name, found[name]) for name in names)


def _group(name: str, outcomes: Sequence[Outcome]) -> Group:
    tasks = [outcome.task for outcome in outcomes]
    return Group(name, Rate.of([outcome.passed for outcome in outcomes], tasks), len(set(tasks)))
