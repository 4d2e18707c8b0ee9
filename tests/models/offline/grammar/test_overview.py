"""Overview: questions about the CRM as a whole, and clients that are to exist."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.models.offline.grammar.overview import OverviewQuestion, ensures_client, overview_question
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.kinds import Kind

TODAY = date(2026, 3, 2)
VOCABULARY = ((Kind.QUOTE, ("Draft", "Sent")),)


def overview(text: str) -> OverviewQuestion | None:
    (ask,) = parse(text, TODAY, VOCABULARY)
    return overview_question(ask)


@pytest.mark.parametrize(
    ("text", "sort", "kind"),
    [
        ("How many clients and deals are there in the CRM?", "counts", Kind.CLIENT),
        ("Who owns the most deals, open and closed?", "busiest", Kind.OPPORTUNITY),
        ("Which clients does Dana Marsh look after?", "list", Kind.CLIENT),
        ("Which contacts in the CRM have the title IT Director?", "list", Kind.CONTACT),
        ("Across all clients, which open deal is the largest?", "pick", Kind.OPPORTUNITY),
        ("What is the total of all draft quotes in the CRM, and how many are there?", "total", Kind.QUOTE),
    ],
)
def test_questions_about_everything(text: str, sort: str, kind: Kind) -> None:
    question = overview(text)
    assert question is not None
    assert (question.sort, question.kinds[0]) == (sort, kind)


@pytest.mark.parametrize(
    "text",
    [
        "How many open deals does Acme Foods have?",
        "How many quotes are there on that deal, and what is their total?",
        "Which of Acme Foods' open deals is the largest?",
    ],
)
def test_questions_about_one_client_or_deal_are_left_to_others(text: str) -> None:
    assert overview(text) is None


def test_a_client_is_ensured_only_where_the_request_says_if() -> None:
    assert ensures_client("add <n0> as a client with the e-mail <a0> if there is none")
    assert not ensures_client("add <n0> as a client with the e-mail <a0>")
    assert not ensures_client("make sure that <n0> is a client")
