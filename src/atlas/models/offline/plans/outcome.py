"""Outcomes: what is said of a write, done or refused, and the habits that twist it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act, Slot
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Done, Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.replies import facts, reason_of, refusal, title


def reported(
    desk: Desk,
    ask: Ask,
    done: Done,
    tool: str,
    values: JsonObject,
    row: Row | None,
    slots: Sequence[Slot],
    kind: Kind,
) -> Plan[Saying]:
    """What to say of a write; a refused one may be worked around or glossed over, by habit."""
    if done.error and desk.slips("worked_around") and (other := _other_values(desk, done.error, values, kind)):
        done = yield from desk.call(tool, other)
    if done.error:
        if desk.slips("false_success"):
            return Saying(
                f"Done: {title(row) if row else 'the ' + kind.value} has been {_DONE[ask.act]}.", row, ask, True
            )
        types = INFO[kind].by_name
        blamed = [slot for slot in slots if slot.field.replace("_", " ") in done.error.lower()] or slots
        given = [(types[slot.field].type, slot.said) for slot in blamed if slot.field in types]
        return Saying(refusal(row.name if row else "", reason_of(done.error, given)), row, ask, True)
    now = desk.scene.rows.get(done.rows[0].ident, done.rows[0]) if done.rows else row
    if now is not None:
        desk.scene.touch(now)
    return Saying(_told(ask, now, row, values, kind), now, ask)


_DONE = {
    Act.CREATE: "created",
    Act.MODIFY: "updated",
    Act.CANCEL: "canceled",
    Act.DELETE: "deleted",
    Act.CLONE: "copied",
}


def _told(ask: Ask, now: Row | None, before: Row | None, values: JsonObject, kind: Kind) -> str:
    if now is None:
        return f"Done: the {kind.value} has been {_DONE[ask.act]}."
    if ask.act is Act.MODIFY:
        columns = [name for name in values if name != INFO[kind].key and name in INFO[kind].by_name]
        return f"Done: {before.name if before else now.name} now has {facts(now, columns)}."
    if ask.act is Act.CREATE:
        columns = [name for name in values if name in INFO[kind].by_name and name != "name"]
        told = facts(now, columns)
        return f"Done: {now.name} has been created{f' with {told}' if told else ''}."
    if ask.act is Act.CLONE:
        return f"Done: the copy is called {now.name}."
    return f"Done: {now.name} has been {_DONE[ask.act]}."


def _other_values(desk: Desk, error: str, values: JsonObject, kind: Kind) -> JsonObject:
    """Values that the tool may accept in place of the refused ones; none when there is no way round."""
    if kind in (Kind.DOCUMENT, Kind.NOTE):
        return _other_paper(error, values)
    changed = dict(values)
    lower = error.lower()
    money = next((name for name in ("amount", "value") if name in changed), "")
    if "today" in lower or "iso" in lower:
        for name in ("close_date", "valid_until", "end_date", "start_date"):
            if name in changed and (name in ("close_date", "valid_until") or name.replace("_", " ") in lower):
                changed[name] = (desk.today + timedelta(days=30)).isoformat()
    elif "between 1 and 99" in lower and "probability" in changed:
        number = changed["probability"]
        changed["probability"] = 1 if isinstance(number, (int, float)) and number < 1 else 99
    elif "exceed" in lower and money:
        changed[money] = 10_000_000.0
    elif "zero" in lower and money:
        amount = changed[money]
        changed[money] = abs(amount) if isinstance(amount, (int, float)) and amount else 1.0
    elif "must be one of" in lower or "whitespace" in lower:
        for name in ("stage", "status"):
            options = desk.enum(kind, name)
            if name in changed and options:
                changed[name] = _nearest(str(changed[name]), options)
    elif "closed" in lower:
        changed = {k: v for k, v in changed.items() if k not in ("stage", "amount", "probability", "close_date")}
        changed["notes"] = "Change requested after closing"
    elif "blank" in lower and "name" in changed:
        changed["name"] = "Unnamed"
    elif "mail" in lower and "email" in changed:
        changed["email"] = (
            re.sub(r"@|^", "1@", str(changed["email"]), count=1)
            if "@" in str(changed["email"])
            else "info@example.com"
        )
    elif "unknown argument" in lower or "no field" in lower:
        changed = {k: v for k, v in changed.items() if f"'{k}'" not in error}
    return changed if changed != values else {}


def _other_paper(error: str, values: JsonObject) -> JsonObject:
    """A file name or a text that the tool may accept in place of the refused one."""
    lower, name = error.lower(), str(values.get("file_name") or "")
    if "may only include" in lower:
        return {**values, "file_name": re.sub(r"[^A-Za-z0-9._-]+", "_", name)}
    if "extension" in lower:
        return {**values, "file_name": f"{name.partition('.')[0]}.pdf"}
    return {**values, "content": "No text yet"} if "blank" in lower else {}


def _nearest(said: str, options: Sequence[str]) -> str:
    wanted = said.strip().lower()
    return next((option for option in options if option.lower() == wanted), options[0])
