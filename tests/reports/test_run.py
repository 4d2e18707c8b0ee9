from __future__ import annotations

from atlas.reports.run import run_report
from tests.reports.played import OUTAGE, arm, context, session, two_arms


def test_a_run_has_its_arms_comparisons_and_curve() -> None:
    report = two_arms([True, False], [True, True], [False, True])
    assert [measured.arm for measured in report.arms] == ["before", "learning", "after"]
    assert [measured.arm for measured in report.compared] == ["before", "after"]
    assert [(c.before, c.after) for c in report.comparisons] == [("before", "after")]
    assert report.curve is not None
    assert report.curve.outcomes == (False, True)


def test_arms_that_were_not_played_are_left_out() -> None:
    report = run_report(
        arm("before", [True]),
        context(),
        arms=("before", "after"),
        comparisons=(("before", "after"),),
        stream="learning",
    )
    assert [measured.arm for measured in report.arms] == ["before"]
    assert report.comparisons == ()
    assert report.curve is None


def test_the_curve_keeps_the_order_of_play() -> None:
    stream = [session("z", True, "learning"), session("a", False, "learning")]
    report = run_report(stream, context(), arms=("learning",), stream="learning")
    assert report.curve is not None
    assert report.curve.outcomes == (True, False)


def test_the_heading_says_simulated_when_any_session_is() -> None:
    mixed = [session("a", True), session("b", True, "after", simulated=True)]
    assert run_report(mixed, context(), arms=("before", "after")).heading == "CRM quickstart (SIMULATED)"
    assert run_report(mixed, context(), arms=("before",)).heading == "CRM quickstart"


def test_failed_sessions_of_all_arms() -> None:
    sessions = [session("a", None, failure=OUTAGE), session("b", True, "after")]
    assert [lost.task_id for lost in run_report(sessions, context(), arms=("before", "after")).failed] == ["a"]
