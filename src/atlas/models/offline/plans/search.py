"""Searching: rows of a kind by criteria, by name, or under the record they belong to."""

from __future__ import annotations

import re

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk

OWNER_KEYS: dict[Kind, dict[Kind, str]] = {
    Kind.OPPORTUNITY: {Kind.CLIENT: "client_id"},
    Kind.QUOTE: {Kind.OPPORTUNITY: "opportunity_id"},
    Kind.CONTACT: {Kind.CLIENT: "client_id"},
    Kind.CONTRACT: {Kind.CLIENT: "client_id", Kind.OPPORTUNITY: "opportunity_id"},
}
"""kind -> kind of the record above it -> the column that points there."""


def find(desk: Desk, kind: Kind, criteria: JsonObject) -> Plan[list[Row]]:
    """Rows that meet `criteria`; what the tool cannot filter by is filtered here. None offered, none found."""
    tool = desk.catalog.tool(desk.catalog.first(INFO[kind].search))
    if tool is None:
        return []
    known = {key: value for key, value in criteria.items() if key in tool.fields or tool.nested}
    done = yield from desk.call(tool.name, known)
    rows = [row for row in done.rows if row.kind is kind]
    rest = {key: value for key, value in criteria.items() if key not in known}
    return [row for row in rows if all(_like(row, key, value) for key, value in rest.items())]


def _like(row: Row, key: str, value: object) -> bool:
    return str(row.get(key) or "").casefold() == str(value).casefold()


def by_name(desk: Desk, kind: Kind, name: str) -> Plan[list[Row]]:
    """Rows whose name is exactly `name`, capitals aside."""
    rows = yield from find(desk, kind, _name_criteria(kind, name))
    wanted = name.casefold()
    return [row for row in rows if row.name.casefold() == wanted]


def loosely(desk: Desk, kind: Kind, name: str) -> Plan[list[Row]]:
    """Rows found by the first words of a name only, in the order the tool gives them."""
    words = name.split()
    part = " ".join(words[: max(1, len(words) - 1)]) if kind is not Kind.CONTACT else name
    if kind is Kind.CONTACT:
        return (yield from find(desk, kind, {"last_name": words[-1]}))
    return (yield from find(desk, kind, {"name": part}))


def _name_criteria(kind: Kind, name: str) -> JsonObject:
    if kind is not Kind.CONTACT:
        return {"name": name}
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last} if last else {"last_name": first}


def under(desk: Desk, kind: Kind, owner: Row) -> Plan[list[Row]]:
    """Rows of `kind` that belong to `owner`, through the deals of a client where need be."""
    key = OWNER_KEYS.get(kind, {}).get(owner.kind)
    if key is not None:
        return (yield from find(desk, kind, {key: owner.ident}))
    if kind is Kind.QUOTE and owner.kind is Kind.CLIENT:
        rows: list[Row] = []
        for deal in (yield from find(desk, Kind.OPPORTUNITY, {"client_id": owner.ident})):
            rows += yield from find(desk, Kind.QUOTE, {"opportunity_id": deal.ident})
        return rows
    if kind in (Kind.NOTE, Kind.DOCUMENT):
        criteria = {"entity_type": INFO[owner.kind].entity_type, "entity_id": owner.ident}
        return (yield from find(desk, kind, criteria))
    above = yield from owner_of(desk, owner, kind)
    if above is not None:
        return [above]
    client = yield from owner_of(desk, owner, Kind.CLIENT)
    return (yield from under(desk, kind, client)) if client is not None and owner.kind is not Kind.CLIENT else []


def owner_of(desk: Desk, row: Row, kind: Kind) -> Plan[Row | None]:
    """The record of `kind` above `row`: its deal, its client, or its deal's client."""
    key = INFO[kind].key
    ident = row.get(key)
    if row.kind is kind:
        return row
    if ident is None and kind is Kind.CLIENT and row.get("opportunity_id"):
        deal = yield from owner_of(desk, row, Kind.OPPORTUNITY)
        return (yield from owner_of(desk, deal, Kind.CLIENT)) if deal else None
    if not ident:
        return None
    known = desk.scene.rows.get(str(ident))
    if known is not None and known.name:
        return known
    return (yield from by_id(desk, kind, str(ident)))


def by_id(desk: Desk, kind: Kind, ident: str) -> Plan[Row | None]:
    """The record of that kind with that id."""
    info = INFO[kind]
    if tool := desk.catalog.first(info.details):
        done = yield from desk.call(tool, {info.key: ident})
        return next((row for row in done.rows if row.ident == ident), None)
    rows = yield from find(desk, kind, {info.key: ident})
    return next((row for row in rows if row.ident == ident), None)


def slug(name: str) -> str:
    """A made-up id: what a careless model passes instead of a real one."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
