"""Identifiers: ids and generation times where people speak; nobody says them, and no agent can guess them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, turns_of

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_HEX = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{16,}\b|\bnew:\d+\b", re.IGNORECASE)
_STAMP = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d\S*")


def ids(text: str) -> list[str]:
    """Every id in a text."""
    return UUID.findall(text) + _HEX.findall(text)


def _said(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for found in ids(turn.said):
            yield Spot(row.line, turn.number, f"the user says the id {found}")


def _replied(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for found in sorted({*ids(turn.reply), *_STAMP.findall(turn.reply)}):
            yield Spot(row.line, turn.number, f"the expected reply holds {found}")


IN_UTTERANCE = Check("id in an utterance", "defect", _said)
IN_REPLY = Check("id or timestamp in an expected reply", "defect", _replied)
