"""The judge verifier: its threshold, what it is shown, and that a judge that fails is missing, not a fail."""

from __future__ import annotations

import json

import pytest

from atlas.core.messages import ChatRequest, Message
from atlas.core.verdicts import Verdict
from atlas.errors import ModelError, ModelReplyError, ModelTimeout
from atlas.verify.llm_judge import LlmJudge
from tests.verify.plays import BRIEF, called, played, turn
from tests.worlds import ScriptedModel, saying

PLAYED = played(turn("It is moved.", called("modify_opportunity", {"stage": "Proposal"}, {"stage": "Proposal"})))


async def graded(text: str, *, required: bool = False) -> Verdict:
    return await LlmJudge(ScriptedModel(lambda request: saying(text))).grade(BRIEF, PLAYED, required=required)


def reply(goal: object, process: object, **more: object) -> str:
    return json.dumps({"goal": goal, "process": process, "rationale": "In turn 1 the deal was moved.", **more})


@pytest.mark.parametrize(
    ("goal", "process", "score", "passed"),
    [
        (1, 1, 1.0, True),
        (1.0, 0.0, 0.7, False),
        (0.0, 1.0, 0.3, False),
        (0.8, 0.8, 0.8, True),
        (0.7999, 0.8, 0.7999, False),
        (0.9, 0.5667, 0.8, True),
        (0, 0, 0.0, False),
    ],
)
async def test_the_threshold_is_applied_to_70_and_30_parts(
    goal: float, process: float, score: float, passed: bool
) -> None:
    verdict = await graded(reply(goal, process))
    assert (verdict.score, verdict.passed) == (score, passed)
    assert verdict.details == {"goal": goal, "process": process, "model": "scripted"}


async def test_whether_the_model_says_pass_is_not_read() -> None:
    assert not (await graded(reply(0.1, 0.1, **{"pass": True, "score": 1.0}))).passed


async def test_the_verdict_is_labelled_and_keeps_the_rationale() -> None:
    verdict = await graded(reply(1, 1), required=True)
    assert (verdict.verifier, verdict.version, verdict.decided_by) == ("llm_judge", "1", "judge")
    assert verdict.required
    assert verdict.reason == "In turn 1 the deal was moved."
    assert not (await graded(reply(1, 1))).required


@pytest.mark.parametrize(
    "text",
    [
        "It was fine.",
        "",
        reply(1.01, 1),
        reply(1, -0.1),
        reply("1", 1),
        reply(None, 1),
        '{"goal": 1, "process": 1}',
        '{"goal": 1, "rationale": ""}',
        "[1, 1]",
    ],
)
async def test_another_form_is_a_missing_grade_not_a_fail(text: str) -> None:
    with pytest.raises(ModelReplyError, match="judge model scripted failed: ") as caught:
        await graded(text)
    assert caught.value.role == "judge"


async def test_a_model_that_fails_is_a_missing_grade() -> None:
    def fail(request: ChatRequest) -> Message:
        raise ModelTimeout("no reply within 60 s", model="scripted")

    with pytest.raises(ModelError, match="judge model scripted failed: no reply within 60 s"):
        await LlmJudge(ScriptedModel(fail)).grade(BRIEF, PLAYED, required=True)


async def test_it_is_shown_what_happened() -> None:
    model = ScriptedModel(lambda request: saying(reply(1, 1)))
    await LlmJudge(model).grade(BRIEF, PLAYED, required=False)
    (request,) = model.asked
    assert (request.json_object, request.temperature) == (True, 0.0)
    question = json.loads(request.messages[1].content)
    assert set(question) == {"ask", "instructions", "turns", "changes"}
    assert question["ask"] == "grade"
    assert question["instructions"] == BRIEF.instructions
    (step,) = question["turns"][0]["steps"]
    assert step == {
        "tool": "modify_opportunity",
        "arguments": {"stage": "Proposal"},
        "result": {"stage": "Proposal"},
        "error": None,
    }
