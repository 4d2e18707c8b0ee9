"""Wording: sentences that nobody would type, told by the marks that templates leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, turns_of

MARKS = {
    "an article that does not fit": re.compile(
        r"\b[Aa] (?:8\d*|11|18)\b(?![,.]?\d)|\b[Aa]n (?!1[18]\b)(?:[1-79]\d?|10)\b(?! ?k)"
    ),
    "a possessive after a quotation": re.compile(r"\"'s\b"),
    "a doubled possessive": re.compile(r"\w+s's\b"),
    "a pronoun where a possessive belongs": re.compile(r"\bof (?:him|her|it)\b(?= to\b|[.?!,])", re.IGNORECASE),
    "a word said twice": re.compile(r"\b([A-Za-z]+) \1\b"),
    "thousands of thousands": re.compile(r"\b\d{4,}k\b", re.IGNORECASE),
    "a minus before a currency": re.compile(r"-(?:\$|USD)"),
    "an end that is no day": re.compile(r"\bon the end of\b"),
    "punctuation in a row": re.compile(r"[,;:][.?!]|[.?!],|\.\.|\?\?"),
}
"""What is wrong, and how it shows."""


def _templates(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for what, mark in MARKS.items():
            found = mark.search(turn.said)
            if found:
                yield Spot(row.line, turn.number, f"{what} ({found[0]}): {turn.said!r}")


TEMPLATES = Check("wording that shows its template", "note", _templates)
