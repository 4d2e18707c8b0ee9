"""The panel: agreement stands, disagreement goes to the arbiter, a failed judge is missing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import get_type_hints

import pytest

from atlas.core.json import JsonValue, dumps, loads_object
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.core.protocols import JudgePanel
from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Target, Task
from atlas.core.verdicts import Judgement, PanelVerdict
from atlas.errors import BudgetExceeded, ModelTimeout
from atlas.verify.config import RIMConfig
from atlas.verify.judge import question_of
from atlas.verify.panel import Panel, escalation_reason
from tests.verify.plays import BRIEF, called, played, turn
from tests.worlds import ScriptedModel, failing, saying

Script = Callable[[ChatRequest], Message]

NOT_EXPECTED = failing("not expected")
MOVED = StateDiff(updated={"opportunities": {"o1": {"stage": Change("Proposal", "Negotiation")}}})


def opinion(score: float, uncertainty: float = 0.1, rationale: str = "because") -> Message:
    return saying(
        json.dumps({"principles": [], "score": score, "rationale": rationale, "uncertainty": uncertainty})
    )


def by_temperature(**messages: Message | None) -> Script:
    """Answers by the temperature asked for ("t02" is 0.2); None is an outage."""

    def script(request: ChatRequest) -> Message:
        message = messages[f"t{request.temperature}".replace(".", "")]
        if message is None:
            raise ModelTimeout("no reply within 60 s", model="small")
        return message

    return script


async def judged(
    small: Script, large: Script = NOT_EXPECTED, config: RIMConfig | None = None
) -> tuple[PanelVerdict, ScriptedModel, ScriptedModel]:
    judges, arbiter = ScriptedModel(small, name="small"), ScriptedModel(large, name="large")
    panel: JudgePanel = Panel(judges, arbiter, config or RIMConfig())
    verdict = await panel.judge(BRIEF, played(turn("done")), ["Look twice."])
    return verdict, judges, arbiter


async def test_agreement_stands() -> None:
    small = by_temperature(t02=opinion(0.8), t05=opinion(0.9, 0.05, "surest"), t08=opinion(0.7))
    verdict, judges, arbiter = await judged(small)
    assert verdict.score == pytest.approx(0.8)
    assert [sample.score for sample in verdict.samples] == [0.8, 0.9, 0.7]
    assert [sample.temperature for sample in verdict.samples] == [0.2, 0.5, 0.8]
    assert (verdict.rationale, verdict.escalated, verdict.escalation_reason) == ("surest", False, None)
    assert (len(judges.asked), len(arbiter.asked)) == (3, 0)
    assert (verdict.usage("tier1").total_tokens, verdict.usage("tier1").calls) == (45, 3)
    assert verdict.usage("arbiter") == Usage()


async def test_disagreement_calls_the_arbiter_whose_word_replaces_the_others() -> None:
    small = by_temperature(t02=opinion(1.0), t05=opinion(0.9), t08=opinion(0.2, rationale="wrong record"))
    verdict, _, arbiter = await judged(small, lambda request: opinion(0.25, 0.0, "settled"))
    assert (verdict.score, verdict.rationale, verdict.escalated) == (0.25, "settled", True)
    assert "standard deviation 0.356 is above 0.15" in (verdict.escalation_reason or "")
    assert [sample.score for sample in verdict.samples] == [0.25]
    assert [call.stage for call in verdict.audit] == ["tier1", "tier1", "tier1", "arbiter"]
    asked = loads_object(arbiter.asked[0].messages[1].content)
    assert (asked["ask"], [sample["score"] for sample in asked["samples"]]) == ("arbitrate", [1.0, 0.9, 0.2])
    assert arbiter.asked[0].temperature == 0.3
    assert verdict.usage("arbiter").calls == 1


async def test_uncertainty_calls_the_arbiter() -> None:
    small = by_temperature(t02=opinion(0.8), t05=opinion(0.8, 0.31), t08=opinion(0.8))
    verdict, _, _ = await judged(small, lambda request: opinion(0.5))
    assert (verdict.score, verdict.escalation_reason) == (0.5, "a judge is unsure: uncertainty 0.310 is above 0.3")


@pytest.mark.parametrize("large", [failing("overloaded"), lambda request: saying("I think 0.5")])
async def test_when_the_arbiter_fails_the_judges_mean_stands(large: Script) -> None:
    small = by_temperature(t02=opinion(1.0), t05=opinion(1.0), t08=opinion(0.4))
    verdict, _, _ = await judged(small, large)
    assert verdict.score == pytest.approx(0.8)
    assert verdict.escalated
    assert verdict.audit[-1].stage == "arbiter"
    assert (verdict.audit[-1].error or "").startswith("arbiter model")


async def test_a_failed_judge_is_missing_not_zero() -> None:
    small = by_temperature(t02=opinion(0.8), t05=None, t08=opinion(0.8))
    verdict, _, arbiter = await judged(small)
    assert verdict.score == pytest.approx(0.8)
    assert (len(verdict.samples), len(arbiter.asked)) == (2, 0)
    assert [call.error for call in verdict.audit] == [None, "judge model small failed: no reply within 60 s", None]


async def test_a_single_answer_of_several_goes_to_the_arbiter() -> None:
    small = by_temperature(t02=None, t05=opinion(0.9), t08=saying("prose"))
    verdict, _, arbiter = await judged(small, lambda request: opinion(0.6))
    assert (verdict.score, verdict.escalation_reason) == (0.6, "only 1 of 3 judges answered")
    assert len(loads_object(arbiter.asked[0].messages[1].content)["samples"]) == 1


async def test_all_judges_failing_is_no_score_and_calls_no_arbiter() -> None:
    verdict, _, arbiter = await judged(failing("connection refused"))
    assert (verdict.score, verdict.samples, verdict.escalated) == (None, (), False)
    assert verdict.rationale == "no judge gave a usable answer"
    assert len(arbiter.asked) == 0
    assert all("connection refused" in (call.error or "") for call in verdict.audit)
    assert len(verdict.audit) == 3


async def test_number_and_temperatures_are_as_configured() -> None:
    config = RIMConfig(judges=5, temperatures=(0.1, 0.9))
    verdict, judges, _ = await judged(lambda request: opinion(0.5), config=config)
    assert sorted(request.temperature or 0 for request in judges.asked) == [0.1, 0.1, 0.1, 0.9, 0.9]
    assert [sample.temperature for sample in verdict.samples] == [0.1, 0.9, 0.1, 0.9, 0.1]


async def test_one_judge_is_enough_where_one_is_configured() -> None:
    verdict, _, arbiter = await judged(lambda request: opinion(0.5), config=RIMConfig(judges=1))
    assert (verdict.score, len(arbiter.asked)) == (0.5, 0)


async def test_the_focus_is_the_configured_one() -> None:
    _, own, _ = await judged(lambda request: opinion(1), config=RIMConfig(judge_prompt="Only the money."))
    _, built_in, _ = await judged(lambda request: opinion(1))
    focuses = [loads_object(model.asked[0].messages[1].content)["focus"] for model in (own, built_in)]
    assert focuses[0] == "Only the money."
    assert "right records" in focuses[1]


def sample(score: float, uncertainty: float = 0.0) -> Judgement:
    return Judgement(score, "", uncertainty)


def test_thresholds_are_exclusive() -> None:
    config = RIMConfig(variance_threshold=0.25, uncertainty_threshold=0.5)
    assert escalation_reason([sample(0.25, 0.5), sample(0.75)], config) is None
    assert escalation_reason([sample(0.25), sample(0.76)], config) is not None
    assert escalation_reason([sample(0.5, 0.51), sample(0.5)], config) is not None


class SlowModel:
    """Counts how many calls it holds at once; `broken` calls raise the budget's end."""

    name, simulated = "slow", True

    def __init__(self, broken: int = 0) -> None:
        self.broken, self.started, self.running, self.most, self.finished = broken, 0, 0, 0, 0

    async def complete(self, request: ChatRequest) -> Completion:
        self.started += 1
        if self.started == self.broken:
            raise BudgetExceeded("the budget of 1.00 USD is spent")
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0.01)
            self.finished += 1
        finally:
            self.running -= 1
        return Completion(opinion(0.5), Usage(), self.name)

    async def close(self) -> None: ...


