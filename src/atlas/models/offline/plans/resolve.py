"""Resolving: from the user's words for a record to the record, through memory first and then through searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from atlas.models.offline.calls import Plan
from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.asks import Ref
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk
from atlas.models.offline.plans.search import by_name, find, loosely, owner_of, slug, under
from atlas.models.offline.plans.selection import Found, chosen, fits, is_closed

_NAMED = (Kind.OPPORTUNITY, Kind.CLIENT, Kind.CONTACT, Kind.COMPANY)


_ABOVE: dict[Kind, tuple[Kind, ...]] = {
    Kind.QUOTE: (Kind.OPPORTUNITY, Kind.CLIENT),
    Kind.OPPORTUNITY: (Kind.CLIENT,),
    Kind.CONTACT: (Kind.CLIENT, Kind.OPPORTUNITY),
}


_OWNERS: dict[Kind, tuple[Kind, ...]] = {
    Kind.QUOTE: (Kind.OPPORTUNITY, Kind.CLIENT),
    Kind.OPPORTUNITY: (Kind.CLIENT, Kind.QUOTE, Kind.CONTACT),
    Kind.CONTACT: (Kind.CLIENT, Kind.OPPORTUNITY),
    Kind.CONTRACT: (Kind.CLIENT, Kind.OPPORTUNITY),
    Kind.CLIENT: (Kind.OPPORTUNITY, Kind.CONTACT, Kind.QUOTE, Kind.CONTRACT, Kind.CLIENT),
    Kind.NOTE: _NAMED,
    Kind.DOCUMENT: _NAMED,
    Kind.COMPANY: (),
}


def resolve(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Plan[Found]:
    """The record or records that `ref` means, of its own kinds or else of `kinds`."""
    wanted = ref.kinds or tuple(kinds)
    if ref.ident:
        return _by_ident(desk, ref, wanted)
    if ref.name:
        return (yield from _by_name(desk, ref, wanted))
    if ref.of is not None:
        return (yield from _under(desk, ref, wanted))
    if ref.back:
        return (yield from _back(desk, ref, wanted))
    if ref.plural or ref.pick or not ref.filters.empty:
        return (yield from _whole(desk, ref, wanted[0] if wanted else Kind.OPPORTUNITY))
    return (yield from _back(desk, replace(ref, back="noun"), wanted))


def _by_ident(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Found:
    known = desk.scene.rows.get(ref.ident)
    kind = kinds[0] if kinds else Kind.OPPORTUNITY
    return Found((known or Row(kind, ref.ident, {}),))


def _by_name(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Plan[Found]:
    order = [kind for kind in kinds if kind in _NAMED]
    order += [kind for kind in _NAMED if kind not in order and not ref.kinds]
    if ref.of is not None:
        return (yield from _contact_of(desk, ref))
    known = desk.scene.named(ref.name, order)
    if known is not None:
        return Found((known,))
    if order and desk.slips("invented_id"):
        return Found((Row(order[0], slug(ref.name), {"name": ref.name, "client_id": slug(ref.name)}),))
    if order and desk.slips("first_hit"):
        hits = yield from loosely(desk, order[0], ref.name)
        if hits:
            return Found((hits[0],))
    for name in (ref.name, *ref.others):
        for kind in order:
            rows = yield from by_name(desk, kind, name)
            if rows:
                return Found(tuple(rows)) if len(rows) == 1 else (yield from _one_of(desk, rows, name))
    if ref.kinds == (Kind.OPPORTUNITY,):
        return (yield from _deal_of_client(desk, ref.name))
    noun = ref.kinds[0].value if ref.kinds else (order[0].value if order else "record")
    return Found(problem=f"there is no {noun} named {ref.name} in the CRM")


def _one_of(desk: Desk, rows: list[Row], name: str) -> Plan[Found]:
    """Several records with the very same name: the one the talk is about, else none can be chosen."""
    yield from ()
    recent = [row for row in desk.scene.latest([rows[0].kind]) if row.ident in {r.ident for r in rows}]
    if recent:
        return Found((recent[0],))
    return Found(
        problem=f"there are {len(rows)} records named {name}, and the request does not say which one is meant"
    )


def _contact_of(desk: Desk, ref: Ref) -> Plan[Found]:
    """ "Dana Whitfield at Northwind Logistics"."""
    place = yield from resolve(desk, ref.of or Ref(), (Kind.CLIENT,))
    if place.row is None:
        return place
    rows = yield from by_name(desk, Kind.CONTACT, ref.name)
    there = [row for row in rows if row.get("client_id") == place.row.ident]
    if there:
        return Found(tuple(there[:1]))
    if rows:
        return Found(problem=f"{ref.name} is not a contact at {place.row.name} but works at another client")
    return Found(problem=f"there is no contact named {ref.name} at {place.row.name} in the CRM")


def _deal_of_client(desk: Desk, name: str) -> Plan[Found]:
    """ "the Northwind Logistics deal": the client's only deal."""
    clients = yield from by_name(desk, Kind.CLIENT, name)
    if len(clients) == 1:
        deals = yield from under(desk, Kind.OPPORTUNITY, clients[0])
        live = [deal for deal in deals if not is_closed(deal)]
        if len(deals) == 1 or len(live) == 1:
            return Found((deals[0] if len(deals) == 1 else live[0],))
    return Found(problem=f"there is no deal named {name} in the CRM")


