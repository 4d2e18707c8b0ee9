"""Changing: fields of a record set anew, and records cancelled, deleted or copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act, Ref, Slot
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.outcome import reported
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import owner_of
from atlas.models.offline.plans.values import argument
from atlas.models.offline.replies import refusal

_UNKNOWN_FIELD = re.compile(
    r"(?:['’]s?|\b(?:the|its|their|his|her|a|new|set|change|update|put|make|add|record|store|enter|fill|"
    r"save))\s+(?P<f>(?!the\b|its\b|new\b|deal\b|opportunity\b|client\b|quote\b|contact\b)[a-z][a-z-]*(?: "
    r"[a-z-]+)?)(?: field)?\s+"
    r"(?:(?:of|for|on|in)\b[^.]*?\s?)?(?:\b(?:to|as|is|be|at|with|should (?:say|be|read))|"
    r"[:=])\s+(?P<v><[a-z]\d+>|[\w-]+)"
    r"|\b(?:record|enter|set|put|note|add|save|store|fill in) the (?P<f2>[a-z]+) (?P<v2>[a-z]+|[A-Z]{2,}|"
    r"<[a-z]\d+>) (?:on|for|in|of)\b"
    r"|\b(?:put|enter|write|record|store|add) (?P<v4>[\w-]+|<[a-z]\d+>) (?:into|in|as|for) the "
    r"(?P<f4>[a-z]+(?: [a-z]+)?)(?: field\b| of\b| on\b| for\b|\W*$)"
    r"|\bwith (?P<f3>[a-z]+(?: [a-z]+(?= ))?) (?P<v3>[\w-]+(?: [\w-]+)?|<[a-z]\d+>)\W*$",
    re.IGNORECASE,
)


def modify(desk: Desk, ask: Ask) -> Plan[Saying]:
    """Changed fields of one record, or of every record of a group."""
    found = yield from _target(desk, ask)
    if isinstance(found, Saying):
        return found
    told: list[Saying] = []
    for row in found:
        told.append((yield from _modified(desk, ask, row)))
        if len(found) > 1 and desk.slips("stops_early"):
            break
    return replace(told[-1], text=" ".join(saying.text for saying in told))


def _modified(desk: Desk, ask: Ask, row: Row) -> Plan[Saying]:
    slots = ask.slots(row.kind)
    values = _renamed(row, slots)
    info = INFO[row.kind]
    if not info.modify or desk.catalog.tool(info.modify) is None:
        return Saying(
            f"I cannot change a {row.kind.value}: no tool for that is offered. I changed nothing.", row, ask, True
        )
    if not slots and not (values := _unknown_field(ask)):
        return Saying("I did not understand what to change, so I changed nothing.", row, ask, True)
    if any(slot.shift is not None or slot.same_as is not None for slot in slots):
        row = yield from desk.refreshed(row)
    for slot in slots:
        if slot.field not in values:
            base = yield from _base(desk, row, slot)
            values[slot.field] = argument(desk, row.kind, slot, base)
    done = yield from desk.call(info.modify, {info.key: row.ident, **values})
    return (
        yield from reported(desk, ask, done, info.modify, {info.key: row.ident, **values}, row, slots, row.kind)
    )


def _renamed(row: Row, slots: Sequence[Slot]) -> JsonObject:
    name = next((slot for slot in slots if slot.field == "name"), None)
    if row.kind is not Kind.CONTACT or name is None:
        return {}
    first, _, last = name.said.partition(" ")
    return {"first_name": first, "last_name": last, "name": None} if last else {}


def _unknown_field(ask: Ask) -> JsonObject:
    """A field outside the grammar, passed on so that the tool can refuse it by name."""
    found = _UNKNOWN_FIELD.search(ask.text)
    if found is None:
        return {}
    name = found["f"] or found["f2"] or found["f3"] or found["f4"]
    return {
        name.strip().lower().replace(" ", "_"): ask.marked.unmark(
            found["v"] or found["v2"] or found["v3"] or found["v4"]
        )
    }


def _base(desk: Desk, row: Row, slot: Slot) -> Plan[Row]:
    """Where the value starts: the record itself, the one it is borrowed from, or the deal of a quote."""
    if slot.same_as is None:
        return row
    if slot.same_as.kinds:
        held = slot.same_as if slot.same_as.name else replace(slot.same_as, of=Ref((row.kind,), ident=row.ident))
        source = (yield from resolve(desk, held, slot.same_as.kinds)).row
        return row if source is None else (yield from desk.refreshed(source))
    if row.kind is Kind.QUOTE:
        deal = yield from owner_of(desk, row, Kind.OPPORTUNITY)
        return (yield from desk.refreshed(deal)) if deal is not None else row
    return row


def end(desk: Desk, ask: Ask) -> Plan[Saying]:
    """Cancelled, deleted or copied."""
    kinds = (Kind.QUOTE, Kind.OPPORTUNITY) if ask.act is Act.CANCEL else (Kind.OPPORTUNITY, Kind.QUOTE)
    settled = replace(ask, kinds=ask.target.kinds if ask.target and ask.target.kinds else kinds)
    found = yield from _target(desk, settled)
    if isinstance(found, Saying):
        return found
    row = found[0]
    info = INFO[row.kind]
    tool = {
        Act.CANCEL: f"cancel_{row.kind.value}",
        Act.DELETE: info.delete,
        Act.CLONE: "clone_opportunity" if row.kind is Kind.OPPORTUNITY else "",
    }[ask.act]
    if desk.catalog.tool(tool) is None:
        return Saying(
            f"I cannot {ask.act.value} {row.name}: no tool for that is offered. I changed nothing.", row, ask, True
        )
    done = yield from desk.call(tool, {info.key: row.ident})
    return (yield from reported(desk, ask, done, tool, {info.key: row.ident}, row, (), row.kind))


def _target(desk: Desk, ask: Ask) -> Plan[tuple[Row, ...] | Saying]:
    """The record to work on, or the records when "all" of a group were named."""
    found = yield from resolve(desk, ask.target or Ref(back="it"), ask.kinds)
    if ask.act is Act.MODIFY and len(found.rows) > 1 and ask.target and ask.target.plural and ask.target.of:
        return found.rows
    if found.row is None:
        if len(found.rows) > 1:
            return Saying(
                refusal(
                    "", f"there are {len(found.rows)} records that fit, and the request does not say which one"
                ),
                failed=True,
            )
        if desk.slips("false_success"):
            return Saying("Done, it has been updated.", failed=True)
        return Saying(refusal("", found.problem), failed=True)
    desk.scene.touch(found.row)
    return found.rows
