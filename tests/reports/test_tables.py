from __future__ import annotations

import io

from rich.console import Console

from atlas.reports.run import RunReport, run_report
from atlas.reports.tables import page_table, render
from tests.reports.pages import page
from tests.reports.played import OUTAGE, context, session, two_arms


def shown(report: RunReport) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(render(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_both_arms_with_interval_difference_p_and_cost() -> None:
    text = shown(two_arms([True] * 4 + [False] * 8, [True] * 11 + [False]))
    success = next(line for line in text.splitlines() if "before" in line)
    assert [cell.strip() for cell in success.strip("│").split("│")][:4] == [
        "before",
        "4 of 12",
        "33.3 %",
        "13.8 to 60.9 %",
    ]
    compared = next(line for line in text.splitlines() if "before -> after" in line and "│" in line)
    cells = [cell.strip() for cell in compared.strip("│").split("│")]
    assert cells == ["before -> after", "12", "7", "0", "+58.3", "+19.9 to +80.7", "0.016"]
    assert "$0.0020" in text
    assert "p = 0.016: better." in text


def test_every_title_says_simulated() -> None:
    simulated, real = shown(two_arms([True], [True])), shown(two_arms([True], [True], simulated=False))
    assert simulated.count("(SIMULATED)") == 3
    assert "SIMULATED" not in real


def test_failures_have_a_table_of_their_own() -> None:
    text = shown(run_report([session("a", None, failure=OUTAGE), session("b", True)], context(), arms=("before",)))
    assert "infrastructure failures (not scored)" in text
    assert "no reply in 60 s" in text
    assert "infrastructure failures" not in shown(two_arms([True], [True]))


def test_square_brackets_in_a_message_are_text() -> None:
    broken = type(OUTAGE)("model", "ModelTimeout", "[red]not markup[/nothing]")
    assert "[red]not markup[/nothing]" in shown(
        run_report([session("a", None, failure=broken)], context(), arms=("before",))
    )


def test_a_run_of_one_arm_has_no_comparison() -> None:
    text = shown(run_report([session("a", True)], context(), arms=("before",)))
    assert "paired comparison" not in text
    assert "1 of 1" in text


def test_the_table_of_a_page() -> None:
    console = Console(file=io.StringIO(), width=400)
    (table,) = page().sections[0].tables
    console.print(page_table(table, "Runs"))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert text.startswith("Runs: Rates of a|b")
    assert text.count("[red]x[/nothing]") == 4, "title, heading and two cells: text, not markup"
