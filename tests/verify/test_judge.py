"""One judge: what it is asked, what is accepted as an answer, what goes into the audit."""

from __future__ import annotations

import json
from typing import Literal

import pytest

from atlas.core.json import JsonObject, loads_object
from atlas.core.messages import Message, Usage
from atlas.core.state import Change, StateDiff
from atlas.core.verdicts import Judgement
from atlas.errors import ModelUnavailable
from atlas.verify.judge import Judge, Opinion, arbiter_question, question_of
from tests.verify.plays import BRIEF, called, played, turn
from tests.worlds import ScriptedModel, saying

REPLY: JsonObject = {
    "principles": [{"name": "right record", "weight": 1.0, "description": "the deal that was meant"}],
    "score": 0.75,
    "rationale": "Turn 2 is incomplete.",
    "uncertainty": 0.1,
}
MOVED = StateDiff(updated={"opportunities": {"o1": {"stage": Change("Proposal", "Negotiation")}}})
PLAYED = played(
    turn("Found it.", called("search", {"name": "Harbor"}, [{"opportunity_id": "o1"}])),
    turn("Moved.", called("modify", "{oops", error="The arguments are not JSON."), changes=MOVED),
    changes=MOVED,
)


async def ask(text: str, stage: Literal["tier1", "arbiter"] = "tier1") -> tuple[Opinion, ScriptedModel]:
    model = ScriptedModel(lambda request: saying(text))
    return await Judge(model, stage, 0.5).ask({"ask": "judge"}), model


async def test_a_valid_reply() -> None:
    opinion, model = await ask(json.dumps(REPLY))
    assert opinion.judgement == Judgement(0.75, "Turn 2 is incomplete.", 0.1, tuple(REPLY["principles"]), 0.5)
    assert (opinion.call.error, opinion.call.model, opinion.call.stage) == (None, "scripted", "tier1")
    assert opinion.call.completion is not None
    assert opinion.call.completion.usage == Usage(10, 5, 1, 0.001)
    request = model.asked[0]
    assert (request.json_object, request.temperature, request.tools) == (True, 0.5, ())
    assert [message.role for message in request.messages] == ["system", "user"]
    assert opinion.call.prompt == "\n\n".join(message.content for message in request.messages)


async def test_the_arbiter_has_a_prompt_of_its_own() -> None:
    (_, judge), (_, arbiter) = await ask("x"), await ask("x", "arbiter")
    assert "samples" in arbiter.asked[0].messages[0].content
    assert judge.asked[0].messages[0] != arbiter.asked[0].messages[0]


@pytest.mark.parametrize("score", [0, 1, 0.0, 1.0])
async def test_the_bounds_are_valid(score: float) -> None:
    opinion, _ = await ask(json.dumps(REPLY | {"score": score, "uncertainty": score}))
    assert opinion.judgement is not None
    assert opinion.judgement.score == score


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("The assistant did well.", "not the JSON object"),
        ("", "not the JSON object"),
        (json.dumps(REPLY)[:-20], "not the JSON object"),
        (json.dumps([REPLY]), "Expected `object`"),
        (json.dumps(REPLY | {"score": 1.01}), "<= 1.0"),
        (json.dumps(REPLY | {"score": -0.01}), ">= 0.0"),
        (json.dumps(REPLY | {"score": 85}), "<= 1.0"),
        (json.dumps(REPLY | {"score": "0.8"}), "Expected `float`"),
        (json.dumps(REPLY | {"score": True}), "Expected `float`"),
        (json.dumps(REPLY | {"score": None}), "Expected `float`"),
        (json.dumps(REPLY).replace("0.75", "NaN"), "not the JSON object"),
        (json.dumps({key: REPLY[key] for key in REPLY if key != "score"}), "missing required field `score`"),
        (json.dumps(REPLY | {"uncertainty": 2}), "<= 1.0"),
        (json.dumps({key: REPLY[key] for key in REPLY if key != "uncertainty"}), "required field `uncertainty`"),
        (json.dumps({key: REPLY[key] for key in REPLY if key != "rationale"}), "required field `rationale`"),
        (json.dumps(REPLY | {"principles": [{"weight": 1}]}), "missing required field `name`"),
    ],
)
async def test_any_other_reply_is_an_opinion_missing_and_still_paid_for(text: str, cause: str) -> None:
    opinion, _ = await ask(text)
    assert opinion.judgement is None
    assert opinion.call.error is not None
    assert opinion.call.error.startswith("judge model scripted failed: ")
    assert cause in opinion.call.error
    assert "it ended with 'stop'" in opinion.call.error
    assert opinion.call.completion is not None


@pytest.mark.parametrize(("stage", "role"), [("tier1", "judge"), ("arbiter", "arbiter")])
async def test_an_outage_is_an_opinion_missing_with_the_role_named(
    stage: Literal["tier1", "arbiter"], role: str
) -> None:
    def script(request: object) -> Message:
        raise ModelUnavailable("connection refused", model="small", attempts=3)

    opinion = await Judge(ScriptedModel(script), stage, 0.5).ask({})
    assert opinion.judgement is None
    assert opinion.call.completion is None
    assert opinion.call.error == f"{role} model small failed after 3 attempts: connection refused"


async def test_what_is_no_model_failure_is_raised() -> None:
    def script(request: object) -> Message:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await Judge(ScriptedModel(script), "tier1", 0.5).ask({})


def test_a_judge_sees_steps_results_errors_replies_and_changes() -> None:
    question = question_of(BRIEF, PLAYED, ["Look twice."], "accuracy")
    assert question == {
        "ask": "judge",
        "instructions": "Today is 2026-03-02 (Monday).",
        "focus": "accuracy",
        "turns": [
            {
                "request": "please",
                "steps": [
                    {
                        "tool": "search",
                        "arguments": {"name": "Harbor"},
                        "result": [{"opportunity_id": "o1"}],
                        "error": None,
                    }
                ],
                "reply": "Found it.",
            },
            {
                "request": "please",
                "steps": [
                    {"tool": "modify", "arguments": "{oops", "result": None, "error": "The arguments are not JSON."}
                ],
                "reply": "Moved.",
            },
        ],
        "changes": {
            "inserted": {},
            "updated": {"opportunities": {"o1": {"stage": {"before": "Proposal", "after": "Negotiation"}}}},
            "deleted": {},
        },
        "guidance": ["Look twice."],
    }


async def test_the_question_goes_out_as_one_json_object() -> None:
    model = ScriptedModel(lambda request: saying("{}"))
    question = question_of(BRIEF, PLAYED, [], "accuracy")
    await Judge(model, "tier1", 0.5).ask(question)
    assert loads_object(model.asked[0].messages[1].content) == question


def test_the_arbiter_sees_the_samples_too() -> None:
    question = arbiter_question({"ask": "judge", "focus": "x"}, [Judgement(0.5, "why", 0.2, ({"name": "p"},), 0.8)])
    assert question == {
        "ask": "arbitrate",
        "focus": "x",
        "samples": [{"score": 0.5, "rationale": "why", "uncertainty": 0.2}],
    }
