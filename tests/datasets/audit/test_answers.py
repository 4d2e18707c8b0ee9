"""Answers given away, by the instructions or by the user."""

from __future__ import annotations

from atlas.core.json import JsonObject
from atlas.datasets.audit import answers
from atlas.datasets.audit.finding import Surroundings
from tests.datasets.audit.making import SURROUNDINGS, old, says, spots, talk
from tests.datasets.samples import DEAL, bent


def asks(text: str, *facts: tuple[str, str]) -> JsonObject:
    told = [{"kind": kind, "value": value} for kind, value in facts]
    return bent(says(text), "expected_response.facts", told)


def test_instructions_that_hold_a_fact_or_an_argument_are_found() -> None:
    row = talk(asks("Who is the client of Pilot?", ("name", "Acme Foods")))
    telling = Surroundings(SURROUNDINGS.specs, lambda setup: "You work for Acme Foods.")
    assert [found.sentence for found in answers.INSTRUCTIONS.findings([row], telling)] == [
        "the instructions hold the answer 'Acme Foods'"
    ]
    assert spots(answers.INSTRUCTIONS, row) == []


def test_what_the_user_said_is_no_leak_nor_is_todays_date() -> None:
    row = talk(asks("What is the status of Acme Foods?", ("date", "2026-03-02")))
    telling = Surroundings(SURROUNDINGS.specs, lambda setup: "You work for Acme Foods. Today is 2026-03-02.")
    assert answers.INSTRUCTIONS.findings([row], telling) == []
    assert answers.INSTRUCTIONS.findings([old()], telling) == []


def test_a_question_whose_answer_the_user_gave_is_found() -> None:
    write = says("Set the amount of Pilot to $1.5k", "modify_opportunity", opportunity_id=DEAL, amount=1500.0)
    given = asks("How much is it?", ("money", "1500.00"))
    assert spots(answers.REQUESTS, talk(write, given)) == [(1, 2, "the user has said all of the answer: 1500.00")]


def test_one_fact_that_must_be_looked_up_is_enough() -> None:
    row = talk(asks("Acme Foods: what is it worth, and who owns it by April 17?", ("name", "Bo Ek")))
    assert spots(answers.REQUESTS, row) == []
    half = asks("Is April 17 the date, and who is it?", ("date", "2026-04-17"), ("name", "Bo Ek"))
    assert spots(answers.REQUESTS, talk(half)) == []
    whole = asks("Is April 17 the date of Bo Ek?", ("date", "2026-04-17"), ("name", "Bo Ek"))
    assert len(spots(answers.REQUESTS, talk(whole))) == 1


def test_a_write_may_repeat_what_was_asked() -> None:
    write = says("Set the Pilot amount to $1.5k", "modify_opportunity", opportunity_id=DEAL, amount=1500.0)
    told = bent(write, "expected_response.facts", [{"kind": "money", "value": "1500.00"}])
    assert spots(answers.REQUESTS, talk(told)) == []
