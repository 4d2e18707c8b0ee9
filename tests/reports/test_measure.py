from __future__ import annotations

import random
from dataclasses import replace

import pytest

from atlas.core.messages import ModelRole, Usage
from atlas.core.verdicts import Verdict
from atlas.reports.measure import arm_metrics
from atlas.reports.metrics import LearningTotals
from atlas.reports.statistics.intervals import wilson
from tests.reports.played import OUTAGE, arm, session


def test_strict_success_with_its_wilson_interval() -> None:
    metrics = arm_metrics("before", arm("before", [True, True, False, True]) + arm("after", [False]))
    assert (metrics.sessions, metrics.tasks, metrics.success.passed, metrics.success.total) == (4, 4, 3, 4)
    assert metrics.success.value == 0.75
    assert metrics.success.interval == wilson(3, 4)


def test_a_failed_session_is_counted_apart_and_never_averaged_in() -> None:
    scored = [session("a", True, reward=1.0), session("b", False, reward=0.5)]
    lost = session("c", None, failure=OUTAGE, usage={"student": Usage(1000, 1000, 1, 5.0)})
    metrics = arm_metrics("before", [*scored, lost])
    assert metrics.success == arm_metrics("before", scored).success
    assert metrics.reward == arm_metrics("before", scored).reward
    assert metrics.tokens_per_conversation == 120
    assert [(found.task_id, found.boundary, found.message) for found in metrics.failed] == [
        ("c", "model", OUTAGE.message)
    ]
    assert metrics.spent.total_tokens == 2240, "what it spent is still counted"


def test_a_failure_after_the_verdicts_is_no_score_either() -> None:
    """The judges failed when the verifiers had already passed the session."""
    metrics = arm_metrics("before", [session("a", True, failure=OUTAGE), session("b", None)])
    assert (metrics.success.total, len(metrics.failed), metrics.unscored) == (0, 1, 1)
    assert metrics.success.value is None
    assert metrics.tokens_per_conversation is None
    assert metrics.cost_per_success_usd is None


def test_the_order_of_sessions_does_not_matter() -> None:
    sessions = [
        session(
            f"t{n}",
            n % 3 > 0,
            trial=n % 2,
            turns=[True, n % 3 > 0],
            reward=n / 10,
            usage={"judge": Usage(n, 1, 1, n / 7)},
        )
        for n in range(10)
    ]
    shuffled = random.Random(1).sample(sessions, len(sessions))
    assert arm_metrics("before", shuffled) == arm_metrics("before", sessions)


def test_a_slot_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="/before/a/0 is there twice"):
        arm_metrics("before", [session("a", True), session("a", False)])


def test_usage_and_cost_by_role() -> None:
    one = session("a", True, usage={"student": Usage(100, 20, 2, 0.01), "teacher": Usage(50, 10, 1, 0.02)})
    two = session("b", False, usage={"student": Usage(300, 20, 4, 0.03)})
    metrics = arm_metrics("before", [one, two])
    student, teacher = metrics.usage
    assert (student.role, student.tokens_per_conversation, student.cost_per_conversation_usd) == (
        "student",
        220,
        0.02,
    )
    assert (teacher.role, teacher.tokens_per_conversation, teacher.cost_per_conversation_usd) == (
        "teacher",
        30,
        0.01,
    )
    assert metrics.tokens_per_conversation == 250
    assert metrics.cost_per_conversation_usd == pytest.approx(0.03)
    assert metrics.cost_per_success_usd == pytest.approx(0.06)


def test_an_unknown_price_makes_the_cost_unknown_not_zero() -> None:
    metrics = arm_metrics(
        "before", [session("a", True, usage={"student": Usage(1, 1, 1, None)}), session("b", True)]
    )
    assert metrics.usage[0].cost_per_conversation_usd is None
    assert metrics.cost_per_conversation_usd is None
    assert metrics.cost_per_success_usd is None
    assert metrics.spent.total_tokens == 122


