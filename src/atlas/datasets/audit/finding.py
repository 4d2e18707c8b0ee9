"""A finding: one thing wrong, or worth knowing, at a place of a dataset file; and a measure of the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.tools import ToolSpec
from atlas.datasets.audit.subject import Subject
from atlas.datasets.loader import Instructions

Severity: TypeAlias = Literal["defect", "note"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and what is there. `turn` counts from 1 and is None when the whole row is meant."""

    line: int
    turn: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A spot with the check that found it. Defects fail the audit, notes do not."""

    check: str
    severity: Severity
    line: int
    turn: int | None
    sentence: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.turn is None else f"line {self.line}, turn {self.turn}"
        return f"{where}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the audit's table. `passed` is None where nothing is required of this file."""

    name: str
    required: str
    measured: str
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the environment says of itself: its tools by name, and the standing orders every agent gets."""

    specs: Mapping[str, ToolSpec]
    instructions: Instructions


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must not be in a file, and how it is found."""

    name: str
    severity: Severity
    look: Callable[[Sequence[Subject], Surroundings], Iterator[Spot]]

    def findings(self, subjects: Sequence[Subject], surroundings: Surroundings) -> list[Finding]:
        """Every spot as a finding, in the order of the file."""
        spots = sorted(self.look(subjects, surroundings), key=lambda spot: (spot.line, spot.turn or 0))
        return [Finding(self.name, self.severity, spot.line, spot.turn, spot.sentence) for spot in spots]
