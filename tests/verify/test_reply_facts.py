"""Replies are right only with all facts, without the absent ones, and without false claims."""

from __future__ import annotations

import pytest

from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Fact, Target, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import TurnScore, Verdict
from atlas.verify.reply_facts import ReplyFactsVerifier
from tests.verify.plays import played, turn

DEAL = Fact("name", "Harbor Renewal")
DISTRACTOR = Fact("name", "Harbor Renewal 2026")
READ = TurnTarget(
    facts=(DEAL, Fact("money", "48500.00"), Fact("number", "2"), Fact("date", "2026-04-17")), absent=(DISTRACTOR,)
)
RIGHT = "Harbor Renewal is worth $48,500, has two quotes and closes on April 17, 2026."
REFUSED = TurnTarget(
    refusal="modify_closed_opportunity", refusal_facts=(Fact("text", "closed"), Fact("text", "Closed-Won"))
)
MOVED = StateDiff(updated={"opportunities": {"o1": {"stage": Change("Proposal", "Negotiation")}}})
WRITE = TurnTarget(facts=(Fact("text", "Negotiation"),), reply="I've moved the deal to Negotiation.")


def verdict(trajectory: Trajectory, *targets: TurnTarget, state: StateDiff | None = None) -> Verdict:
    return ReplyFactsVerifier().check(trajectory, Target(targets, state or StateDiff()))


def reply(text: str, target: TurnTarget) -> Verdict:
    return verdict(played(turn(text)), target)


def test_a_right_reply_passes() -> None:
    found = reply(RIGHT, READ)
    assert (found.passed, found.score, found.required, found.decided_by) == (True, 1.0, True, "rule")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (RIGHT.replace("$48,500", "$48,501"), "money '48500.00' is not in the reply"),
        (RIGHT.replace("$48,500", "$4,850"), "money '48500.00' is not in the reply"),
        (RIGHT.replace("two", "three"), "number '2' is not in the reply"),
        (RIGHT.replace("17", "18"), "date '2026-04-17' is not in the reply"),
        (RIGHT.replace(", 2026", ", 2027"), "date '2026-04-17' is not in the reply"),
        (RIGHT.replace("Harbor Renewal", "The deal"), "name 'Harbor Renewal' is not in the reply"),
        (RIGHT.replace("Harbor Renewal", "Harbor Renewal 2026"), "name 'Harbor Renewal' is not in the reply"),
        (f"{RIGHT} So is Harbor Renewal 2026.", "name 'Harbor Renewal 2026' must not be in the reply"),
        ("", "the reply is empty"),
        ("  \n", "the reply is empty"),
    ],
)
def test_a_mutated_reply_fails(wrong: str, problem: str) -> None:
    found = reply(wrong, READ)
    assert not found.passed
    assert problem in found.reason


def test_an_empty_reply_is_wrong_even_where_no_fact_is_asked_for() -> None:
    assert reply("Hello.", TurnTarget()).passed
    assert not reply("", TurnTarget()).passed


@pytest.mark.parametrize(
    "text",
    [
        "I can't change the amount: Harbor Renewal is already Closed-Won.",
        "That deal is closed, so nothing was updated.",
        "Its amount is locked because the deal has been closed since March.",
    ],
)
def test_a_refusal_that_names_the_reason_passes(text: str) -> None:
    assert reply(text, REFUSED).passed


@pytest.mark.parametrize(
    "text",
    [
        "I'm afraid I can't do that.",
        "The deal is closed, but I have updated the amount.",
        "Done. The closed deal is now worth $50,000.",
        "The amount of the closed deal has been updated.",
        "I created a new deal because the old one is closed.",
        "",
    ],
)
def test_a_refusal_without_reason_or_with_a_claim_fails(text: str) -> None:
    assert not reply(text, REFUSED).passed


def test_a_refusal_may_have_facts_of_its_own() -> None:
    target = TurnTarget(refusal="x", refusal_facts=(Fact("text", "closed"),), facts=(DEAL,))
    assert reply("Harbor Renewal is closed.", target).passed
    assert not reply("It is closed.", target).passed


def test_claiming_a_change_that_did_not_happen_fails() -> None:
    lie = turn("I've moved the deal to Negotiation.")
    found = verdict(played(lie), WRITE, state=MOVED)
    assert not found.passed
    assert 'claims a change that did not happen: "I\'ve moved the deal to Negotiation"' in found.reason


