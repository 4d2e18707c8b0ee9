"""Scores, and what becomes of an entry."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject
from atlas.core.playbook import CueType, Entry, RubricScores
from atlas.learning.config import LearningConfig
from atlas.learning.rubric import assess
from tests.learning.making import GROUND, make_entry


def assessed(entry: Entry, block: JsonObject | None = None) -> Entry:
    return assess(entry, LearningConfig.model_validate(block or {}), GROUND)


def scores(entry: Entry, block: JsonObject | None = None) -> RubricScores:
    rubric = assessed(entry, block).provenance.rubric
    assert rubric is not None
    return rubric


def test_a_good_entry_is_active() -> None:
    entry = assessed(make_entry(session="s1"))
    assert entry.lifecycle == "active"
    assert entry.provenance.source_session_id == "s1"
    assert entry.provenance.rubric == RubricScores(
        actionability=1.0,
        generality=1.0,
        hookability=0.8,
        concision=1.0,
        weighted_total=0.96,
        gates={"actionability": True, "cue": True, "generality": True, "length": True},
    )


def test_scores_are_computed_although_a_gate_fails() -> None:
    entry = assessed(make_entry(handle="no_such_tool"))
    assert entry.lifecycle == "rejected"
    rubric = entry.provenance.rubric
    assert rubric is not None
    assert rubric.gates == {"actionability": False, "cue": True, "generality": True, "length": True}
    assert rubric.failure_reasons == ("actionability: 'no_such_tool' is not a tool of this environment",)
    assert (rubric.actionability, rubric.generality, rubric.hookability, rubric.concision) == (0.0, 1.0, 0.8, 1.0)
    assert rubric.weighted_total == pytest.approx(0.56)


def test_every_gate_can_fail_at_once() -> None:
    entry = assessed(make_entry("(", handle="x", imperative="INC-12345 " * 60))
    assert entry.provenance.rubric is not None
    assert not any(entry.provenance.rubric.gates.values())
    assert entry.provenance.rubric.weighted_total < 0.01


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("actionability", make_entry(handle=None)),
        ("cue", make_entry("(")),
        ("generality", make_entry(imperative="See INC-12345")),
    ],
)
def test_a_gate_that_is_not_enforced_makes_an_entry_provisional(name: str, entry: Entry) -> None:
    assert assessed(entry).lifecycle == "rejected"
    assert assessed(entry, {"gates": {f"enforce_{name}": False}}).lifecycle == "provisional"


@pytest.mark.parametrize(
    ("handle", "score"), [("client_search", 1.0), ("client_*", 0.8), (None, 0.5), ("no_such_tool", 0.0)]
)
def test_actionability(handle: str | None, score: float) -> None:
    block = {"schema": {"allow_missing_tool_mapping": True}}
    assert scores(make_entry(handle=handle), block).actionability == score


def test_generality_falls_with_each_finding() -> None:
    texts = ("Search", "Search INC-12345", "Search INC-12345 of 2026-03-31")
    assert [scores(make_entry(imperative=text)).generality for text in texts] == [1.0, 0.5, 0.3333]


@pytest.mark.parametrize(
    ("kind", "pattern", "score"),
    [
        ("keyword", "deal", 0.6),
        ("keyword", "close date", 0.8),
        ("keyword", "set close date", 1.0),
        ("regex", r"\b(deal|opportunity|quote)\b", 0.6),
        ("regex", r"\bclose\b.*\bdeal\b", 0.8),
        ("predicate", "quote AND cancel AND draft", 1.0),
        ("predicate", "quote OR cancel", 0.6),
        ("predicate", "NOT quote", 0.2),
        ("regex", ".*", 0.2),
        ("regex", "(", 0.0),
    ],
)
def test_hookability(kind: CueType, pattern: str, score: float) -> None:
    assert scores(make_entry(pattern, kind=kind)).hookability == score


@pytest.mark.parametrize(
    ("size", "score"), [(100, 1.0), (200, 1.0), (300, 0.75), (400, 0.5), (600, 0.0), (900, 0.0)]
)
def test_concision(size: int, score: float) -> None:
    entry = make_entry("deal", kind="keyword", description="", effect="", imperative="i" * (size - 4))
    assert scores(entry, {"gates": {"max_text_length": 400}}).concision == score


def test_weights_are_the_configured_ones() -> None:
    only = {"actionability": 0, "generality": 0, "hookability": 0.3, "concision": 0}
    assert scores(make_entry("deal", kind="keyword"), {"rubric_weights": only}).weighted_total == 0.6
