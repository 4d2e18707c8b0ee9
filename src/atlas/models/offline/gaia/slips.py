"""Slips: a right plan made wrong by the habits that strike, and a right answer by those of saying it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from atlas.models.offline.gaia.habits import FileHabits
from atlas.models.offline.gaia.plan import FilePlan
from atlas.models.offline.gaia.question import Clause, Reading, Task, Test
from atlas.models.offline.gaia.tables import Table

_OTHER_SIDE: dict[Test, Test] = {"above": "at least", "at least": "above"}


@dataclass(frozen=True, slots=True)
class Mood:
    """The habits of a student faced with one question."""

    habits: FileHabits
    task: Task
    advice: tuple[str, ...]

    def slips(self, name: str) -> bool:
        return self.habits.strikes(name, self.task.question, self.advice)


def chosen_tables(named: Sequence[Table], all_tables: Sequence[Table], mood: Mood) -> list[Table]:
    """The tables to use: those named, or with a slip the first sheet in the place of a single one."""
    if len(named) == 1 and len(all_tables) > 1 and mood.slips("wrong_sheet"):
        return [all_tables[0]]
    return list(named)


def with_slips(plan: FilePlan, mood: Mood) -> FilePlan:
    """The plan as this student makes it."""
    reading = plan.reading
    for name, slip in _SLIPS:
        if mood.slips(name):
            reading = slip(reading, plan.tables[0])
    divisor = 1 if mood.slips("unit_kept") else plan.divisor
    backwards = reading.act in ("list", "first") and mood.slips("unsorted")
    return replace(plan, reading=reading, divisor=divisor, backwards=backwards)


def said(answer: str, mood: Mood) -> str:
    """The answer as this student gives it."""
    if mood.slips("wordy"):
        return f"The answer is {answer}"
    return answer


def _boundary(reading: Reading, main: Table) -> Reading:
    return replace(reading, clauses=tuple(map(_moved, reading.clauses)))


def _moved(clause: Clause) -> Clause:
    if clause.test in _OTHER_SIDE:
        return replace(clause, test=_OTHER_SIDE[clause.test])
    if clause.test == "between":
        # The last day is left out: no day is between it and the day before.
        return replace(clause, until=f"{clause.until[:-2]}{max(1, int(clause.until[-2:]) - 1):02}")
    return clause


def _wrong_column(reading: Reading, main: Table) -> Reading:
    measured = reading.columns[-1:]
    if not measured or measured[0] not in main.names or reading.act in ("list", "days"):
        return reading
    # Its neighbour to the left; for the first column to the right.
    place = main.names.index(measured[0])
    other = main.names[place - 1 if place else 1]
    return replace(reading, columns=(*reading.columns[:-1], other))


def _condition_dropped(reading: Reading, main: Table) -> Reading:
    return replace(reading, clauses=reading.clauses[:-1]) if len(reading.clauses) > 1 else reading


def _unrounded(reading: Reading, main: Table) -> Reading:
    return replace(reading, decimals=max(0, reading.decimals - 1)) if reading.decimals else reading


_SLIPS: tuple[tuple[str, Callable[[Reading, Table], Reading]], ...] = (
    ("boundary", _boundary),
    ("wrong_column", _wrong_column),
    ("condition_dropped", _condition_dropped),
    ("unrounded", _unrounded),
)
