from __future__ import annotations

import re

import pytest

from atlas.reports import wording
from atlas.reports.document import metrics_json
from atlas.reports.markdown import page_md, readme_md, report_md
from atlas.reports.run import RunReport, run_report
from atlas.reports.statistics.intervals import Interval
from tests.reports.pages import page
from tests.reports.played import OUTAGE, context, session, two_arms


@pytest.fixture
def report() -> RunReport:
    return two_arms([True] * 4 + [False] * 8, [True] * 11 + [False], [False, True, True])


def rows(text: str, heading: str) -> list[list[str]]:
    """The body of the first table under a heading."""
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_numbers_are_those_of_metrics_json(report: RunReport) -> None:
    text, document = report_md(report), metrics_json(report)
    for row, arm in zip(rows(text, "Strict success"), document["arms"], strict=True):
        success = arm["strict_success"]
        assert row[:3] == [
            arm["arm"],
            f"{success['passed']} of {success['total']}",
            wording.percent(success["rate"]),
        ]
        assert row[3] == wording.percent_interval(Interval(**success["interval"]))
    (row,), (comparison,) = rows(text, "Paired comparison"), document["comparisons"]
    assert row[2:5] == [str(comparison[key]) for key in ("pairs", "gained", "lost")]
    assert row[5] == wording.points(comparison["difference"])
    assert row[6] == wording.points_interval(Interval(**comparison["interval"]))
    assert row[7:] == [wording.p_value(comparison["p_value"]), comparison["conclusion"]]
    usage = [row for row in rows(text, "Tokens and cost by role") if row[1] == "student"]
    for row, arm in zip(usage, document["arms"], strict=True):
        spent = arm["usage_by_role"]["student"]
        assert row[2:4] == [
            wording.amount(spent["tokens_per_conversation"]),
            wording.money(spent["cost_per_conversation_usd"]),
        ]
        assert row[5:] == [wording.amount(spent["total_tokens"]), wording.money(spent["cost_usd"])]


def test_the_report_and_the_readme_say_where_it_comes_from(report: RunReport) -> None:
    for text in (report_md(report), readme_md(report)):
        for fact in (
            report.context.timestamp,
            report.context.run_id,
            report.context.config_path,
            report.context.conversations_path,
            report.context.dataset_revision,
            report.context.command,
        ):
            assert fact in text


def test_simulated_is_in_the_title_and_in_a_sentence(report: RunReport) -> None:
    real = two_arms([True], [True], simulated=False)
    for write in (report_md, readme_md):
        assert write(report).splitlines()[0] == "# CRM quickstart (SIMULATED)"
        assert "says nothing about any language model" in write(report)
        assert "SIMULATED" not in write(real)


def test_the_picture_is_shown_only_where_there_is_one(report: RunReport) -> None:
    assert "(learning_curve.png)" in report_md(report)
    assert "learning_curve.png" in readme_md(report)
    assert "learning_curve" not in report_md(report, figure=None)
    assert "learning_curve.png" not in readme_md(two_arms([True], [True]))


def test_failures_families_and_repeats_appear_when_there_are_any() -> None:
    sessions = [
        session("a", True, family="quotes"),
        session("b", False, family="clients"),
        session("c", None, failure=type(OUTAGE)("model", "ModelTimeout", "first | second\nline")),
        session("a", True, "after", family="quotes"),
        session("b", True, "after", family="clients"),
        session("a", False, "after", family="quotes", trial=1),
        session("b", True, "after", family="clients", trial=1),
    ]
    text = report_md(run_report(sessions, context(), arms=("before", "after"), comparisons=(("before", "after"),)))
    assert "first \\| second line" in text
    assert rows(text, "By family: before to after")[0][:4] == ["clients", "1", "1", "0"]
    assert "pass^2 50.0 %" in text
    assert "3 sessions had no scored partner" in text
    plain = report_md(two_arms([True], [True]))
    assert "Infrastructure failures\n" not in plain
    assert "pass^" not in plain
    assert "By family" not in plain


def test_it_is_clean_markdown(report: RunReport) -> None:
    for text in (report_md(report), readme_md(report)):
        assert text.endswith("```\n")
        assert "\n\n\n" not in text
        assert not re.search(r"[ \t]+$", text, re.MULTILINE)
        assert "{{" not in text
        assert "None" not in text


def test_a_page_keeps_text_from_being_markup() -> None:
    text = page_md(page())
    assert "<script>" not in text
    assert "*bold*" not in text.replace("\\*bold\\*", "")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 4, "a line break in a cell does not break the table"
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 3 for line in table)
    assert table[1] == "|---|---:|"


def test_a_page_has_its_parts_in_order() -> None:
    text = page_md(page("plain", simulated=True))
    parts = (
        *(
            "# Title plain (SIMULATED)",
            "2026-03-02T09:00:00+00:00",
            "> **SIMULATED.**",
            "* Mind plain",
            "## One plain",
        ),
        *("Says plain", "* Point plain", "![Shows plain](success.png)", "**Rates of plain**", "| plain | 1 |"),
        *("note plain", "## Repeat", "atlas x"),
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "SIMULATED" not in page_md(page())


def test_blank_lines_part_what_must_be_parted() -> None:
    lines = page_md(page("plain")).splitlines()
    for start in ("# Title", "## One", "Says", "* Point", "![", "**Rates", "| run", "note"):
        place = next(number for number, line in enumerate(lines) if line.startswith(start))
        assert place == 0 or lines[place - 1] == "", start
