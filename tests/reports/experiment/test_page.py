"""The page and the document of an experiment: everything asked for is on them, and they open alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import dumps
from atlas.reports.experiment.contamination import Hit
from atlas.reports.experiment.document import experiment_json
from atlas.reports.experiment.page import arms_table, contamination, experiment_page, findings, short_table
from atlas.reports.experiment.report import ExperimentReport, experiment_report
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.page import Page
from tests.reports.experiment.made import collected, layout


@pytest.fixture(scope="module")
def report() -> ExperimentReport:
    plan = layout(acceptance="validated")
    return experiment_report(plan, collected(planned=plan))


@pytest.fixture(scope="module")
def page(report: ExperimentReport) -> Page:
    return experiment_page(report)


def test_every_section_is_there_and_says_simulated(page: Page) -> None:
    assert page.heading == "CRM uplift (SIMULATED)"
    assert [section.title for section in page.sections] == [
        "Success by arm",
        "Paired comparisons",
        "Learning curve",
        "Order by order",
        "Gains and losses by family",
        "Tokens and cost, all roles",
        "What was learned",
        "Contamination certificate",
        "What was played",
    ]
    assert {figure.name for figure in page.figures} == {
        "success", "differences", "learning_curve", "per_success",
    }  # fmt: skip


def test_the_one_table_holds_arms_intervals_differences_and_costs(report: ExperimentReport) -> None:
    rows = {row[0]: row[1:] for row in arms_table(report).rows}
    frozen = rows["atlas frozen, test"]
    assert frozen[0] == "54 of 60"
    assert frozen[3] == "+40.0"
    assert frozen[-1] == "$0.0111"
    assert rows["student alone, test"][3] == "-"
    assert {"placebo, transfer", "history, test", "atlas learning, stream", "seeding", "validation"} <= rows.keys()
    assert len(short_table(report).columns) == 6


def test_roles_are_all_counted(report: ExperimentReport) -> None:
    document = experiment_json(report)
    arms = {arm["arm"]: arm for arm in document["arms"]}
    assert set(arms["seeding"]["usage_by_role"]) == {"student", "teacher"}
    assert document["frozen_with_learning_charged"]["learning"]["total_tokens"] == 4400
    assert document["simulated"] is True
    assert document["contamination"]["clean"] is True
    assert document["playbooks"][0]["trials"][0]["accepted"] is True
    assert len(document["comparisons"]) == 11
    assert document["comparisons"][0]["minimal_detectable_effect"] is not None


def test_a_trial_is_told_with_its_figures(page: Page) -> None:
    text = page_md(page)
    assert "order 1, from version 0: accepted, 50.0 % -\\> 55.0 %, 3 gained" in text


def test_the_page_opens_without_anything_else(page: Page) -> None:
    html = page_html(page)
    assert "default-src 'none'" in html
    assert html.count("data:image/svg+xml;base64,") == 4
    assert "http://" not in html.replace("http://www.w3.org", "")


def test_leaks_are_listed(report: ExperimentReport) -> None:
    hit = Hit("words", "history, order 1", "test-3", "move the larkspur renewal")
    leaked = replace(report, certificate=replace(report.certificate, hits=(hit,)))
    section = contamination(leaked)
    assert section.paragraphs[0].startswith("NOT CLEAN: 1 leaks")
    assert section.tables[0].rows == (("history, order 1", "words", "test-3", "move the larkspur renewal"),)
    assert contamination(report).paragraphs[0].startswith("CLEAN: no words")


def test_the_findings_on_the_screen_can_be_chosen(report: ExperimentReport) -> None:
    assert len(findings(report)) == 11
    chosen = findings(report, "student alone, test")
    assert len(chosen) == 3
    assert chosen[0].startswith("atlas frozen, test against student alone, test: +40.0 points")


def test_equal_experiments_give_equal_bytes(report: ExperimentReport, page: Page) -> None:
    plan = layout(acceptance="validated")
    again = experiment_report(plan, collected(planned=plan))
    assert dumps(experiment_json(again)) == dumps(experiment_json(report))
    assert page_html(experiment_page(again)) == page_html(page)


def test_one_that_has_only_begun_has_a_page() -> None:
    begun = experiment_report(layout(), replace(collected(), sessions=()))
    assert "The experiment is not complete" in page_html(experiment_page(begun))
