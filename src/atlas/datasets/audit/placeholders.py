"""Placeholders: template markers that were never filled in, where a person or a grader would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas.core.references import REFERENCE
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, SubjectTurn, leaves, turns_of

_MARKER = re.compile(
    r"\{\{[^{}]*\}\}|\{[^{}]*\}|<[A-Za-z][\w .-]*>|\[[A-Za-z][\w .-]*\]|\$\{?[A-Za-z_]\w+\}?"
    r"|\b(?:TODO|FIXME|XXX+|lorem ipsum|undefined)\b"
)
_UNDECIDED = re.compile(r"\b(?:TBD|TBA|NaN)\b")
_ARTEFACT = re.compile(r"\b(?:null|undefined|NaN|Unassigned Owner)\b")


def markers(text: str) -> list[str]:
    """Every marker in a text: {x}, {{x}}, <x>, [x], $x, TODO and the like."""
    return _MARKER.findall(text)


def _open(text: str, turn: SubjectTurn) -> list[str]:
    """Markers, "TBD" among them unless the turn must fail: a user may well ask for an amount that is no number."""
    return markers(text) + (_UNDECIDED.findall(text) if turn.succeeds else [])


def _said(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for marker in _open(turn.said, turn):
            yield Spot(row.line, turn.number, f"the user says {marker}, a placeholder nobody filled in")


def _expected(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for call in turn.calls:
            for key, value in leaves(call.arguments):
                for marker in _open(value, turn) if isinstance(value, str) else ():
                    if not REFERENCE.fullmatch(marker):
                        yield Spot(row.line, turn.number, f"{call.tool} is expected with {key} = {marker}")


def _replied(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for marker in (*markers(turn.reply), *_ARTEFACT.findall(turn.reply)):
            yield Spot(row.line, turn.number, f"the expected reply says {marker!r}, which nobody would")


IN_UTTERANCE = Check("placeholder in an utterance", "defect", _said)
IN_ARGUMENTS = Check("placeholder in expected arguments", "defect", _expected)
IN_REPLY = Check("placeholder or artefact in an expected reply", "defect", _replied)
