"""What identifies one task, and what does not."""

from __future__ import annotations

import time

import pytest

from atlas.learning.identifiers import identifiers, redacted

FOUND = [
    ("Look at INC-12345 first", "record id"),
    ("as in inc-12345", "record id"),
    ("see TICKET#42", "record id"),
    ("ticket 4821 was reopened", "record id"),
    ("cancel quote no. 1042", "record id"),
    ("see #17", "record id"),
    ("Acme opp 0065g000", "record id"),
    ("opp_00651", "record id"),
    ("id 9f1c2d3e4a", "record id"),
    ("client 56b14fea-22c7-434b-b19e-86079734546e", "UUID"),
    ("due 2026-03-31", "date"),
    ("at 2026-03-31T09:00:00", "date"),
    ("in 2026-03", "date"),
    ("on 3/31/2026", "date"),
    ("on 31.3.2026", "date"),
    ("on March 31", "date"),
    ("by Mar 31, 2026", "date"),
    ("on the 31st of march 2026".replace("march", "March"), "date"),
    ("17 April 2026", "date"),
    ("in december 2025", "date"),
    ("May 2026", "date"),
    ("in Q4 2025", "date"),
    ("for FY2026", "date"),
    ("write to dana@northwind.com", "e-mail address"),
    ("call +49 30 1234567", "phone number"),
    ("call (555) 123-4567", "phone number"),
    ("an amount of $48,500", "amount of money"),
    ("48500 USD", "amount of money"),
    ("€ 1.200,00", "amount of money"),
    ("account 12345678", "record id"),
    ("number 12345678", "long number"),
    ("Authorization: Bearer abcdefgh12345678", "secret"),
    ("sk-abcdefghijklmnopqrst", "secret"),
]

GENERAL = [
    "lowercase",
    "showcase the use case",
    "limit 2000 rows",
    "return 2000 rows at most",
    "the first 10 results",
    "an amount above 10,000,000 is refused",
    "more than 1000000",
    "probability between 1 and 99",
    "ISO-8601 dates as YYYY-MM-DD",
    "RFC-3339, UTF-8, SHA-256 and sha256",
    "HTTP 404",
    "after 5000ms",
    "at 09:30",
    "3 of 4",
    "24/7",
    "version 1.2.30",
    "you may 10 times",
    r"\d{4}-\d{2}-\d{2}",
    r"[\w.]+@[\w.]+\.\w+",
    r"INC-\d+",
    "Closed-Won",
    "top-100",
    "step 3",
    "quote_id and client_id",
    "turn_1",
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_found(text: str, kind: str) -> None:
    assert [found.kind for found in identifiers(text)] == [kind]


@pytest.mark.parametrize("text", GENERAL)
def test_general(text: str) -> None:
    assert list(identifiers(text)) == []


def test_each_place_is_reported_once() -> None:
    text = "INC-12345 of dana@northwind.com on 2026-03-31"
    assert [(found.kind, found.text) for found in identifiers(text)] == [
        ("e-mail address", "dana@northwind.com"),
        ("date", "2026-03-31"),
        ("record id", "INC-12345"),
    ]


def test_redaction_leaves_the_rest() -> None:
    text = "Move 56b14fea-22c7-434b-b19e-86079734546e to $5,000 by 2026-03-31, mail dana@northwind.com."
    assert redacted(text) == "Move [UUID] to [amount of money] by [date], mail [e-mail address]."


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "1" * 10_000, "1 " * 5_000, "a@" * 5_000, "a." * 5_000, "$1," * 3_000]
)
def test_long_texts_end(text: str) -> None:
    started = time.process_time()
    list(identifiers(text))
    assert time.process_time() - started < 1
