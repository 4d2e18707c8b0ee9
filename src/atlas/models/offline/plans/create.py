"""Creating: a new record under the one it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Ref, Slot
from atlas.models.offline.grammar.papers import leaves_blank
from atlas.models.offline.grammar.targets import PAPERS, two_parents
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Done, Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.outcome import reported
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import OWNER_KEYS, find, owner_of
from atlas.models.offline.plans.selection import Found
from atlas.models.offline.plans.values import argument
from atlas.models.offline.replies import refusal

_EXTRA = re.compile(
    r"\b(?P<f>(?!new|name|e-?mail|phone|status|industry|owner|address|stage|amount|title|version|client|customer|"
    r"with|and|the|its|is|in|at|for|of)[a-z][a-z-]+(?: (?!is\b|of\b|to\b)[a-z-]+)?)\s+(?:is\s+|of\s+|:\s*|"
    r"=\s*|to\s+)?"
    r"(?P<v><[nqxmpvt]\d+>|[A-Z][A-Z]?[\w-]*\d[\w-]*|[A-Z]{2,3}[+-]?)(?=[\s,.;]|$)"
)


_INSISTS = re.compile(
    r"\b(?:must|has to|have to|needs? to) (?:also )?be (?:stored|saved|recorded|kept|set|included|entered|"
    r"filled|in (?:the|there))|\b(?:without|unless)\b|\b(?:all|it) or nothing\b|\b(?:otherwise|or else|else|if "
    r"not)\b|\b(?:cannot|can't) be stored\b|\bskip it\b|"
    r"\bonly if there is\b|\bin the record\b|\bno (?:such )?(?:field|place)\b",
    re.IGNORECASE,
)


def create(desk: Desk, ask: Ask) -> Plan[Saying]:
    """A new record under the one it belongs to."""
    kind = ask.made or Kind.OPPORTUNITY
    tool = desk.catalog.tool(INFO[kind].create)
    if tool is None:
        return Saying(
            f"I cannot create a {kind.value}: no tool for that is offered. I changed nothing.", failed=True
        )
    slots = ask.slots(kind)
    parent: Row | None = None
    values: JsonObject = {}
    if kind is not Kind.CLIENT and kind is not Kind.COMPANY:
        found = yield from _parent(desk, ask, kind)
        if found.row is None:
            return Saying(
                refusal("", found.problem or f"it is not clear what the {kind.value} is for"), failed=True
            )
        parent = found.row
        desk.scene.touch(parent)
        if any(slot.same_as is not None or slot.shift is not None for slot in slots):
            parent = yield from desk.refreshed(parent)
        values |= _links(kind, parent)
    values |= _given(desk, kind, slots, parent)
    values |= _implied(ask, kind, values, desk)
    values |= _asked_extra(ask, desk.request)
    if desk.slips("extra_field"):
        values |= _invented(desk, kind, values)
    missing = sorted(name for name in tool.required if name not in values)
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        return Saying(refusal("", f"the {names} is missing and is required for a {kind.value}"), failed=True)
    done = yield from desk.call(tool.name, values)
    told = yield from reported(desk, ask, done, tool.name, values, None, slots, kind)
    return (yield from _with_holder(desk, done, values, told))


def _with_holder(desk: Desk, done: Done, values: JsonObject, told: Saying) -> Plan[Saying]:
    """Who has the e-mail address already that a new client was refused for."""
    if not told.failed or "already exists" not in done.error or "email" not in values:
        return told
    holders = yield from find(desk, Kind.CLIENT, {"email": values["email"]})
    if not holders:
        return told
    desk.scene.touch(holders[0])
    return replace(told, text=f"{told.text} It belongs to {holders[0].name}.")


def _parent(desk: Desk, ask: Ask, kind: Kind) -> Plan[Found]:
    ref = ask.target or Ref(back="noun")
    if kind is Kind.OPPORTUNITY and ref.name and desk.slips("duplicate_record"):
        made = yield from _made_again(desk, ref.name)
        if made is not None:
            return Found((made,))
    if kind is Kind.CONTRACT and (both := two_parents(ask)) is not None:
        return (yield from _deal_of_client(desk, *both))
    hinted = _hinted(desk, ask, kind) if ref.kinds == (Kind.CLIENT,) and ref.back else None
    found = Found((hinted,)) if hinted else (yield from resolve(desk, ref, ask.kinds))
    if found.row is not None and kind is Kind.CONTACT and found.row.kind is not Kind.CLIENT:
        client = yield from owner_of(desk, found.row, Kind.CLIENT)
        return Found((client,)) if client else found
    if found.row is not None and found.row.kind not in ask.kinds and kind in PAPERS:
        return Found(
            problem=f"{found.row.name} is a {found.row.kind.value}, and a {kind.value} cannot be attached to it"
        )
    if found.row is not None and found.row.kind not in ask.kinds:
        return Found(
            problem=f"{found.row.name} is a {found.row.kind.value}, and a {kind.value} cannot belong to it"
        )
    return found


def _deal_of_client(desk: Desk, *refs: Ref) -> Plan[Found]:
    """The deal of two named records, provided that it belongs to the other one, its client."""
    rows: list[Row] = []
    for ref in refs:
        found = yield from resolve(desk, ref, (Kind.CLIENT, Kind.OPPORTUNITY))
        if found.row is None:
            return found
        rows.append(found.row)
    deal = next((row for row in rows if row.kind is Kind.OPPORTUNITY), None)
    client = next((row for row in rows if row.kind is Kind.CLIENT), None)
    if deal is None or client is None:
        return Found(tuple(rows[:1]))
    if deal.get("client_id") != client.ident:
        return Found(problem=f"{deal.name} is not a deal of {client.name}, it belongs to a different client")
    return Found((deal,))


def _hinted(desk: Desk, ask: Ask, kind: Kind) -> Row | None:
    """The known client that the new record's own name or e-mail speaks of, of those the talk was about."""
    said = {slot.field: slot.said for slot in ask.slots(kind)}
    name, domain = said.get("name", "") if kind is Kind.OPPORTUNITY else "", said.get("email", "").partition("@")[2]
    clients = sorted(desk.scene.latest([Kind.CLIENT]), key=lambda row: -len(row.name))
    for row in clients:
        if name.startswith(row.name) or (domain and domain.split(".")[0] == re.sub(r"\W", "", row.name).lower()):
            return row
    return None


