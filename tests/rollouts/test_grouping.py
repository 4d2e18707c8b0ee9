"""Grouping: sessions as members, failed ones apart."""

from __future__ import annotations

from atlas.core.group import ReasoningGrade
from atlas.core.messages import Usage
from atlas.rollouts.config import ScoringConfig
from atlas.rollouts.grouping import Grouping
from atlas.rollouts.scoring import Limits
from tests.rollouts.samples import SEARCH
from tests.rollouts.sessions import OUTAGE, TASK, judged, session, step

GROUPING = Grouping(
    "crm",
    "m",
    lambda task: task.brief.instructions,
    (SEARCH,),
    {"temperature": 1.0},
    Limits(12, 240.0),
    ScoringConfig(),
    "7",
)


def test_members_have_the_conversation_that_the_model_had() -> None:
    group = GROUPING.group("000003", TASK, [[session([step("a"), step()])], [session(right=False)]])
    first, second = group.members
    assert [message.role for message in first.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert first.messages[0].content == TASK.brief.instructions
    assert (first.rollout_id, second.rollout_id) == ("000003/0", "000003/1")
    assert first.score > 0.9
    assert second.score == 0.0
    assert first.duration_s == 2.5
    assert first.finish_reason == "stop"
    assert (group.environment, group.model, group.tools) == ("crm", "m", (SEARCH,))
    assert not group.simulated


def test_what_failed_below_the_agent_stands_apart_and_is_paid_for() -> None:
    replayed = [session(failure=OUTAGE), session()]
    group = GROUPING.group("000000", TASK, [replayed, [session(failure=OUTAGE)]])
    assert [member.rollout_id for member in group.members] == ["000000/0"]
    assert [failed.rollout_id for failed in group.failures] == ["000000/0", "000000/1"]
    assert group.failures[0].failure == OUTAGE
    assert group.usage == Usage(30, 15, 3, 0.003)


def test_a_group_of_a_scripted_student_says_so() -> None:
    assert GROUPING.group("000000", TASK, [[session(simulated=True)]]).simulated


def test_what_the_judge_said_is_recorded_with_its_tokens_beside_the_students() -> None:
    tries = [[session(panel=judged(0.5))], [session(panel=judged(None))], [session()]]
    group = GROUPING.group("000000", TASK, tries)
    graded, ungraded, by_rule = group.members
    assert graded.reasoning == ReasoningGrade("j", "7", 0.5, "Step 1 guessed.", Usage(100, 20, 1, 0.002))
    assert ungraded.reasoning is not None
    assert ungraded.reasoning.score is None
    assert group.ungraded == ("not graded: the judge model j failed: timeout",)
    assert by_rule.reasoning is None
    assert graded.usage == by_rule.usage == Usage(10, 5, 1, 0.001), "the student's own"
    assert group.usage.prompt_tokens == 3 * 10 + 2 * 100
    assert group.usage.cost_usd == 3 * 0.001 + 2 * 0.002