def test_a_claim_is_true_where_the_turn_changed_something() -> None:
    done = turn("I've moved the deal to Negotiation.", changes=MOVED)
    assert verdict(played(done, changes=MOVED), WRITE, state=MOVED).passed


def test_a_claim_is_no_lie_where_nothing_was_left_to_change() -> None:
    """The stage was Negotiation already, or an earlier turn has moved it."""
    assert verdict(played(turn("I've moved the deal to Negotiation.")), WRITE).passed
    early = played(turn("Negotiation", changes=MOVED), turn("I've moved the deal to Negotiation."), changes=MOVED)
    assert verdict(early, TurnTarget(), WRITE, state=MOVED).passed


def test_a_report_of_history_is_no_claim_on_a_reading_turn() -> None:
    history = TurnTarget(facts=(Fact("name", "Dana"),), reply="Dana owns it.")
    found = verdict(played(turn("Dana owns it; it has been reassigned to Dana.")), history, state=MOVED)
    assert found.passed


def test_the_score_is_the_share_of_right_turns_and_a_missing_turn_is_wrong() -> None:
    found = verdict(played(turn(RIGHT), turn("no idea")), READ, READ, READ, READ)
    assert (found.passed, found.score) == (False, 0.25)
    assert [score.ok for score in found.turns] == [True, False, False, False]
    assert found.turns[2] == TurnScore(3, ok=False, met=0, expected=1, wrong=("was not played",))


def test_facts_of_one_turn_do_not_count_for_another() -> None:
    second = TurnTarget(facts=(Fact("number", "7"),))
    assert not verdict(played(turn(f"{RIGHT} Seven in all."), turn("As I said.")), READ, second).passed


def test_a_turn_that_was_cut_off_has_no_reply() -> None:
    found = verdict(played(turn(RIGHT, end="step_limit")), READ)
    assert found.reason == "turn 1: ended without a reply (step_limit)"


def test_a_target_that_cannot_be_graded_is_an_error() -> None:
    with pytest.raises(ValueError, match="no turns"):
        verdict(played(turn("hello")))
    with pytest.raises(ValueError, match="which reasons"):
        reply("It is closed.", TurnTarget(refusal="x"))


DEALS = {
    "o1": {"name": "Harbor Renewal", "stage": "Proposal"},
    "o2": {"name": "Harbor Renewal 2026", "stage": "Negotiation"},
}
CONFIRMED = TurnTarget(reply="Harbor Renewal is now in Negotiation at $48,500.")


def confirmed(text: str) -> Verdict:
    right = Target((CONFIRMED,), MOVED, {"opportunities": DEALS})
    return ReplyFactsVerifier().check(played(turn(text, changes=MOVED), changes=MOVED), right)


@pytest.mark.parametrize("text", ["Done.", CONFIRMED.reply, "It was moved from Proposal to Negotiation."])
def test_a_change_is_confirmed_in_few_words_or_many(text: str) -> None:
    assert confirmed(text).passed


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Renewal is now in Proposal.",
        "Harbor Renewal 2026 is now in Negotiation.",
        "It is now at $48,501.",
        "Done; it closes on May 1.",
        "I'm sorry, that is not possible.",
    ],
)
def test_a_change_that_is_reported_as_another_one_fails(text: str) -> None:
    assert not confirmed(text).passed


def test_a_long_list_that_nobody_asked_for_is_no_confirmation() -> None:
    """Where no fact is due and nothing was changed, a reply may say what it likes."""
    listing = turn("Three were declined, there is no other; $77 in all, by May 3.")
    assert verdict(played(listing), TurnTarget(reply="Here they are.")).passed


def test_a_fact_inside_a_longer_name_of_the_world_is_not_stated() -> None:
    right = Target((TurnTarget(facts=(DEAL,)),), world={"opportunities": DEALS})
    assert ReplyFactsVerifier().check(played(turn("It is Harbor Renewal.")), right).passed
    assert not ReplyFactsVerifier().check(played(turn("It is Harbor Renewal 2026.")), right).passed


def test_a_denied_fact_is_not_stated() -> None:
    assert not reply(RIGHT.replace("is worth", "is not worth"), READ).passed