def _made_again(desk: Desk, name: str) -> Plan[Row | None]:
    """The duplicate: a client of that name created although it may exist."""
    if desk.catalog.tool("create_new_client") is None:
        return None
    mail = "info@" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".com"
    status = next((v for v in desk.enum(Kind.CLIENT, "status") if v.lower().startswith("a")), "Active")
    done = yield from desk.call("create_new_client", {"name": name, "email": mail, "status": status})
    return done.rows[0] if done.rows else None


def _links(kind: Kind, parent: Row) -> JsonObject:
    if kind in (Kind.NOTE, Kind.DOCUMENT):
        return {"entity_type": INFO[parent.kind].entity_type, "entity_id": parent.ident}
    links = {key: parent.ident for above, key in OWNER_KEYS[kind].items() if above is parent.kind}
    if kind is Kind.CONTRACT and parent.kind is Kind.OPPORTUNITY and parent.get("client_id"):
        links["client_id"] = str(parent.get("client_id"))
    return links


def _given(desk: Desk, kind: Kind, slots: Sequence[Slot], base: Row | None) -> JsonObject:
    values: JsonObject = {}
    for slot in slots:
        value = argument(desk, kind, slot, base)
        if kind is Kind.CONTACT and slot.field == "name":
            first, _, last = slot.said.partition(" ")
            values |= {"first_name": first, "last_name": last}
        else:
            values[slot.field] = value
    return values


def _implied(ask: Ask, kind: Kind, values: JsonObject, desk: Desk) -> JsonObject:
    """What the verb itself says: to draft a quote is to make one in draft; a note's words are its content."""
    implied: JsonObject = {}
    if (
        kind is Kind.QUOTE
        and "status" not in values
        and re.search(r"\bdraft(?:ing|ed)?\b", ask.text, re.IGNORECASE)
    ):
        implied |= _given(desk, kind, (Slot("status", "draft"),), None)
    if kind is Kind.DOCUMENT and "file_name" not in values and (text := ask.marked.tags("q", ask.text)):
        implied["file_name"] = text[0].said
    if kind is Kind.NOTE and "content" not in values and leaves_blank(ask.text):
        implied["content"] = ""
    elif kind is Kind.NOTE and "content" not in values and (text := ask.marked.tags("q", ask.text)):
        implied["content"] = text[-1].said
    return implied


def _asked_extra(ask: Ask, request: str) -> JsonObject:
    """A field that the user insists on and that may not exist: "its tax id DE-4411 must be stored too"."""
    known = {slot.said for slot in ask.slots(ask.made or Kind.CLIENT)}
    found = next((m for m in _EXTRA.finditer(ask.marked.text) if ask.marked.unmark(m["v"]) not in known), None)
    if found is None or _INSISTS.search(request) is None:
        return {}
    return {found["f"].strip().replace(" ", "_").replace("-", "_"): ask.marked.unmark(found["v"])}


def _invented(desk: Desk, kind: Kind, values: JsonObject) -> JsonObject:
    """A plausible value for a field that nobody asked for."""
    later = (desk.today + timedelta(days=30)).isoformat()
    options: dict[Kind, tuple[tuple[str, object], ...]] = {
        Kind.OPPORTUNITY: (("probability", 50), ("close_date", later)),
        Kind.QUOTE: (("valid_until", later), ("version", "v1")),
        Kind.CLIENT: (("industry", "Other"),),
        Kind.CONTACT: (("notes", "Added on request"),),
        Kind.CONTRACT: (("start_date", desk.today.isoformat()),),
        Kind.DOCUMENT: (("uploaded_by", "Sales Team"),),
        Kind.NOTE: (("created_by", "Sales Team"),),
    }
    return dict(next(([pair] for pair in options.get(kind, ()) if pair[0] not in values), []))