def test_turns_and_the_turn_where_sessions_fail_first() -> None:
    sessions = [
        session("a", False, turns=[True, False, True]),
        session("b", False, turns=[True, False]),
        session("c", True, turns=[True]),
        session("d", False, turns=[False]),
    ]
    metrics = arm_metrics("before", sessions)
    assert (metrics.turns.passed, metrics.turns.total) == (4, 7)
    assert metrics.first_failed_turns == {1: 1, 2: 2}
    assert (metrics.checks[0].turns.passed, metrics.checks[0].turns.total) == (4, 7)


def test_each_check_on_its_own() -> None:
    judged = Verdict("llm_judge", "2", False, 0.4, "terse", required=False, decided_by="judge")
    both = [session("a", True), session("b", False)]
    graded = [replace(played, verdicts=(*played.verdicts, judged)) for played in both]
    judge, structured = arm_metrics("before", graded).checks
    assert (judge.verifier, judge.versions, judge.decided_by, judge.required) == (
        "llm_judge",
        ("2",),
        "judge",
        False,
    )
    assert judge.sessions.passed == 0
    assert judge.mean_score == pytest.approx(0.4)
    assert (structured.decided_by, structured.sessions.passed, structured.mean_score) == ("rule", 1, 0.5)


def test_repeated_trials_widen_the_interval_and_give_pass_k() -> None:
    sessions = [session(f"t{n}", n < 6, trial=trial) for n in range(10) for trial in range(3)]
    metrics = arm_metrics("before", sessions)
    assert (metrics.tasks, metrics.success.total) == (10, 30)
    plain = wilson(18, 30)
    assert metrics.success.interval.high - metrics.success.interval.low > plain.high - plain.low
    assert [entry.k for entry in metrics.pass_k] == [1, 2, 3]
    assert [entry.value for entry in metrics.pass_k] == pytest.approx([0.6, 0.6, 0.6])
    assert all(entry.value in entry.interval for entry in metrics.pass_k)


def test_pass_k_leaves_out_tasks_with_too_few_scored_trials() -> None:
    sessions = [session(f"t{n}", True, trial=trial) for n in range(4) for trial in range(2)]
    sessions[0] = session("t0", None, trial=0, failure=OUTAGE)
    assert [(entry.k, entry.tasks) for entry in arm_metrics("before", sessions).pass_k] == [(1, 4), (2, 3)]


def test_one_task_alone_says_nothing_about_others() -> None:
    (first, second) = arm_metrics("before", [session("a", trial == 0, trial=trial) for trial in range(2)]).pass_k
    assert (first.value, second.value) == (0.5, 0.0)
    assert (first.interval.low, first.interval.high) == (0.0, 1.0)


def test_learning_totals_and_modes() -> None:
    used = {"session": {"cue_hits": 2, "action_adoptions": 1, "failed_adoptions": 1}}
    metrics = arm_metrics("before", [session("a", True, learning_usage=used), session("b", True)])
    assert metrics.learning == LearningTotals(2, 1, 1, sessions_with_cues=1)
    assert metrics.modes == {"paired": 2}


def test_an_arm_is_simulated_when_any_session_is() -> None:
    assert arm_metrics("before", [session("a", True), session("b", True, simulated=True)]).simulated
    assert not arm_metrics("before", [session("a", True)]).simulated


def test_without_a_success_a_success_has_no_price() -> None:
    metrics = arm_metrics("before", [session("a", False)])
    assert metrics.spent.cost_usd == 0.002
    assert metrics.cost_per_success_usd is None


def test_pass_k_without_variation_is_not_certain() -> None:
    """Thirty tasks, each solved twice: a bootstrap would say 100 to 100 %."""
    sessions = [session(f"t{task:02}", True, trial=trial) for task in range(30) for trial in range(2)]
    first, second = arm_metrics("before", sessions).pass_k
    assert (first.value, second.value) == (1.0, 1.0)
    assert first.interval == second.interval == wilson(30, 30)


def test_tokens_per_success_are_all_that_was_spent() -> None:
    usage: dict[ModelRole, Usage] = {"student": Usage(100, 20, 2, 0.002)}
    sessions = [
        session("a", True, usage=usage),
        session("b", False, usage=usage),
        session("c", None, usage=usage, failure=OUTAGE),
    ]
    assert arm_metrics("before", sessions).tokens_per_success == 360
    assert arm_metrics("before", sessions[1:]).tokens_per_success is None
