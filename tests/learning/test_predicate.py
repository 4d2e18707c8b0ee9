"""Predicate cues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.learning.passage import joined, passage
from atlas.learning.predicate import predicate, term


@pytest.mark.parametrize(
    ("source", "text", "hit"),
    [
        ("quote AND cancel", "Cancel the second quote", True),
        ("quote AND cancel", "Cancel the deal", False),
        ("quote OR deal", "move the deal", True),
        ("NOT quote", "move the deal", True),
        ("NOT quote", "the quote", False),
        ("deal AND NOT quote", "a quote for the deal", False),
        ("deal OR quote AND cancel", "the deal", True),
        ("(deal OR quote) AND cancel", "the deal", False),
        ("NOT (deal OR quote)", "the client", True),
        ("NOT NOT deal", "the deal", True),
        ("close date AND deal", "set the close date of the deal", True),
        ("close date AND deal", "close the deal to date", False),
        ('"terms AND conditions"', "terms and conditions", True),
        ("search and rescue", "search and rescue", True),
        ("deal", "deals", False),
        ("'close date'", "close date", True),
    ],
)
def test_hits(source: str, text: str, hit: bool) -> None:
    assert predicate(source).hits(passage(text)) is hit


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("quote AND", "expected a word, got 'the end'"),
        ("AND quote", "expected a word, got 'AND'"),
        ("quote deal OR", "the end"),
        ("(quote", "closing parenthesis"),
        ("quote) AND deal", r"before '\)'"),
        ("quote NOT deal", "before 'NOT'"),
        ('"quote AND deal', "got '\"'"),
        ('a "quote AND deal', "before '\"'"),
        ("!!! AND deal", "no word"),
        ("()", r"got '\)'"),
        ("NOT " * 30 + "a", "nested deeper"),
        ("(" * 30 + "a" + ")" * 30, "nested deeper"),
        (" OR ".join("abcdefghi"), "at most 8 terms"),
    ],
)
def test_refused_with_the_place(source: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        predicate(source)


@pytest.mark.parametrize(
    ("source", "example"),
    [
        ("a AND b", "a / b"),
        ("b OR a", "a"),
        ("NOT a", ""),
        ("a AND NOT a", None),
        ("close date AND NOT close", None),
        ("(a OR b) AND NOT a", "b"),
    ],
)
def test_example(source: str, example: str | None) -> None:
    assert predicate(source).example() == example


def test_a_term_needs_a_word() -> None:
    with pytest.raises(ValueError, match="no word"):
        term(" .;! ")


words = st.sampled_from(["quote", "deal", "client"])
expressions = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda x: f"({' '.join(x)})"),
        inner.map(lambda x: f"NOT {x}"),
    ),
    max_leaves=6,
)


@given(expressions, st.lists(st.sets(words).map(lambda found: " ".join(sorted(found))), max_size=4))
def test_agrees_with_python_and_rules_out_only_misses(source: str, turns: list[str]) -> None:
    parsed, passages = predicate(source), [passage(text) for text in turns]
    hits = [parsed.hits(text) for text in passages]
    expected = [
        eval(
            source.replace("AND", "and").replace("OR", "or").replace("NOT", "not"),
            {w: w in text.split() for w in ("quote", "deal", "client")},
        )
        for text in turns
    ]
    assert hits == expected
    assert not (parsed.rules_out(joined(passages)) and any(hits))
