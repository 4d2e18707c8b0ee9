"""The whole page, as Markdown, HTML and JSON: the same numbers in each, none without its count and interval."""

from __future__ import annotations

import re
from dataclasses import replace

import orjson
import pytest

from atlas.reports.evaluation.document import evaluation_json
from atlas.reports.evaluation.page import evaluation_page
from atlas.reports.evaluation.report import EvaluationReport
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.page import Page, Section, Table
from atlas.reports.wording import finding, rated
from tests.reports.evaluation.evaluated import CONDITIONS, arm, evaluation, played, report, task
from tests.reports.html_checks import check_html
from tests.reports.played import OUTAGE, session

RATE = r"\d+\.\d % \(\d+\.\d to \d+\.\d %\), \d+ of \d+"


@pytest.fixture(scope="module")
def made() -> EvaluationReport:
    before = arm("base", [n % 2 == 0 for n in range(30)], cost_usd=0.02, simulated=True)
    after = arm("new", [True] * 30)
    third = arm("third", [n % 2 == 0 for n in range(30)])
    return report(before, after, third)


@pytest.fixture(scope="module")
def page(made: EvaluationReport) -> Page:
    return evaluation_page(made)


def section(page: Page, title: str) -> Section:
    return next(section for section in page.sections if section.title == title)


def table(page: Page, title: str, number: int = 0) -> Table:
    return section(page, title).tables[number]


def test_it_has_every_section_in_order(page: Page) -> None:
    assert [section.title for section in page.sections] == [
        "Strict success",
        "Against the baseline",
        "Runs",
        "Checks: state, replies, tool calls",
        "By tool",
        "By family",
        "By complexity",
        "Refusals by failure category",
        "By turn position",
        "Tokens and cost",
        "Effort and latency",
        "Published figures, for orientation",
    ]
    assert [figure.name for figure in page.figures] == ["success", "by_tool", "by_complexity", "per_success"]


def test_the_html_is_one_readable_file(page: Page) -> None:
    document = check_html(page_html(page))
    assert len(document.all("img")) == 4
    assert len(document.all("table")) == sum(len(section.tables) for section in page.sections)


def test_no_percentage_is_naked(page: Page) -> None:
    """In every measured table a percentage is a rate with interval and number; p-values and intervals have none."""
    for section_ in page.sections[:-1]:
        for table_ in section_.tables:
            for cell in (cell for row in table_.rows for cell in row if "%" in cell):
                assert re.fullmatch(rf"{RATE}( †)?", cell), f"{table_.caption}: {cell}"


def test_the_main_table_is_the_metrics(made: EvaluationReport, page: Page) -> None:
    for row, run in zip(table(page, "Strict success").rows, made.runs, strict=True):
        assert row == (run.label, rated(run.metrics.success), rated(run.metrics.turns), "0", "0")


def test_comparisons_are_findings_with_power_and_adjustment(made: EvaluationReport, page: Page) -> None:
    compared = section(page, "Against the baseline")
    assert compared.points == tuple(map(finding, made.comparisons))
    headings = [column.heading for column in compared.tables[0].columns]
    assert headings[-3:] == ["adjusted p", "detectable", "verdict"]
    assert [row[-1] for row in compared.tables[0].rows] == ["better", "underpowered"]
    assert "Benjamini" in compared.paragraphs[1]
    claims = compared.tables[2]
    assert [row[-1] for row in claims.rows] == ["cheaper, success not worse", "cheaper, success may be worse"]


def test_a_single_comparison_has_nothing_to_adjust() -> None:
    found = section(evaluation_page(report(arm("a", [True]), arm("b", [True]))), "Against the baseline")
    assert "adjusted p" not in [column.heading for column in found.tables[0].columns]
    assert len(found.paragraphs) == 1


def test_one_run_alone_has_no_comparison() -> None:
    titles = [section.title for section in evaluation_page(report(arm("a", [True]))).sections]
    assert "Against the baseline" not in titles


def test_repeated_trials_have_pass_k_with_interval_and_number() -> None:
    sessions = [played(f"t{n}", [(n + trial) % 3 > 0], trial=trial) for n in range(12) for trial in range(3)]
    run = evaluation("mini", sessions, conditions=replace(CONDITIONS, trials=3))
    main = table(evaluation_page(report(run)), "Strict success")
    assert [column.heading for column in main.columns][2:5] == ["pass^1", "pass^2", "pass^3"]
    assert all(re.fullmatch(r"\d+\.\d % \(\d+\.\d to \d+\.\d %\), n 12", cell) for cell in main.rows[0][2:5])


