"""Requirements: thresholds, and from what size on they apply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.datasets.audit.figures import Figures, figures_of
from atlas.datasets.audit.refusals import CATEGORIES
from atlas.datasets.audit.requirements import measures
from atlas.datasets.generator.tool_shares import TASK_COUNTS

FLOOR = "turns a tool decides in test"
TOOLS = ("client_search", "quote_search")
GOOD = replace(
    figures_of([]),
    conversations=1_000,
    turns=5_000,
    complexity={"simple": 250, "medium": 500, "complex": 250},
    world_rows=(20, 40, 60),
    distractors={"near-equal names": 900},
    refusing=200,
    categories=dict.fromkeys(CATEGORIES, 1),
    tools={"train": TASK_COUNTS, "test": {"client_search": 8, "quote_search": 8}},
    distinct=4_750,
    masked=600,
    later_turns=4_000,
    back_references=1_000,
)


def failed(figures: Figures, *, benchmark: bool = False) -> list[str]:
    return [m.name for m in measures(figures, TOOLS, benchmark=benchmark) if m.passed is False]


def asked(figures: Figures, *, benchmark: bool = False) -> set[str]:
    return {m.name for m in measures(figures, TOOLS, benchmark=benchmark) if m.passed is not None}


def test_just_enough_passes() -> None:
    assert failed(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"complexity": {"simple": 310, "medium": 440, "complex": 250}}, "simple / medium / complex"),
        ({"world_rows": (19, 40, 60)}, "rows of a world"),
        ({"world_rows": (20, 40, 61)}, "rows of a world"),
        ({"distractors": {"near-equal names": 899}}, "worlds with near-equal names"),
        ({"refusing": 199}, "conversations with a refusal"),
        ({"categories": dict.fromkeys(CATEGORIES[1:], 1)}, "failure categories"),
        ({"distinct": 4_749}, "distinct utterances"),
        ({"masked": 599}, "distinct when masked"),
        ({"back_references": 999}, "later turns that refer back in words"),
        ({"tools": {"train": TASK_COUNTS, "test": {"client_search": 8, "quote_search": 7}}}, FLOOR),
        ({"tools": {"train": TASK_COUNTS}}, FLOOR),
        ({"tools": {"test": {"client_search": 800, "quote_search": 800}}}, "turns a tool against task counts"),
    ],
)
def test_just_too_little_fails(changes: dict[str, object], name: str) -> None:
    assert failed(replace(GOOD, **changes)) == [name]  # type: ignore[arg-type]


def test_what_falls_short_never_reads_as_enough() -> None:
    (shown,) = (
        m.measured for m in measures(replace(GOOD, distinct=4_749), TOOLS, benchmark=False) if m.passed is False
    )
    assert shown == "94.9 %"


def test_small_files_are_measured_but_not_asked() -> None:
    whole = {"failure categories", "distinct when masked", FLOOR, "turns a tool against task counts"}
    shares = {
        "simple / medium / complex",
        "conversations with a refusal",
        "worlds with near-equal names",
        "later turns that refer back in words",
    }
    always = {"rows of a world", "distinct utterances"}
    assert asked(GOOD) == asked(replace(GOOD, conversations=1), benchmark=True) == whole | shares | always
    assert asked(replace(GOOD, conversations=999)) == shares | always
    assert asked(replace(GOOD, conversations=49)) == always


def test_what_is_missing_is_named() -> None:
    found = {m.name: m.measured for m in measures(replace(GOOD, categories={}, tools={}), TOOLS, benchmark=False)}
    assert found["failure categories"].startswith("0 of 24; not amount_exceeds_max, ")
    assert found["turns a tool decides in test"] == "0 of 2 tools; too few: client_search 0, quote_search 0"


def test_paraphrased_rows_are_counted() -> None:
    found = {m.name: m.measured for m in measures(replace(GOOD, paraphrased={"m": 3}), TOOLS, benchmark=False)}
    assert found["paraphrased conversations"] == "3 by m"
