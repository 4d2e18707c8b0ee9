"""Contradictions: parts of a row that cannot all be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas.core.json import JsonObject, JsonValue
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.identifiers import UUID
from atlas.datasets.audit.reckoning import KEYS, MODIFY, changes, reckoned, target_id
from atlas.datasets.audit.subject import Subject, SubjectTurn, leaves, turns_of
from atlas.datasets.generator.facts import stated

ENSURE = "ensure_client"
_NAMED = re.compile(rf"\b(\w+_id)=({UUID.pattern})", re.IGNORECASE)


def _replies(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for fact in turn.facts:
            if not stated(fact, turn.reply):
                yield Spot(row.line, turn.number, f"the expected reply does not state the fact {fact.value!r}")
        # A name that must not be told may be part of one that must: "Acme" of "Acme Europe".
        rest = turn.reply
        for fact in turn.facts:
            rest = rest.replace(fact.value, "")
        for fact in turn.absent:
            if stated(fact, rest):
                yield Spot(row.line, turn.number, f"the expected reply states {fact.value!r}, which it must not")
        if turn.reasons and not any(stated(reason, turn.reply) for reason in turn.reasons):
            yield Spot(row.line, turn.number, "the expected refusal names none of the reasons it is graded by")


def _reply_ids(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for key, found in _NAMED.findall(turn.reply):
            known = row.seed.get(KEYS.get(key, ""), {})
            if found not in known:
                yield Spot(row.line, turn.number, f"the expected reply says {key} {found}, an id no record has")


def _states(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        if row.state is None:
            continue
        writes = [turn for turn in row.turns if turn.succeeds and _writes(turn, surroundings)]
        if not writes and not row.state.empty:
            yield Spot(row.line, None, "no turn writes, but the expected state differs from the first")
        for position, turn in enumerate(writes):
            for key, value in _lost(row, turn, writes[position + 1 :]):
                yield Spot(row.line, turn.number, f"{key} is {value!r}, which the expected state does not hold")


def _idle(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        for turn, now in reckoned(row):
            call = turn.deciding
            if call is None or not turn.succeeds or not call.tool.startswith(MODIFY):
                continue
            record = now.get(target_id(row, call))
            if record and all(_equal(record.get(key), value) for key, value in changes(call).items()):
                yield Spot(row.line, turn.number, f"{call.tool} is expected to change what is so already")


def _lost(row: Subject, turn: SubjectTurn, later: Sequence[SubjectTurn]) -> Iterator[tuple[str, JsonValue]]:
    """Values of a write that are neither in the expected state nor undone by a later write."""
    assert row.state is not None
    assert turn.deciding is not None
    if turn.deciding.tool == ENSURE and _known(row, turn.deciding.arguments):
        return
    after = [call for each in later for call in each.calls]
    if any(call.tool.startswith(("delete_", "cancel_")) for call in after):
        return
    overwritten = {key for call in after for key, _ in leaves(call.arguments)}
    kept = [value for rows in row.state.inserted.values() for _, value in leaves(rows)]
    kept += [c.after for rows in row.state.updated.values() for columns in rows.values() for c in columns.values()]
    started = [value for record in row.records.values() for value in record.values()]
    for key, value in leaves(turn.deciding.arguments):
        if key.endswith("_id") or key in overwritten or value in (None, ""):
            continue
        if not any(_equal(value, other) for other in (*kept, *started)):
            yield f"{turn.deciding.tool}.{key}", value


def _known(row: Subject, arguments: JsonObject) -> bool:
    """Whether a client with the e-mail exists from the start, so that nothing is created."""
    mails = {str(client.get("email")).lower() for client in row.seed.get("Client", {}).values()}
    return str(arguments.get("email")).lower() in mails


def _writes(turn: SubjectTurn, surroundings: Surroundings) -> bool:
    spec = surroundings.specs.get(turn.deciding.tool) if turn.deciding else None
    return spec is not None and spec.writes


def _equal(a: JsonValue, b: JsonValue) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a.strip() == b.strip()
    return bool(a == b)


REPLIES = Check("expected reply against its own facts", "defect", _replies)
REPLY_IDS = Check("expected reply with an id no record has", "defect", _reply_ids)
STATES = Check("expected state against the expected calls", "defect", _states)
IDLE = Check("change that changes nothing", "defect", _idle)
