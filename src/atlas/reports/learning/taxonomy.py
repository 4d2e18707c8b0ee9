"""The taxonomy: kinds of faults, by what the graders say of a session.

Patterns are regular expressions that PostgreSQL matches; `tests/reports/learning/test_taxonomy.py` holds them to
the sentences that the graders really say. A sentence that no pattern matches is of kind `OTHER`, never lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas.core.playbook import Entry

OTHER = "other"
CATEGORY = "category: "
CATEGORY_PATTERN = r"(?:refusing|refused) \(([a-z_]+)\)"
"""Requests that must be refused carry the data set's own failure category, which the reply grader names."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to fail. `advice` matches the words of an entry that is about it: a guess, and labelled as one."""

    name: str
    title: str
    pattern: str
    advice: str


_PLACE = r"^\S+ \S+ "

KINDS: tuple[FaultKind, ...] = (
    FaultKind(
        "wrong_amount",
        "an amount was stored wrong",
        rf"{_PLACE}(amount|value): expected ",
        r"\bamounts?\b|\bcurrency\b|\bthousands?\b|\bmillions?\b",
    ),
    FaultKind(
        "wrong_date",
        "a date was stored wrong",
        rf"{_PLACE}(\w+_date|valid_until): expected ",
        r"\bdates?\b|\bISO\b",
    ),
    FaultKind(
        "wrong_record",
        "a change points to the wrong record",
        rf"{_PLACE}\w+_id: expected ",
        r"\b(names?|hits?|ids?)\b.*\b(compare|fits?|exact|full|search|returned|look)|"
        r"\b(compare|search|look)\w*\b.*\b(names?|hits?|ids?)\b",
    ),
    FaultKind(
        "wrong_value",
        "another value was stored wrong",
        rf"{_PLACE}(?!amount:|value:|valid_until:|\w+_date:|\w+_id:)\w+: expected ",
        r"\b(stage|status|spelling|capital|enum)\b",
    ),
    FaultKind(
        "change_missing",
        "a change that was asked for is missing",
        r": row is missing|: row should have been deleted",
        r"\b(whole|remaining|all) (request|parts?)\b",
    ),
    FaultKind(
        "unwanted_change",
        "something changed that nobody asked to change",
        r": (row )?should not have (been|changed)",
        r"\bduplicates?\b|\balready exists?\b|\bonly the fields\b|\bwork around\b|\bunchanged\b",
    ),
    FaultKind(
        "fact_left_out",
        "the reply leaves a fact out",
        r" is not in the reply",
        r"\b(every|each|all)\b.*\b(facts?|questions?)\b",
    ),
    FaultKind(
        "fact_wrong",
        "the reply states something wrong",
        r" must not be in the reply|^the reply says .*, where .* is right",
        r"\b(facts?|figures?)\b.*\b(check|right|correct)|\bopen\b.*\b(count|only)\b",
    ),
    FaultKind(
        "refused_wrongly",
        "a request was turned down that could be carried out",
        r", where the request is to be carried out",
        r"\b(error|fails?|rejects?)\b.*\b(again|correct|retry|mend)\b",
    ),
    FaultKind(
        "false_success",
        "the reply claims a change that did not happen",
        r"claims a change that did not happen|, but the reply claims success",
        r"\b(confirm|admit|claim|report)\w*\b.*\b(fail\w*|done|result)\b",
    ),
    FaultKind(
        "refusal_unexplained",
        "a request was not refused, or without its reason",
        r"names no reason for refusing",
        r"\b(rules?|forbid|refus\w*)\b",
    ),
    FaultKind(
        "ungrounded",
        "the reply speaks of what was never shown",
        r", which nothing up to it has shown",
        r"\bmake (one|it|them) up\b|\binvent\w*\b|\bnever guess\b",
    ),
    FaultKind(
        "no_reply",
        "a turn ended without a reply",
        r"^ended without a reply|^the reply is empty|^was not played",
        r"\b(steps?|stop|finish)\b.*\breply\b",
    ),
)

_TITLES = {kind.name: kind.title for kind in KINDS}


def title_of(kind: str) -> str:
    """A kind in words."""
    if kind.startswith(CATEGORY):
        return f"request to be refused: {kind.removeprefix(CATEGORY).replace('_', ' ')}"
    return _TITLES.get(kind, "anything else")


def about(entry: Entry, kind: str) -> bool:
    """Whether the words of an entry are about a kind; of categories, whether they are about refusing."""
    text = f"{entry.action.imperative} {entry.expected_effect}"
    name = "refusal_unexplained" if kind.startswith(CATEGORY) else kind
    return any(re.search(known.advice, text, re.IGNORECASE) for known in KINDS if known.name == name)
