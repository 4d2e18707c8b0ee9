"""Companies: questions about partners, vendors and competitors."""

from __future__ import annotations

from datetime import date

from atlas.models.offline.grammar.companies import company_question
from atlas.models.offline.grammar.parse import parse

TODAY = date(2026, 3, 2)


def test_a_company_is_named_or_described() -> None:
    (named,) = parse("Is Apex Consulting a partner or a vendor, and in which industry?", TODAY, ())
    question = company_question(named)
    assert question is not None
    assert (question.name, question.types) == ("Apex Consulting", ())
    assert set(question.wants) >= {"type", "industry"}
    (described,) = parse("Which vendor do we have in Energy?", TODAY, ())
    question = company_question(described)
    assert question is not None
    assert (question.name, question.types, question.industry) == ("", ("vendor",), "Energy")


def test_what_speaks_of_no_company_is_left_to_others() -> None:
    (ask,) = parse("Who are our contacts at Acme Foods?", TODAY, ())
    assert company_question(ask) is None
