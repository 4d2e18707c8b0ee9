from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.reports.comparison import compare
from atlas.reports.evaluation.report import evaluation_report
from atlas.reports.measure import arm_metrics
from atlas.reports.statistics.multiplicity import benjamini_hochberg
from tests.reports.evaluation.evaluated import CONDITIONS, arm, evaluation, played, report, task
from tests.reports.played import OUTAGE, session


def test_each_run_is_measured_as_its_arm() -> None:
    one, other = arm("one", [True, False, True]), arm("other", [False, False, True])
    found = report(one, other)
    assert [run.metrics for run in found.runs] == [
        arm_metrics("one", one.sessions),
        arm_metrics("other", other.sessions),
    ]
    assert [run.common for run in found.runs] == [None, None]
    assert found.title == "CRM evaluation: one, other"


def test_every_run_is_compared_with_the_baseline_and_adjusted() -> None:
    base, good, bad = arm("base", [False] * 12), arm("good", [True] * 12), arm("bad", [True] * 5 + [False] * 7)
    found = evaluation_report([base, good, bad], "bad", "atlas")
    assert [(made.before, made.after) for made in found.comparisons] == [("bad", "base"), ("bad", "good")]
    p_values = [made.p_value for made in found.comparisons]
    assert [made.adjusted_p for made in found.comparisons] == benjamini_hochberg(p_values)
    assert {made.made_together for made in found.comparisons} == {2}


def test_one_run_is_compared_with_nothing() -> None:
    found = report(arm("one", [True]))
    assert (found.comparisons, found.economies, found.warnings) == ((), (), ())


def test_only_tasks_of_equal_content_are_paired() -> None:
    one = evaluation("one", [played(name, [False]) for name in "abc"])
    tasks = [task("a"), task("b", asks="another"), task("d")]
    conditions = replace(CONDITIONS, dataset_revision="sha256:ffff")
    other = evaluation("other", [played(name, [True]) for name in "abd"], tasks, conditions=conditions)
    found = report(one, other)
    (made,) = found.comparisons
    assert (made.counts.pairs, made.counts.gained, made.unpaired) == (1, 1, 0)
    assert [run.common and run.common.tasks for run in found.runs] == [1, 1]
    assert [run.metrics.tasks for run in found.runs] == [3, 3]


def test_a_failure_below_us_is_no_score_anywhere() -> None:
    sessions = [played("a", [True, False]), session("b", None, failure=OUTAGE)]
    (run,) = report(evaluation("one", sessions)).runs
    assert run.metrics.success.total == 1
    assert len(run.metrics.failed) == 1
    assert sum(group.rate.total for group in run.families) == 1
    assert run.tools[0].name == "all tools"
    assert run.tools[0].rate.total == 2


def test_one_simulated_session_makes_the_report_simulated() -> None:
    assert report(arm("one", [True]), arm("two", [True], simulated=True)).simulated
    assert not report(arm("one", [True]), arm("two", [True])).simulated


def test_the_order_of_sessions_does_not_matter() -> None:
    one, other = arm("one", [True, False] * 10), arm("other", [False, True] * 10)
    shuffled = replace(other, sessions=tuple(reversed(other.sessions)))
    first, second = report(one, other), report(one, shuffled)
    assert first.comparisons == second.comparisons
    for here, there in zip(first.runs, second.runs, strict=True):
        assert replace(here, evaluation=one) == replace(there, evaluation=one)


def test_the_time_of_a_report_is_that_of_its_last_session() -> None:
    one = arm("one", [True, True])
    later = replace(one.sessions[0], finished_at="2026-03-03T00:00:00+00:00")
    assert report(evaluation("one", [later, one.sessions[1]])).timestamp == "2026-03-03T00:00:00+00:00"


def test_a_baseline_must_be_a_run() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        evaluation_report([arm("one", [True])], "nobody", "atlas")


def test_detectable_effects_are_those_of_the_strictest_test() -> None:
    base, other = arm("base", [n % 2 == 0 for n in range(60)]), arm("other", [n % 3 == 0 for n in range(60)])
    third = arm("third", [True] * 60)
    alone = compare((*base.sessions, *other.sessions), "base", "other").detectable
    among = report(base, other, third).comparisons[0].detectable
    assert alone is not None
    assert among is not None
    assert among > alone