@pytest.mark.parametrize(("workers", "most"), [(1, 1), (2, 2), (32, 5)])
async def test_judges_are_asked_side_by_side_up_to_the_limit(workers: int, most: int) -> None:
    model = SlowModel()
    await Panel(model, model, RIMConfig(judges=5, parallel_workers=workers)).judge(BRIEF, played(turn()), [])
    assert (model.most, model.finished) == (most, 5)


async def test_a_spent_budget_stops_the_whole_panel() -> None:
    model = SlowModel(broken=2)
    with pytest.raises(BudgetExceeded):
        await Panel(model, model, RIMConfig()).judge(BRIEF, played(turn()), [])
    assert (model.running, model.finished) == (0, 0)


def leaves(value: JsonValue) -> set[str]:
    """Every text in a JSON value, keys apart."""
    if isinstance(value, dict):
        return {text for item in value.values() for text in leaves(item)}
    if isinstance(value, list):
        return {text for item in value for text in leaves(item)}
    return {value} if isinstance(value, str) else set()


async def test_prompts_hold_nothing_but_the_brief_the_trajectory_the_guidance_and_the_judges() -> None:
    step = called("search", {"name": "Harbor"}, [{"opportunity_id": "o1"}])
    trajectory = played(turn("Found it.", step, changes=MOVED), changes=MOVED)
    known = leaves(loads_object(dumps({"brief": BRIEF, "play": trajectory})))
    known |= {"search", "Harbor", "o1", "Look twice.", "Only the money.", "judge", "arbitrate", "because"}
    small = ScriptedModel(by_temperature(t02=opinion(1.0), t05=opinion(0.0), t08=opinion(0.5)))
    large = ScriptedModel(lambda request: opinion(0.5))
    panel = Panel(small, large, RIMConfig(judge_prompt="Only the money."))
    await panel.judge(BRIEF, trajectory, ["Look twice."])
    sent = [loads_object(request.messages[1].content) for request in small.asked + large.asked]
    assert len(sent) == 4
    assert {text for question in sent for text in leaves(question)} <= known


@pytest.mark.parametrize("function", [Panel.__init__, Panel.judge, question_of])
def test_a_panel_cannot_be_given_a_target(function: Callable[..., object]) -> None:
    assert not {Target, Task} & set(get_type_hints(function).values())
