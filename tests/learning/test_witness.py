"""Examples of what a regex matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.learning.passage import passage
from atlas.learning.pattern import pattern
from atlas.learning.witness import candidates


@pytest.mark.parametrize(
    ("source", "example"),
    [
        ("close", "close"),
        (r"\bclose\s+date\b", "close date"),
        (r"create.*client", "createclient"),
        (r"\bcreate\b.*\bclient\b", "create client"),
        (r"(add|create)d?", "add"),
        (r"[^a]b", " b"),
        (r"[^ a0-]", "_"),
        (r"x[^\s]+y", "xay"),
        (r"\d{3}", "000"),
        (r"\Bx\B", "axa"),
        (r"[\d]", "0"),
        (r"[\W]x", " x"),
        (r"[^x]y", " y"),
        (r"quote\b[^.]*\bcancel", "quote cancel"),
        (r"[^\x00-\x7F]+", "報"),
        (r"(?P<verb>add|create) (?:a|an)", "add a"),
        (r"x\b(?:\W+\w+){2,6}?", "x a a"),
        (r".*", ""),
        (r"a^b", None),
        (r"$x", None),
        (r"[^\s\S]", None),
        (r"a\b\w", None),
    ],
)
def test_example(source: str, example: str | None) -> None:
    assert pattern(source).example() == example


@given(st.from_regex(r"[a-z]{1,4}(\\b|\\s|\.|[*+?]|\(a\|b\)|\[a-f\]){0,4}", fullmatch=True))
def test_an_example_is_always_hit(source: str) -> None:
    try:
        compiled = pattern(source)
    except ValueError:
        return
    example = compiled.example()
    assert example is None or compiled.hits(passage(example))


@given(
    st.lists(st.sampled_from(["close", "date", "quote"]), min_size=1, max_size=4),
    st.sampled_from([" ", ".*", r"\s+"]),
)
def test_words_and_gaps_always_have_an_example(words: list[str], gap: str) -> None:
    example = pattern(gap.join(words)).example()
    assert example is not None
    assert re.search(gap.join(words), example)


def test_what_the_parser_does_not_know_has_no_candidates() -> None:
    assert list(candidates(r"a\z")) == []
    assert list(candidates(r"[[:alpha:]]")) == []
