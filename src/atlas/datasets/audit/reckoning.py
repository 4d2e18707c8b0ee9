"""A reckoning: the records of a world as they are before each turn, by what the reference calls say they do."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.core.json import JsonObject
from atlas.core.references import REFERENCE
from atlas.core.tasks import ExpectedCall
from atlas.datasets.audit.subject import Subject, SubjectTurn, leaves
from atlas.datasets.conversation import TABLES

KEYS = {key: entity for entity, (_, key) in TABLES.items()}
"""Primary key -> entity."""
MODIFY = "modify_"


def reckoned(row: Subject) -> Iterator[tuple[SubjectTurn, dict[str, JsonObject]]]:
    """Each turn with the records, by id, that it finds. A created one goes by the references of later turns to it.

    Deleted records stay: what was seen of them stays known.
    """
    now = {row_id: dict(record) for row_id, record in row.records.items()}
    for turn in row.turns:
        yield turn, now
        if turn.succeeds:
            for call in turn.calls:
                _apply(row, turn.number, call, now)


def target_id(row: Subject, call: ExpectedCall) -> str:
    """The record that a call names first; of a reference, the only one of its kind where there is only one."""
    for key, value in leaves(call.arguments):
        if key in KEYS:
            rows = row.seed.get(KEYS[key], {})
            return next(iter(rows)) if len(rows) == 1 and REFERENCE.fullmatch(str(value)) else str(value)
    return ""


def changes(call: ExpectedCall) -> JsonObject:
    """Column -> value of what a modify call sets."""
    return {key: value for key, value in leaves(call.arguments) if key not in KEYS}


def _apply(row: Subject, number: int, call: ExpectedCall, now: dict[str, JsonObject]) -> None:
    if call.tool.startswith(MODIFY):
        record = now.setdefault(target_id(row, call), {})
        record.update(changes(call))
    elif call.tool.startswith(("create_", "clone_", "ensure_")):
        source = now.get(target_id(row, call), {}) if call.tool.startswith("clone_") else {}
        for key in KEYS:
            now[f"{{{{turn_{number}.{key}}}}}"] = {**source, **changes(call)}
