"""Topics: questions that have plans of their own: papers, contracts, companies and the CRM as a whole."""

from __future__ import annotations

from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.agreements import contract_question
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.companies import company_question, named_company
from atlas.models.offline.grammar.overview import overview_question
from atlas.models.offline.grammar.papers import paper_question
from atlas.models.offline.plans.agreements import read_contracts
from atlas.models.offline.plans.companies import read_companies
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.overview import read_overview
from atlas.models.offline.plans.papers import read_papers


def topical(desk: Desk, ask: Ask) -> Plan[Saying] | None:
    """The plan for a question of one of these topics, None for any other."""
    if (whole := overview_question(ask)) is not None:
        return read_overview(desk, ask, whole)
    if (paper := paper_question(ask)) is not None:
        return read_papers(desk, paper)
    if (contracts := contract_question(ask)) is not None:
        return read_contracts(desk, contracts)
    if (company := company_question(ask)) is not None:
        return read_companies(desk, company)
    return None


def perhaps_company(desk: Desk, ask: Ask, told: Saying) -> Plan[Saying]:
    """What was told, or when no client has the name that was asked about, the facts of a company that has it."""
    company = named_company(ask) if told.failed and "no client named" in told.text else None
    if company is None:
        return told
    found = yield from read_companies(desk, company)
    return told if found.failed else found
