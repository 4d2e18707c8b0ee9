"""The failure taxonomy: rates before and after, entries that address a kind, and what stands apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.session import SessionId
from atlas.core.thread import BoundaryTally, FaultExample, Faults, FaultTally, Thread
from atlas.reports.learning.failures import measure, part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import entry, playbook, tally, thread

SOURCE = SessionId("run/learning/t9/0")
FAULTS = Faults(
    (
        FaultTally("alone", "wrong_date", 8, 8, 8),
        FaultTally("frozen", "wrong_date", 2, 2, 2),
        FaultTally("alone", "category: bad_enum", 1, 1, 1),
    ),
    (FaultExample("wrong_date", SOURCE, "alone", "o o1 close_date: expected 'a', got 'b'"),),
    (BoundaryTally("alone", "model", 2),),
    {SOURCE: ("wrong_date",)},
)


def arms() -> Thread:
    several = thread(arms=[tally("alone", 26, 40), tally("frozen", 36, 40)])
    return replace(several, baseline_arm="alone", faults=FAULTS)


def test_kinds_are_rated_arm_by_arm_the_most_frequent_first() -> None:
    found = measure(arms(), Labels())
    assert found.groups == ("alone", "frozen")
    assert found.baseline == "alone"
    assert [row.kind for row in found.rows] == ["wrong_date", "category: bad_enum"]
    rates = part(arms(), Labels()).data["failure_taxonomy"]["kinds"][0]["rates"]
    assert (rates["alone"]["passed"], rates["alone"]["total"]) == (8, 40)
    assert rates["alone"]["interval"]["low"] == pytest.approx(0.105, abs=1e-3)
    assert rates["frozen"]["passed"] == 2


def test_a_single_arm_is_split_into_its_windows() -> None:
    one = thread(baseline=[0.2, 0.9] * 6, recent=[0.9] * 5)
    tallies = (FaultTally("baseline window", "no_reply", 6, 6, 6), FaultTally("learning", "no_reply", 6, 6, 6))
    found = measure(replace(one, faults=Faults(tallies)), Labels())
    assert found.groups == ("baseline window", "recent window")
    assert found.baseline == "baseline window"
    (row,) = found.rows
    assert [(name, value.total, value.n) for name, value in row.groups] == [
        ("baseline window", 6, 12),
        ("recent window", 0, 5),
    ]


@pytest.mark.parametrize(
    ("imperative", "source", "label", "basis"),
    [
        ("Write a date in ISO form", "", None, "by its words"),
        ("Write a date in ISO form", SOURCE, None, "learned from one"),
        ("Be friendly", SOURCE, None, None),
        ("Be friendly", "", "wrong_date", "labelled"),
    ],
)
def test_how_it_is_known_that_an_entry_addresses_a_kind(
    imperative: str, source: str, label: str | None, basis: str | None
) -> None:
    labels = Labels("labels.json", (("e1", label),) if label else ())
    book = playbook(entry("e1", imperative, source=source), entry("e2", lifecycle="deprecated"))
    found = measure(replace(arms(), playbook=book), labels)
    assert [(each.entry.id, each.basis) for each in found.rows[0].addressing] == ([("e1", basis)] if basis else [])


def test_a_category_may_be_labelled_by_its_bare_name() -> None:
    labels = Labels("labels.json", (("e1", "bad_enum"),))
    found = measure(replace(arms(), playbook=playbook(entry("e1", "Be friendly"))), labels)
    assert found.rows[1].addressing[0].basis == "labelled"


def test_the_section_names_what_nothing_addresses_and_what_was_lost() -> None:
    found = part(replace(arms(), playbook=playbook(entry("e1"))), Labels())
    rates, addressed, examples, lost = found.section.tables
    assert rates.rows[0][-1] == "1"
    assert addressed.notes == ("No entry addresses: request to be refused: bad enum.",)
    assert examples.rows[0][1] == SOURCE
    assert lost.rows == (("alone", "model", "2", "5.0 %"),)
    assert "none of these differences was tested" in found.section.paragraphs[0]


def test_nothing_scored_and_nothing_wrong_are_different_sentences() -> None:
    assert "no session of this key was scored" in part(thread(), Labels()).section.paragraphs[0]
    flawless = part(thread(arms=[tally("a", 4, 4), tally("b", 4, 4)]), Labels())
    assert flawless.section.paragraphs == ("No required check found a fault in any scored session.",)
    assert flawless.draw is None


def test_kinds_are_drawn() -> None:
    draw = part(arms(), Labels()).draw
    assert draw is not None
    (figure,) = draw()
    assert "a date was stored wrong: alone 20.0 %, frozen 5.0 %" in figure.alt
