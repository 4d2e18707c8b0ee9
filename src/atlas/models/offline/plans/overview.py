"""Overview: answers about the CRM as a whole, and clients that are to exist."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan
from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Filters, Ref
from atlas.models.offline.grammar.overview import OverviewQuestion
from atlas.models.offline.kinds import Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.outcome import reported
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import find
from atlas.models.offline.plans.selection import is_closed, ordered
from atlas.models.offline.plans.values import argument
from atlas.models.offline.replies import facts, money, refusal, said

_TABLES = {
    Kind.CLIENT: "clients",
    Kind.CONTACT: "contacts",
    Kind.OPPORTUNITY: "opportunities",
    Kind.QUOTE: "quotes",
    Kind.CONTRACT: "contracts",
    Kind.COMPANY: "companies",
    Kind.DOCUMENT: "documents",
    Kind.NOTE: "notes",
}


def read_overview(desk: Desk, ask: Ask, question: OverviewQuestion) -> Plan[Saying]:
    """The answer to a question about all records of a kind."""
    if question.sort == "counts":
        return (yield from _counts(desk, question))
    if question.sort == "quotes":
        return (yield from _two_quotes(desk, ask, question))
    if question.sort == "busiest":
        return (yield from _busiest(desk))
    kind = question.kinds[0]
    rows = yield from find(desk, kind, dict(question.texts))
    rows = [row for row in rows if all(str(row.get(name)) == text for name, text in question.texts)]
    if question.sort == "pick" and question.pick is not None:
        rows = rows if desk.slips("filter_ignored") else [row for row in rows if not is_closed(row)]
        return _one(desk, ordered(question.pick, rows)[:1])
    if question.sort == "total":
        return _total(desk, question, rows)
    desk.scene.list_together(rows)
    told = rows[:-1] if desk.slips("fact_left_out") and len(rows) > 1 else rows
    by = ", ".join(f"{name} {value}" for name, value in question.texts)
    text = f"With {by}: {'; '.join(row.name for row in told)}." if rows else f"There is no such {kind.value}."
    return Saying(text, rows[0] if len(rows) == 1 else None)


def _counts(desk: Desk, question: OverviewQuestion) -> Plan[Saying]:
    done = yield from desk.call("summarize_counts", {})
    numbers = done.value if isinstance(done.value, dict) else {}
    parts = [f"{numbers.get(_TABLES[kind])} {_TABLES[kind]}" for kind in question.kinds]
    if desk.slips("fact_left_out") and len(parts) > 1:
        parts.pop()
    return Saying(f"In the CRM there are {', '.join(parts)}.")


def _busiest(desk: Desk) -> Plan[Saying]:
    done = yield from desk.call("summarize_opportunities", {})
    owners = done.value.get("by_owner", {}) if isinstance(done.value, dict) else {}
    if not owners:
        return Saying("No deal has an owner.")
    person = max(sorted(owners), key=lambda name: owners[name])
    number = "" if desk.slips("fact_left_out") else f", with {owners[person]} deals"
    return Saying(f"The owner with the most deals is {person}{number}.")


def _one(desk: Desk, rows: Sequence[Row]) -> Saying:
    if not rows:
        return Saying("There is no open deal.")
    row = rows[0]
    desk.scene.touch(row)
    told = ["amount"] if desk.slips("fact_left_out") else ["amount", "close_date"]
    return Saying(f"That is {row.name}: {facts(row, told)}.", row)


def _total(desk: Desk, question: OverviewQuestion, rows: Sequence[Row]) -> Saying:
    kind = question.kinds[0]
    allowed = desk.enum(kind, "status")
    wanted = {enum_value(state, allowed) for state in question.states} - {None}
    fitting = [row for row in rows if not wanted or row.get("status") in wanted]
    total = sum(float(row.get("amount") or 0) for row in fitting)
    worth = "" if desk.slips("fact_left_out") else f", {money(total)} in total"
    return Saying(f"The number of such {_TABLES[kind]} is {len(fitting)}{worth}.")


def _two_quotes(desk: Desk, ask: Ask, question: OverviewQuestion) -> Plan[Saying]:
    """Two quotes of a deal with their statuses and what they come to together."""
    above = next(
        (
            m.ref.of or m.ref
            for m in ask.found
            if m.ref.of or m.ref.name or (m.ref.back and m.ref.kinds == (Kind.OPPORTUNITY,))
        ),
        Ref((Kind.OPPORTUNITY,), back="noun"),
    )
    ref = Ref((Kind.QUOTE,), of=above, filters=Filters(versions=question.versions), plural=True)
    found = yield from resolve(desk, ref, (Kind.QUOTE,))
    if len(found.rows) != len(question.versions):
        return Saying(refusal("", found.problem or "I could not find both quotes"), failed=True)
    rows = list(found.rows)
    if desk.catalog.tool("compare_quote_details") is not None:
        yield from desk.call("compare_quote_details", {"quote_ids": [row.ident for row in rows]})
    total = sum(float(row.get("amount") or 0) for row in rows)
    each = "; ".join(f"{row.name} is {said(row, 'status')}, {said(row, 'amount')}" for row in rows)
    return Saying(f"{each}." if desk.slips("fact_left_out") else f"{each}. Together that is {money(total)}.")


def ensure(desk: Desk, ask: Ask) -> Plan[Saying]:
    """A client with an e-mail address, found or else created."""
    slots = ask.slots(Kind.CLIENT)
    values: JsonObject = {slot.field: argument(desk, Kind.CLIENT, slot, None) for slot in slots}
    address = ask.marked.tags("a", ask.text)
    values.setdefault("email", address[0].said if address else None)
    email = str(values["email"])
    tool = "create_new_client" if desk.slips("duplicate_record") else "ensure_client"
    if tool == "ensure_client":
        rows = yield from find(desk, Kind.CLIENT, {"email": email})
        known = next((row for row in rows if str(row.get("email") or "").casefold() == email.casefold()), None)
        if known is not None:
            desk.scene.touch(known)
            told = facts(known, ("owner", "status"))
            return Saying(
                f"{known.name} has that e-mail, so there is no need for a new client: {told}.", known, ask
            )
    missing = [name for name in ("name", "status") if name not in values]
    if missing and "@" in email:
        return Saying(
            refusal("", f"the {' and '.join(missing)} is missing and is required for a client"), failed=True
        )
    done = yield from desk.call(tool, values)
    return (yield from reported(desk, ask, done, tool, values, None, slots, Kind.CLIENT))
