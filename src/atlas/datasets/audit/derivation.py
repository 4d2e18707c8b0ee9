"""Derivation: expected argument values that follow from nothing the agent can see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.core.json import JsonValue
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.identifiers import UUID
from atlas.datasets.audit.placeholders import markers
from atlas.datasets.audit.reckoning import reckoned
from atlas.datasets.audit.subject import Subject, SubjectTurn
from atlas.datasets.derivable import Sight


def _ids(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn, key, value in _unseen(subjects):
        if isinstance(value, str) and UUID.fullmatch(value):
            yield Spot(row.line, turn.number, f"{key} is expected to be {value}, which nothing singles out")


def _values(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn, key, value in _unseen(subjects):
        if not (isinstance(value, str) and (UUID.fullmatch(value) or markers(value))):
            yield Spot(
                row.line, turn.number, f"{key} is expected to be {value!r}, which was not said and is not stored"
            )


def _unseen(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, SubjectTurn, str, JsonValue]]:
    for row in subjects:
        for turn, records in reckoned(row):
            sight = Sight(row.said_until(turn.number), records, row.today)
            for call in turn.calls:
                for key, value in sight.unseen(call.arguments):
                    yield row, turn, f"{call.tool}.{key}", value


IDS = Check("expected id that is nowhere to be seen", "defect", _ids)
VALUES = Check("expected value from nowhere", "defect", _values)
