"""The offline judge and arbiter: scores that follow the evidence, with noise that follows the seed."""

from __future__ import annotations

import json
from statistics import fmean
from typing import Literal

import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Message
from atlas.core.verdicts import Judgement
from atlas.models.offline.judge import BEST_SCORE, COSTS, NOISE, judge
from atlas.models.offline.mistakes import Mistake
from atlas.verify.judge import Judge, arbiter_question
from atlas.verify.llm_judge import LlmJudge
from tests.verify.plays import BRIEF, played
from tests.verify.plays import turn as plain_turn
from tests.worlds import ScriptedModel

DEAL_ID = "0b7c3a52-8f0e-4a1e-9d7c-3f1b2a4c5d6e"
ERROR = "Opportunity stage update must be one of: Negotiation, Proposal."
REQUEST = "Move Harbor Renewal to negotiation."


def step(stage: str, error: str | None = None) -> JsonObject:
    row = None if error else {"opportunity_id": DEAL_ID, "name": "Harbor Renewal", "stage": stage}
    arguments = {"opportunity_id": DEAL_ID, "stage": stage}
    return {"tool": "modify_opportunity", "arguments": arguments, "result": row, "error": error}


def turn(reply: str, *steps: JsonObject, request: str = REQUEST) -> JsonObject:
    return {"request": request, "steps": list(steps), "reply": reply}


RIGHT = turn("Done: Harbor Renewal now has stage Negotiation.", step("Negotiation"))
SLIPPED = turn("Done: Harbor Renewal now has stage Negotiation.", step("negotiation", ERROR), step("Negotiation"))
MISSPELLED = turn("I did not change it: that value is not allowed.", step("negotiation", ERROR))
CLAIMED = turn("Done: Harbor Renewal has been updated.", step("legal review", ERROR))
HALF = turn("It is in stage Proposal.", request="What stage is Harbor Renewal in and what is it worth?")


def question(*turns: JsonObject) -> JsonObject:
    return {
        "ask": "judge",
        "instructions": "Today is 2026-03-02 (Monday).",
        "focus": "Was every request carried out?",
        "turns": list(turns),
        "changes": {"inserted": {}, "updated": {}, "deleted": {}},
        "guidance": [],
    }


def request_of(ask: JsonObject, temperature: float | None = 0.2) -> ChatRequest:
    return ChatRequest((Message("user", json.dumps(ask)),), json_object=True, temperature=temperature)


def judged(ask: JsonObject, seed: int = 0, temperature: float = 0.2) -> JsonObject:
    reply: JsonObject = json.loads(judge(request_of(ask, temperature), seed).content)
    return reply


def mean_score(ask: JsonObject) -> float:
    return fmean(judged(ask, seed)["score"] for seed in range(60))


def test_a_clean_conversation_scores_high_and_surely() -> None:
    replies = [judged(question(RIGHT, RIGHT), seed) for seed in range(50)]
    assert fmean(reply["score"] for reply in replies) == pytest.approx(BEST_SCORE, abs=0.02)
    assert all(reply["uncertainty"] < 0.15 for reply in replies)
    assert all("as asked" in reply["rationale"] for reply in replies)


def test_graver_mistakes_cost_more() -> None:
    clean, slipped = mean_score(question(RIGHT)), mean_score(question(SLIPPED))
    misspelled, claimed = mean_score(question(MISSPELLED)), mean_score(question(CLAIMED))
    assert clean > slipped > 0.85 > 0.6 > misspelled > claimed


def test_one_wrong_turn_spoils_a_conversation() -> None:
    assert mean_score(question(MISSPELLED)) < mean_score(question(RIGHT, MISSPELLED, RIGHT)) < 0.8


def test_what_is_inferred_from_wording_leaves_doubt() -> None:
    assert (
        judged(question(HALF), temperature=0.0)["uncertainty"]
        > judged(question(RIGHT), temperature=0.0)["uncertainty"]
    )


