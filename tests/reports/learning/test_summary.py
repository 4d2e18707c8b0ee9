from __future__ import annotations

from atlas.core.thread import SessionFilter
from atlas.reports.html import page_html
from atlas.reports.learning.part import Labels
from atlas.reports.learning.sections import parts_of
from atlas.reports.learning.summary import Heading, filters_in_words, summary_json, summary_page
from atlas.reports.markdown import page_md
from tests.reports.html_checks import check_html
from tests.reports.learning.threads import thread

HEADING = Heading(
    "Learning report: crm/quotes", "crmquotes-12", "now", "atlas report learning", ("mind this",), {"a": 1}
)


def test_the_document_begins_with_what_it_is_about() -> None:
    counted = thread(baseline=[0.1] * 12, recent=[0.9] * 12, selection=SessionFilter(task="quote"))
    document = summary_json(counted, parts_of(counted, Labels()), HEADING)
    assert (document["learning_key"], document["simulated"], document["session_count"]) == ("crm/quotes", True, 2)
    assert document["filters"] == {"project": None, "task": "quote", "tags": ()}
    assert (document["warnings"], document["run_metadata"]) == (["mind this"], {"a": 1})


def test_a_page_is_labelled_and_self_contained() -> None:
    counted = thread(baseline=[0.1] * 12, recent=[0.9] * 12)
    page = summary_page(counted, parts_of(counted, Labels()), HEADING, figures=True)
    assert page.heading == "Learning report: crm/quotes (SIMULATED)"
    assert [figure.name for figure in page.figures] == ["crmquotes-12_stream"]
    check_html(page_html(page))
    assert "](crmquotes-12_stream.png)" in page_md(page)


def test_without_figures_nothing_is_drawn() -> None:
    counted = thread(baseline=[0.1] * 12, recent=[0.9] * 12)
    assert list(summary_page(counted, parts_of(counted, Labels()), HEADING, figures=False).figures) == []


def test_filters_are_a_clause() -> None:
    said = filters_in_words(SessionFilter("shop", "quote", ("arm:x", "y")))
    assert said == "project shop and task 'quote' and tag arm:x and tag y"
