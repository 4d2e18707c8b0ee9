"""Companies: answers to questions about partners, vendors and competitors."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.models.offline.calls import Plan
from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.companies import CompanyQuestion
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.search import by_name, find, loosely
from atlas.models.offline.replies import facts, refusal


def read_companies(desk: Desk, question: CompanyQuestion) -> Plan[Saying]:
    """The answer to a question about companies."""
    if question.name:
        return (yield from _named(desk, question))
    if question.back:
        recent = desk.scene.latest((Kind.COMPANY,))
        return _about(desk, question, recent[0]) if recent else _unclear()
    # The tools list no types of companies where they do not create any; the word itself is the value then.
    allowed = desk.enum(Kind.COMPANY, "type")
    kind = next((enum_value(name, allowed) or name.capitalize() for name in question.types), None)
    criteria = {"type": kind, "industry": question.industry}
    rows = yield from find(desk, Kind.COMPANY, {name: value for name, value in criteria.items() if value})
    if question.count:
        return Saying(f"The number of such companies is {len(rows)}.")
    if len(rows) == 1:
        return _about(desk, question, rows[0])
    return Saying(f"These are {'; '.join(_line(question, row) for row in rows)}." if rows else "There is none.")


def _named(desk: Desk, question: CompanyQuestion) -> Plan[Saying]:
    if desk.slips("first_hit"):
        rows = (yield from loosely(desk, Kind.COMPANY, question.name))[:1]
    else:
        rows = yield from by_name(desk, Kind.COMPANY, question.name)
    if not rows:
        return Saying(refusal("", f"there is no company named {question.name} in the CRM"), failed=True)
    return _about(desk, question, rows[0])


def _unclear() -> Saying:
    return Saying(refusal("", "it is not clear which company is meant"), failed=True)


def _about(desk: Desk, question: CompanyQuestion, row: Row) -> Saying:
    desk.scene.touch(row)
    columns = list(question.wants) or [field.name for field in INFO[Kind.COMPANY].fields if field.name != "name"]
    if desk.slips("fact_left_out") and len(columns) > 1:
        columns.pop()
    return Saying(f"{row.name}: {facts(row, columns)}.", row)


def _line(question: CompanyQuestion, row: Row) -> str:
    told: Sequence[str] = [name for name in question.wants if name in ("address", "industry")]
    return f"{row.name} ({facts(row, told)})" if told else row.name