def _under(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Plan[Found]:
    """Records that belong to another one: "X's open deals", "the v2 quote for that deal", "the client of it"."""
    kind = kinds[0] if kinds else Kind.OPPORTUNITY
    above = ref.of or Ref()
    if above.name and not above.kinds and kind in _ABOVE:
        above = replace(above, kinds=_ABOVE[kind])
    owner = yield from resolve(desk, above, _OWNERS[kind])
    if owner.row is None:
        if kind is Kind.OPPORTUNITY and ref.of is not None and ref.of.name and not ref.of.kinds:
            return (yield from _owned_by(desk, ref, ref.of.name))
        if len(owner.rows) > 1:
            rows = [row for row in owner.rows if row.kind is kind]
            return chosen(desk, replace(ref, of=None), rows) if rows else owner
        return owner
    if owner.row.kind is kind:
        return Found((owner.row,))
    rows = yield from under(desk, kind, owner.row)
    desk.scene.touch(owner.row)
    result = chosen(desk, ref, rows)
    if result.rows or ref.plural:
        return result
    version = ref.filters.versions[0] if ref.filters.versions else ""
    described = " ".join(filter(None, (*ref.filters.values, kind.value, version)))
    return Found(problem=f"there is no {described} for {owner.row.name} in the CRM")


def _owned_by(desk: Desk, ref: Ref, person: str) -> Plan[Found]:
    rows = yield from find(desk, Kind.OPPORTUNITY, {"owner": person})
    exact = [row for row in rows if str(row.get("owner") or "").casefold() == person.casefold()]
    if not exact:
        return Found(problem=f"there is no client or owner named {person} in the CRM")
    return chosen(desk, replace(ref, of=None), exact)


def _back(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Plan[Found]:
    """What "it", "that deal", "the second one" mean in this conversation."""
    scene = desk.scene
    if ref.back == "new":
        made = [
            scene.rows[i]
            for i in reversed(scene.created)
            if i in scene.rows and (not ref.kinds or scene.rows[i].kind in ref.kinds)
        ]
        if made:
            return Found((made[-1] if len(made) > 1 and desk.slips("wrong_reference") else made[0],))
    group = scene.group(ref.kinds or _with_place(desk, ref, kinds))
    if ref.pick or ref.back in ("group", "other") or ref.plural:
        current = {row.ident for row in scene.latest(kinds)[:1]}
        members = [row for row in group if row.ident not in current] if ref.back == "other" else group
        if members:
            return chosen(desk, ref, members)
    described = not ref.filters.empty or ref.pick is not None
    if (
        described
        and Kind.QUOTE in kinds[:2]
        and (matching := [row for row in group if fits(desk, row, ref.filters)])
        and len(matching) == 1
    ):
        return Found(tuple(matching))
    if described and kinds and kinds[0] in (Kind.QUOTE, Kind.OPPORTUNITY, Kind.CONTACT):
        above = Ref((Kind.OPPORTUNITY,) if kinds[0] is Kind.QUOTE else (Kind.CLIENT,), back="noun")
        return (yield from _under(desk, replace(ref, back="", of=above), kinds[:1]))
    return (yield from _latest(desk, ref, kinds))


def _with_place(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Sequence[Kind]:
    return () if ref.pick is not None and not ref.filters.values else kinds


def _latest(desk: Desk, ref: Ref, kinds: Sequence[Kind]) -> Plan[Found]:
    recent = desk.scene.latest(kinds or tuple(Kind))
    if len(recent) > 1 and recent[0].kind is recent[1].kind and desk.slips("wrong_reference"):
        return Found((recent[1],))
    if recent and not (ref.back == "noun" and ref.kinds in ((Kind.CLIENT,), (Kind.OPPORTUNITY,))):
        return Found((recent[0],))
    for row in desk.scene.subjects() if ref.kinds == (Kind.CLIENT,) else desk.scene.latest(tuple(Kind)):
        if row.kind in kinds:
            return Found((row,))
        if ref.kinds == (Kind.CLIENT,) and row.kind is Kind.QUOTE:
            continue
        if ref.kinds == (Kind.OPPORTUNITY,) and recent and not _spoken_of(row, recent):
            continue
        for kind in ref.kinds or (kinds[:1] if ref.back == "noun" else ()):
            above = yield from owner_of(desk, row, kind)
            if above is not None:
                return Found((above,))
    if recent or (ref.back == "it" and (recent := desk.scene.latest(tuple(Kind)))):
        return Found((recent[0],))
    noun = (ref.kinds or tuple(kinds) or (Kind.OPPORTUNITY,))[0].value
    return Found(problem=f"it is not clear which {noun} is meant")


def _spoken_of(row: Row, deals: Sequence[Row]) -> bool:
    """Whether the deal of a quote or contract is one that was spoken of, and not just where it belongs."""
    if row.kind not in (Kind.QUOTE, Kind.CONTRACT):
        return True
    return row.get("opportunity_id") in {deal.ident for deal in deals}


def _whole(desk: Desk, ref: Ref, kind: Kind) -> Plan[Found]:
    """All records of a kind that meet the conditions, wherever they belong."""
    criteria = {}
    enum = next((field for field in INFO[kind].fields if field.type == "enum"), None)
    values = [enum_value(said, desk.enum(kind, enum.name)) for said in ref.filters.values] if enum else []
    if enum and len(values) == 1 and values[0]:
        criteria[enum.name] = values[0]
    criteria |= dict(ref.filters.texts)
    rows = yield from find(desk, kind, criteria)
    return chosen(desk, ref, rows)