def test_the_rationale_names_the_turn() -> None:
    reply = next(r for seed in range(9) if (r := judged(question(RIGHT, MISSPELLED), seed))["score"] < 0.8)
    assert reply["rationale"] == f"In turn 2 {Mistake.SPELLING}."


def test_every_mistake_has_a_cost() -> None:
    assert set(COSTS) == set(Mistake)
    assert all(0 < cost < 1 for cost in COSTS.values())


def test_principles_are_weighed_to_one() -> None:
    assert sum(principle["weight"] for principle in judged(question(RIGHT))["principles"]) == pytest.approx(1.0)


def test_equal_requests_give_equal_replies_and_temperature_changes_them() -> None:
    ask = question(RIGHT)
    assert judge(request_of(ask), 3) == judge(request_of(ask), 3)
    assert judged(ask, 3, 0.2)["score"] != judged(ask, 3, 0.8)["score"] != judged(ask, 4, 0.8)["score"]
    assert judged(ask, 3, 0.0)["score"] == BEST_SCORE == judged(ask, 4, 0.0)["score"]


def test_noise_stays_within_its_bound() -> None:
    scores = [judged(question(RIGHT), seed, 1.0)["score"] for seed in range(200)]
    assert max(abs(score - BEST_SCORE) for score in scores) <= NOISE
    assert max(scores) - min(scores) > NOISE


def test_the_arbiter_considers_the_samples_and_strays_less() -> None:
    ask = question(RIGHT)
    low, high = ([Judgement(score, "", 0.2) for _ in range(3)] for score in (0.2, 0.9))
    after_low, after_high = (
        [judged(arbiter_question(ask, samples), seed, 0.3)["score"] for seed in range(40)]
        for samples in (low, high)
    )
    assert fmean(after_low) < fmean(after_high)
    assert min(after_low) > 0.7
    assert max(after_high) - min(after_high) < 2 * NOISE * 0.3 / 2
    assert "3 opinions" in judged(arbiter_question(ask, low))["rationale"]


def test_an_empty_conversation_is_worth_nothing() -> None:
    assert judged(question(), temperature=0.0)["score"] == 0.0


def grades(*turns: JsonObject) -> JsonObject:
    return judged({key: value for key, value in question(*turns).items() if key != "focus"} | {"ask": "grade"})


def test_grades_tell_the_goal_from_the_way_there() -> None:
    right, slipped, claimed = grades(RIGHT), grades(SLIPPED), grades(CLAIMED)
    assert right["goal"] > 0.9
    assert right["process"] == 1.0
    assert slipped["goal"] > 0.8
    assert slipped["process"] == 0.5
    assert claimed["goal"] < 0.5
    assert Mistake.CLAIMED in claimed["rationale"]


async def test_the_judge_verifier_accepts_its_grades() -> None:
    model = ScriptedModel(lambda request: judge(request, 1))
    verdict = await LlmJudge(model).grade(BRIEF, played(plain_turn("Nothing was asked.")), required=False)
    assert (verdict.passed, verdict.decided_by) == (True, "judge")


@pytest.mark.parametrize("text", ["hello", '{"ask": "validate"}', "[]", "{"])
def test_anything_else_gets_a_short_plain_reply(text: str) -> None:
    assert 0 < len(judge(ChatRequest((Message("user", text),)), 0).content) < 120


@pytest.mark.parametrize("stage", ["tier1", "arbiter"])
async def test_the_panel_accepts_what_it_says(stage: Literal["tier1", "arbiter"]) -> None:
    ask = question(RIGHT) if stage == "tier1" else arbiter_question(question(RIGHT), [Judgement(0.9, "", 0.1)])
    opinion = await Judge(ScriptedModel(lambda request: judge(request, 1)), stage, 0.5).ask(ask)
    assert opinion.judgement is not None
    assert opinion.judgement.score > 0.8
    assert len(opinion.judgement.principles) == 3
