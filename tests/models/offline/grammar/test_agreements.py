"""Agreements: what enters a contract, and what is asked of several."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.models.offline.grammar.agreements import contract_question, enters_contract
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.kinds import Kind

TODAY = date(2026, 3, 2)
VOCABULARY = ((Kind.CONTRACT, ("Active", "Expired", "Pending")),)


@pytest.mark.parametrize(
    "head",
    ["set up a contract with <n0>", "new contract for <n0>, value <m0>", "we have agreed on a contract with <n0>"],
)
def test_contracts_are_entered_in_many_words(head: str) -> None:
    assert enters_contract(head)


@pytest.mark.parametrize("head", ["what contract is there with <n0>", "attach <f0> to the contract with <n0>"])
def test_other_words_about_contracts_enter_none(head: str) -> None:
    assert not enters_contract(head)


def test_a_question_about_several_contracts_has_a_holder_a_state_and_a_wish() -> None:
    (ask,) = parse("How many active contracts does Acme Foods have, and what is their total?", TODAY, VOCABULARY)
    question = contract_question(ask)
    assert question is not None
    assert question.holder is not None
    assert (question.holder.name, question.states) == ("Acme Foods", ("active",))
    assert question.count
    assert question.total


def test_the_client_that_is_asked_for_is_no_holder() -> None:
    (ask,) = parse("Which client has the active contract that ends first?", TODAY, VOCABULARY)
    question = contract_question(ask)
    assert question is not None
    assert question.holder is None
    assert question.pick is not None
    assert (question.pick.column, question.pick.highest) == ("end_date", False)


def test_a_question_about_one_contract_is_left_to_others() -> None:
    (ask,) = parse("What is the status of the contract with Acme Foods?", TODAY, VOCABULARY)
    assert contract_question(ask) is None


def test_dates_and_values_tell_contracts_apart() -> None:
    (ask,) = parse("What is the contract with Acme Foods that ends on April 3, 2027 worth?", TODAY, VOCABULARY)
    assert ask.target is not None
    assert ask.target.filters.texts == (("end_date", "2027-04-03"),)
