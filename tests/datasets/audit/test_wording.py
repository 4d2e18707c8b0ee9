"""Wording that shows its template."""

from __future__ import annotations

import pytest

from atlas.datasets.audit import wording
from tests.datasets.audit.making import says, spots, talk


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Open it with a 85 percent probability.", "an article that does not fit (a 85)"),
        ('Show me "Acme Foods"\'s deals.', "a possessive after a quotation (\"'s)"),
        ("Call Acme Foods's Jane.", "a doubled possessive (Foods's)"),
        ("Change the title of him to CFO.", "a pronoun where a possessive belongs (of him)"),
        ("Who is the client that that deal belongs to?", "a word said twice (that that)"),
        ("Make it $37200k.", "thousands of thousands (37200k)"),
        ("Make it -USD 500.", "a minus before a currency (-USD)"),
        ("It closes on the end of May.", "an end that is no day (on the end of)"),
        ("Find Acme,.", "punctuation in a row (,.)"),
    ],
)
def test_marks_of_templates_are_found(text: str, what: str) -> None:
    assert spots(wording.TEMPLATES, talk(says(text))) == [(1, 1, f"{what}: {text!r}")]


@pytest.mark.parametrize(
    "text",
    [
        "Open it with an 85 percent probability, a 30 percent discount and a 1,800 dollar quote.",
        "Show me Acme Foods' deals and Jane's title, then its stage.",
        "What do you think of her plan? It closes on the last day of May at 48.5k, 500k or -500.",
    ],
)
def test_plain_sentences_pass(text: str) -> None:
    assert spots(wording.TEMPLATES, talk(says(text))) == []