def test_small_groups_are_marked_and_said_to_be_small() -> None:
    few = table(evaluation_page(report(arm("a", [True] * 9))), "By family")
    enough = table(evaluation_page(report(arm("a", [True] * 10))), "By family")
    assert few.rows == (("quotes", "100.0 % (70.1 to 100.0 %), 9 of 9 †"),)
    assert "fewer than 10 conversations" in few.notes[0]
    assert enough.rows == (("quotes", "100.0 % (72.2 to 100.0 %), 10 of 10"),)
    assert enough.notes == ()


def test_groups_that_one_run_does_not_have_are_a_dash() -> None:
    one = evaluation("one", [played("a", [True])], [task("a", ["clone_opportunity"], family="x")])
    other = evaluation("other", [played("b", [True])], [task("b", ["quote_search"], family="y")])
    rows = table(evaluation_page(report(one, other)), "By family").rows
    assert [(row[0], row[1] == "-", row[2] == "-") for row in rows] == [("x", False, True), ("y", True, False)]


def test_refusals_have_a_figure_and_a_total() -> None:
    tasks = [task("a", ["x", "y"], refusals={2: "negative_amount"}), task("b", ["x"], refusals={1: "invalid_enum"})]
    run = evaluation("one", [played("a", [True, True]), played("b", [False])], tasks)
    found = section(evaluation_page(report(run)), "Refusals by failure category")
    assert [figure.name for figure in found.figures] == ["by_failure_category"]
    assert [row[0] for row in found.tables[0].rows] == ["all categories", "invalid_enum", "negative_amount"]
    assert found.tables[0].rows[0][1].endswith("1 of 2 †")


def test_sessions_lost_are_listed_and_in_no_rate() -> None:
    run = evaluation("one", [played("a", [True]), session("b", None, failure=OUTAGE)])
    page = evaluation_page(report(run))
    assert table(page, "Strict success").rows[0][-2:] == ("1", "0")
    (row,) = table(page, "Infrastructure failures").rows
    assert row[1:] == ("model", "ModelTimeout", OUTAGE.message)


def test_runs_of_other_conversations_are_also_shown_on_the_common_ones() -> None:
    one = evaluation("one", [played(name, [True]) for name in "abc"])
    other = evaluation("other", [played(name, [name == "a"]) for name in "ab"])
    page = evaluation_page(report(one, other))
    common = table(page, "Strict success", 1)
    assert common.caption == "Strict success on the conversations that all runs played"
    assert [row[2] for row in common.rows] == ["2", "2"]
    assert any("2 are common to all runs" in warning for warning in page.warnings)


def test_published_figures_are_labelled_and_in_no_measured_table(page: Page) -> None:
    published = page.sections[-1]
    for table_ in published.tables:
        assert table_.caption.startswith("Published, not run here")
        assert table_.notes[0].startswith("Published, not run here, not comparable because ")
        assert table_.notes[-1].startswith("Source: ")
    measured = page_md(replace(page, sections=page.sections[:-1]))
    assert not [table_ for table_ in published.tables if any(row[0] in measured for row in table_.rows)]


def test_simulated_is_in_every_title(page: Page, made: EvaluationReport) -> None:
    assert page.heading == "CRM evaluation: base, new, third (SIMULATED)"
    assert evaluation_json(made)["simulated"] is True
    assert "base (simulated)" in [row[0] for row in table(page, "Runs").rows]


def test_the_document_holds_the_numbers_of_the_page(made: EvaluationReport, page: Page) -> None:
    document = orjson.loads(orjson.dumps(evaluation_json(made)))
    for row, run in zip(table(page, "Strict success").rows, document["runs"], strict=True):
        success = run["metrics"]["strict_success"]
        assert row[1].endswith(f"{success['passed']} of {success['total']}")
    assert [made["conclusion"] for made in document["comparisons"]] == ["better", "underpowered"]
    assert all({"adjusted_p_value", "minimal_detectable_effect"} <= made.keys() for made in document["comparisons"])
    assert document["cost_claims"][0]["claim"] == "cheaper, success not worse"
    assert document["runs"][0]["turns_right_by_tool"]["all tools"]["total"] == 60
    assert all(board["comparable"] is False and board["not_comparable"] for board in document["published"])
    assert document["runs"][0]["sessions_planned"] == 30


def test_equal_sessions_give_equal_bytes() -> None:
    def written() -> list[object]:
        found = report(arm("a", [True, False] * 6), arm("b", [True] * 12))
        page = evaluation_page(found)
        pictures = [(figure.picture.svg, figure.picture.png) for figure in page.figures]
        return [page_md(page), page_html(page), orjson.dumps(evaluation_json(found)), pictures]

    assert written() == written()
