"""Pointing: "that deal", "the same client": words that refer back, and whether only one record can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from atlas.core.json import JsonObject
from atlas.core.references import REFERENCE
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, SubjectTurn, leaves

BACK = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|him|his|her|the same|you (?:just|listed)|we just"
    r"|the new|the (?:first|second|third|fourth|fifth|last|other|latter|former))\b",
    re.IGNORECASE,
)
_POINTERS = {
    "client": re.compile(r"\b(?:that|this|the same) (?:client|account|customer)\b", re.IGNORECASE),
    "opportunity": re.compile(r"\b(?:that|this|the same) (?:deal|opportunity)\b", re.IGNORECASE),
    "quote": re.compile(r"\b(?:that|this|the same) (?:quote|proposal)\b", re.IGNORECASE),
}
_OWNERS = {"client": "client_id", "opportunity": "opportunity_id", "quote": "quote_id"}
_MARKS = {"client": "industry", "opportunity": "stage", "quote": "version"}
"""A column that only records of the kind have."""


def refers_back(turn: SubjectTurn) -> bool:
    """Whether a later turn points at earlier ones in words."""
    return turn.number > 1 and BACK.search(turn.said) is not None


def _ambiguous(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        records = row.records
        for earlier, turn in zip(row.turns, row.turns[1:], strict=False):
            for noun, pointer in _POINTERS.items():
                found = pointer.search(turn.said)
                if found is None:
                    continue
                meant, near = _of(noun, turn, records), _of(noun, earlier, records)
                named = any(_called(records[row_id]) in turn.said[: found.start()] for row_id in meant)
                if meant and near and not meant & near and not named:
                    yield Spot(row.line, turn.number, _sentence(found[0], meant, near, records))


def _of(noun: str, turn: SubjectTurn, records: Mapping[str, JsonObject]) -> set[str]:
    """Clients, deals or quotes that the calls of a turn are about, directly or through a record of theirs.

    Empty when one of them was created in play: then the ids do not tell.
    """
    key = _OWNERS[noun]
    values = [str(value) for call in turn.calls for name, value in leaves(call.arguments) if name.endswith("_id")]
    values += [str(v) for call in turn.calls for name, v in leaves(call.arguments) if name == "quote_ids"]
    if any(REFERENCE.search(value) for value in values):
        return set()
    found: set[str] = set()
    for value in values:
        record = records.get(value)
        if record is None:
            continue
        owner = str(record.get(key) or value)
        through = records.get(str(record.get("opportunity_id")), {}) if noun == "client" else {}
        found.add(str(through.get(key) or owner))
    return {row_id for row_id in found if _MARKS[noun] in records.get(row_id, {})}


def _sentence(words: str, meant: set[str], near: set[str], records: Mapping[str, JsonObject]) -> str:
    names, others = (", ".join(sorted(_called(records[i]) for i in ids)) for ids in (meant, near))
    return f'"{words}" is to mean {names}, but the turn before was about {others}'


def _called(record: JsonObject) -> str:
    return str(record.get("name") or record.get("version"))


AMBIGUOUS = Check("reference that may mean another record", "defect", _ambiguous)
