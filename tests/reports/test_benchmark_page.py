"""The page of a benchmark: rates with intervals in all and by group, repeated trials, cost, and what was lost."""

from __future__ import annotations

from atlas.core.messages import ModelRole, Usage
from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.reports.benchmark_page import benchmark_page, group_table, pass_k_table
from atlas.reports.breakdown import Outcome, breakdown
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.run import RunReport, run_report
from tests.reports.played import OUTAGE, context, session


def report(sessions: list[Session]) -> RunReport:
    return run_report(sessions, context(), arms=("before",))


def sessions(trials: int = 2) -> list[Session]:
    """Twelve tasks, right in every trial but those of the last six, whose second ones are wrong; one was lost."""
    usage: dict[ModelRole, Usage] = {"student": Usage(100, 20, 2, 0.002), "judge": Usage(10, 5, 1, 0.001)}
    played = [
        session(f"t{task}", task < 6 or trial == 0, trial=trial, usage=usage)
        for task in range(12)
        for trial in range(trials)
    ]
    return [*played, session("t0", None, trial=9, failure=OUTAGE)]


def groups(of: list[Session]) -> tuple[str, ...]:
    outcomes = [
        Outcome(f"level {1 + (int(each.slot.task_id[1:]) > 5)}", bool(each.success), each.slot.task_id)
        for each in of
        if each.success is not None
    ]
    page = page_md(benchmark_page(report(of), breakdown(outcomes), "level"))
    return tuple(line for line in page.splitlines() if line.startswith("| "))


def test_every_number_of_the_page_stands_with_what_it_rests_on() -> None:
    rows = groups(sessions())
    (success,) = (row for row in rows if row.startswith("| before | ") and "of 24" in row and "%" in row)
    assert "75.0 % (" in success
    assert "18 of 24 | 25 | 12 | 1 |" in success
    assert any(row.startswith("| pass^2 | 50.0 % (") and "n 12" in row for row in rows)
    assert any(row.startswith("| level 1 | 100.0 % (") for row in rows)
    assert any("judge" in row and "$0.0240" in row for row in rows), "the cost of every role"
    assert any("ModelTimeout" in row for row in rows), "what was lost is named, and in no rate"


def test_it_renders_as_html_that_loads_nothing() -> None:
    of = sessions()
    page = benchmark_page(report(of), breakdown([Outcome("level 1", True, of[0].slot.task_id)]), "level")
    html = page_html(page)
    assert "data:image/svg+xml" in html
    assert "default-src 'none'" in html
    assert "By level" in html


def test_one_trial_a_task_has_no_pass_k() -> None:
    (arm,) = report([session("a", True), session("b", False)]).arms
    assert pass_k_table(arm) is None


def test_a_group_of_few_tasks_is_marked() -> None:
    tasks = [("few", f"a{n}") for n in range(9)] + [("more", f"b{n}") for n in range(10)]
    outcomes = [Outcome(name, True, TaskId(task)) for name, task in tasks]
    assert [row[2] for row in group_table(breakdown(outcomes), "level").rows] == ["9 (few)", "10"]
