"""Values: slots as tool arguments, relative ones worked out from the record as it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from atlas.core.json import JsonValue
from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.asks import Shift, Slot
from atlas.models.offline.kinds import INFO, Field, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk

_CENT = Decimal("0.01")


def argument(desk: Desk, kind: Kind, slot: Slot, base: Row | None) -> JsonValue:
    """The value for a tool. `base` is the record that relative values start from.

    What cannot be understood is passed on as it was said, so that the tool can name what is wrong with it.
    """
    field = INFO[kind].by_name.get(slot.field)
    if field is None:
        return slot.said
    if slot.same_as is not None:
        return _same(field, slot, base)
    if field.type == "money":
        return _money(desk, field, slot, base)
    if field.type == "percent":
        return _percent(slot, base)
    if field.type == "date":
        return _date(desk, field, slot, base)
    if field.type == "enum":
        return _enum(desk, kind, field, slot)
    return slot.said if slot.said else _empty(field)


def _empty(field: Field) -> JsonValue:
    return "" if field.type == "name" and field.name != "owner" else None


def _same(field: Field, slot: Slot, base: Row | None) -> JsonValue:
    if base is None:
        return slot.said
    value = base.get(field.name)
    if value is None and field.type == "money":
        value = base.get("amount")
    if value is None and field.type == "date":
        value = base.get("close_date")
    return slot.said if value is None else value


def _money(desk: Desk, field: Field, slot: Slot, base: Row | None) -> JsonValue:
    if slot.shift is not None:
        present = base.get(field.name) if base is not None else None
        present = base.get("amount") if present is None and base is not None else present
        if not isinstance(present, (int, float)):
            return slot.said
        return _number(_shifted(Decimal(str(present)), slot.shift))
    if slot.number is None:
        return slot.said
    if desk.slips("money_misread") and (cut := _without_scale(slot)) is not None:
        return cut
    if desk.slips("currency_string") and (slot.said.startswith("$") or "," in slot.said):
        return slot.said
    return _number(slot.number)


def _without_scale(slot: Slot) -> float | None:
    """ "48.5k" as 48.5; None when the amount was written out."""
    lower = slot.said.lower()
    if slot.number is None or not lower.endswith(("k", "m", "million", "thousand", "mn", "grand")):
        return None
    scale = 1000 if lower.endswith(("k", "thousand", "grand")) else 1_000_000
    return float(slot.number / scale)


def _shifted(present: Decimal, shift: Shift) -> Decimal:
    amount = present * shift.percent / 100 if shift.percent is not None else shift.amount or Decimal(0)
    changed = present - amount if shift.down else present + amount
    return changed.quantize(_CENT, ROUND_HALF_EVEN)


def _number(value: Decimal) -> float:
    return float(value)


def _percent(slot: Slot, base: Row | None) -> JsonValue:
    number = slot.number
    if slot.shift is not None and slot.shift.amount is not None:
        present = base.get("probability") if base is not None else None
        if not isinstance(present, (int, float)):
            return slot.said
        number = Decimal(str(present)) + (-slot.shift.amount if slot.shift.down else slot.shift.amount)
    if number is None:
        return slot.said
    return int(number) if number == number.to_integral_value() else float(number)


def _date(desk: Desk, field: Field, slot: Slot, base: Row | None) -> JsonValue:
    day = slot.day
    relative = slot.shift is not None or (day is not None and not any(c.isdigit() for c in slot.said))
    if slot.shift is not None and slot.shift.duration is not None:
        start = base.get(field.name) if base is not None else None
        begin = date.fromisoformat(str(start)[:10]) if start else desk.today
        day = slot.shift.duration.before(begin) if slot.shift.down else slot.shift.duration.after(begin)
    if day is None:
        return slot.said or None
    if relative and desk.slips("relative_date"):
        day -= timedelta(days=1)
    if desk.slips("date_format"):
        return day.strftime("%m/%d/%Y")
    return day.isoformat()


def _enum(desk: Desk, kind: Kind, field: Field, slot: Slot) -> JsonValue:
    allowed = desk.enum(kind, field.name)
    if desk.exactly and re.search(rf"[\"“'‘]{re.escape(slot.said)}[\"”'’]", desk.request):
        return slot.said
    meant = enum_value(slot.said, allowed)
    if desk.slips("enum_case"):
        return slot.said.strip().lower()
    return meant if meant is not None else slot.said.strip()
