"""Agreements: answers to questions about several contracts."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.models.offline.calls import Plan
from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.agreements import ContractQuestion
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import find, owner_of
from atlas.models.offline.plans.selection import ordered
from atlas.models.offline.replies import money, refusal, said


def read_contracts(desk: Desk, question: ContractQuestion) -> Plan[Saying]:
    """The answer to a question about several contracts."""
    holder: Row | None = None
    if question.holder is not None:
        found = yield from resolve(desk, question.holder, (Kind.CLIENT, Kind.OPPORTUNITY))
        if found.row is None:
            return Saying(refusal("", found.problem or "it is not clear which client is meant"), failed=True)
        holder = found.row
        desk.scene.touch(holder)
    criteria = {} if holder is None else {INFO[holder.kind].key: holder.ident}
    rows = _in_state(desk, question, (yield from find(desk, Kind.CONTRACT, criteria)))
    if question.pick is not None:
        return (yield from _one(desk, ordered(question.pick, rows)[:1]))
    if question.order is not None:
        rows = ordered(question.order, rows)
    desk.scene.list_together(rows)
    place = f" with {holder.name}" if holder is not None else ""
    return Saying(_told(desk, question, rows, place), rows[0] if len(rows) == 1 else None)


def _in_state(desk: Desk, question: ContractQuestion, rows: Sequence[Row]) -> list[Row]:
    allowed = desk.enum(Kind.CONTRACT, "status")
    wanted = {enum_value(state, allowed) for state in question.states} - {None}
    if not wanted or desk.slips("filter_ignored"):
        return list(rows)
    return [row for row in rows if row.get("status") in wanted]


def _one(desk: Desk, rows: Sequence[Row]) -> Plan[Saying]:
    """The contract that was picked, with its client and its terms."""
    if not rows:
        return Saying("There is no such contract.")
    row = rows[0]
    client = yield from owner_of(desk, row, Kind.CLIENT)
    desk.scene.touch(row)
    holder = f" with {client.name}" if client is not None else ""
    facts = ["value", "status", "start_date", "end_date"]
    if desk.slips("fact_left_out"):
        facts.pop()
    terms = ", ".join(f"{column.replace('_', ' ')} {said(row, column)}" for column in facts)
    return Saying(f"That is {row.name}{holder}: {terms}.", row)


def _told(desk: Desk, question: ContractQuestion, rows: Sequence[Row], place: str) -> str:
    value = sum(float(row.get("value") or 0) for row in rows)
    if question.count or question.total:
        total = "" if desk.slips("fact_left_out") else f", worth {money(value)} in total"
        return f"The number of such contracts{place} is {len(rows)}{total}."
    if not rows:
        return f"There is no such contract{place}."
    lines = (f"{row.name} ({said(row, 'value')}, {said(row, 'status')})" for row in rows)
    return f"The contracts{place}: {'; '.join(lines)}."
