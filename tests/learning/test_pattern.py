"""Regex cues: what they hit, what is refused, and that they end."""

from __future__ import annotations

import random
import time

import pytest

from atlas.learning.passage import MAX_TEXT, Passage, passage
from atlas.learning.pattern import MAX_PROGRAM, pattern

CATASTROPHIC = [
    r"(a+)+$",
    r"(a|aa)+$",
    r"(a|a)*b",
    r"(.*a){20}",
    r"a*a*a*a*a*b",
    r"(\w+\s?)*$",
    r"(x+x+)+y",
    r"\s+$",
    r".*foo",
    r"([a-zA-Z]+)*\d",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r".*.*.*=.*",
    r"(create|cre)*(ate)*x",
]


def texts() -> list[Passage]:
    draw = random.Random(3)
    return [
        passage(text[:MAX_TEXT])
        for text in (
            "a" * MAX_TEXT + "!",
            "x" * MAX_TEXT,
            " " * MAX_TEXT,
            "create " * MAX_TEXT,
            "=" * MAX_TEXT,
            "".join(draw.choice("ab ") for _ in range(MAX_TEXT)),
            "é" * MAX_TEXT,
        )
    ]


def worst_ms(source: str) -> float:
    """CPU time of the slowest text; the best of several tries, since other processes disturb."""
    compiled = pattern(source)

    def cost(text: Passage) -> float:
        started = time.process_time()
        compiled.hits(text)
        return (time.process_time() - started) * 1000

    return max(min(cost(text) for _ in range(4)) for text in texts())


@pytest.mark.parametrize("source", CATASTROPHIC)
def test_patterns_that_backtrack_for_ever_elsewhere_end_within_10_ms(source: str) -> None:
    assert worst_ms(source) < 10


@pytest.mark.parametrize("source", [r"(a{12}b?){9}q", r"[ab]*a[ab]{30}b{0,30}q", r"a.{0,25}b.{0,15}q"])
def test_the_largest_patterns_that_are_let_in_end_too(source: str) -> None:
    assert pattern(source).compiled.programsize > MAX_PROGRAM // 2
    assert worst_ms(source) < 25


@pytest.mark.parametrize(
    ("source", "text", "hit"),
    [
        (r"\b(create|add)\b.*\bclient\b", "Please CREATE a new Client", True),
        (r"\b(create|add)\b.*\bclient\b", "recreate clients", False),
        (r"^move", "please move", False),
        (r"(?i)deal$", "close the DEAL", True),
        (r"\bcafé\b", "un CAFÉ noir", True),
        (r"\bcafe\b", "un café noir", True),
        (r"報価", "次の報価を", True),
        (r"報価", "次の見積を", False),
        (r"a.b", "a報b", True),
        (r"\?", "報", False),
        (r"one.two", "one\ntwo", False),
    ],
)
def test_hits(source: str, text: str, hit: bool) -> None:
    assert pattern(source).hits(passage(text)) is hit


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("(", "missing"),
        ("*a", "repetition"),
        (r"(a)\1", "escape"),
        (r"(?=a)b", r"\(\?="),
        (r"(?<!a)b", r"\(\?<"),
        ("[z-a]", "range"),
        (r"(\w{0,30}){0,9}", "too large"),
        ("x{2000}", "repetition"),
    ],
)
def test_refused_with_the_reason(source: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        pattern(source)


def test_an_anchored_pattern_rules_nothing_out() -> None:
    whole = passage("first turn\nmove it")
    assert not pattern("^move").rules_out(whole)
    assert not pattern("move").rules_out(whole)
    assert pattern("quote").rules_out(whole)
