"""Habits among files: the mistakes that a simulated student makes there, how often, and which advice lowers that.

As with the habits in a CRM, a mistake is made when a uniform draw of (seed, habit, question) is below its rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from atlas.errors import ConfigError
from atlas.models.offline.draws import uniform


@dataclass(frozen=True, slots=True)
class FileHabit:
    """One mistake. Advice that `addressed_by` matches lowers the rate to rate * (1 - compliance)."""

    name: str
    mistake: str
    rate: float
    addressed_by: str
    compliance: float = 0.85


FILE_HABITS = (
    FileHabit(
        "boundary",
        "takes a limit as exclusive that is inclusive, or the other way round",
        0.25,
        r"\b(?:boundar|inclusive|exclusive|limit|at least|both days|first and last day)\w*",
    ),
    FileHabit(
        "wrong_column",
        "measures a column beside the one that is asked for",
        0.06,
        r"\bcolumns?\b.*\b(?:name|header|right|exact|check)|\bheaders?\b",
    ),
    FileHabit(
        "unit_kept",
        "gives a number in the unit of the file instead of the one asked for",
        0.20,
        r"\b(?:units?|convert|conversion|tonnes|hours|kilomet)\w*",
    ),
    FileHabit(
        "condition_dropped",
        "forgets the last of several conditions",
        0.12,
        r"\b(?:every|each|all|both)\b.*\b(?:conditions?|filters?|criteria)",
    ),
    FileHabit(
        "wrong_sheet",
        "reads the first sheet instead of the one that is named",
        0.12,
        r"\bsheets?\b",
    ),
    FileHabit(
        "unrounded",
        "rounds to fewer decimals than asked for",
        0.08,
        r"\b(?:round|decimal)\w*",
    ),
    FileHabit(
        "unsorted",
        "lists in the wrong order",
        0.15,
        r"\b(?:sort|order|alphabetical|rank)\w*",
    ),
    FileHabit(
        "wordy",
        "puts words around the answer",
        0.08,
        r"\b(?:only|bare|just|nothing but)\b.*\b(?:answer|number|value)|\bfew words\b|\bwithout (?:unit|words)",
    ),
    FileHabit(
        "gives_up",
        "says that it cannot be found out, after a look at the file",
        0.05,
        r"\b(?:give up|giving up|never give|keep going|do not stop|try again)\b",
    ),
    FileHabit(
        "syntax_slip",
        "writes code first that does not parse (only where it writes code)",
        0.15,
        r"\b(?:syntax|bracket|parenthes|colon)\w*",
    ),
)
BY_NAME = {habit.name: habit for habit in FILE_HABITS}


@dataclass(frozen=True, slots=True)
class FileHabits:
    """How prone a student is to each. `rates` overrides; raises `ConfigError` for a habit that does not exist."""

    rates: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        for name, rate in self.rates.items():
            if name not in BY_NAME:
                near = get_close_matches(name, BY_NAME, n=1, cutoff=0.0)[0]
                raise ConfigError(f"file habits: there is no habit '{name}'; did you mean '{near}'?")
            if not 0.0 <= rate <= 1.0:
                raise ConfigError(f"file habits: '{name}' is {rate}; give a number from 0 to 1")

    @classmethod
    def flawless(cls, seed: int = 0) -> FileHabits:
        """No mistakes but those of not seeing pictures."""
        return cls({habit.name: 0.0 for habit in FILE_HABITS}, seed)

    @classmethod
    def only(cls, name: str, rate: float = 1.0, seed: int = 0) -> FileHabits:
        """One habit at `rate`, all others never."""
        return cls({habit.name: rate if habit.name == name else 0.0 for habit in FILE_HABITS}, seed)

    def drawn_by(self, seed: int | None) -> FileHabits:
        """The same habits with the draws of another seed; with those of its own when there is none."""
        return self if seed is None else replace(self, seed=seed)

    def rate(self, name: str, advice: Sequence[str] = ()) -> float:
        """The rate of a habit for a student that reads these lines of advice."""
        habit = BY_NAME[name]
        rate = self.rates.get(name, habit.rate)
        addressed = any(re.search(habit.addressed_by, line, re.IGNORECASE) for line in advice)
        return rate * (1.0 - habit.compliance) if addressed else rate

    def strikes(self, name: str, question: str, advice: Sequence[str] = ()) -> bool:
        """Whether the mistake is made on this question, if there is occasion for it."""
        return uniform(self.seed, "file habit", name, question) < self.rate(name, advice)
