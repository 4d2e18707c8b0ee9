"""Evidence of kind: which kinds of records the words of a clause speak for."""

from __future__ import annotations

import re
from typing import TypeAlias

from atlas.models.offline.catalog import enum_value
from atlas.models.offline.grammar.ask import Ask, asked_fields
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.clause import Clause
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.kinds import Kind

Vocabulary: TypeAlias = tuple[tuple[Kind, tuple[str, ...]], ...]
"""The enum values of each kind's stage, status or type."""


_EVIDENCE: tuple[tuple[Kind, int, str], ...] = (
    (Kind.OPPORTUNITY, 3, r"\bstages?\b|probabilit|likel|chance|odds|clos(?:e|es|ing)\b|forecast|pipeline"),
    (
        Kind.OPPORTUNITY,
        1,
        r"\bamounts?\b|\bworth\b|\bvalue\b|\bowner|\bowns\b|\bmoved?\b|\bassigned\b|higher|increase|raise|due\b",
    ),
    (Kind.CLIENT, 3, r"\bindustr|\baccount\b|\baddress(?! on file)|\bclient\b|\bcustomer\b"),
    (Kind.CLIENT, 2, r"\bstatus\b|\be-?mail|\bphone|\btelephone|looks after|number\b"),
    (Kind.CONTACT, 3, r"\btitle\b|\bposition\b|\brole\b|\bjob\b|\bcontact\b|\bperson\b"),
    (Kind.CONTACT, 2, r"\be-?mail|\bphone|\breach\b|number\b"),
    (Kind.QUOTE, 3, r"\bquote|\bproposal\b|\bversion|\bvalid|expir|\bprefix|\bopen until|good until"),
    (Kind.QUOTE, 1, r"\bamounts?\b|\bworth\b|\bstatus\b|\bhow long\b"),
    (Kind.COMPANY, 3, r"\bpartner\b|\bvendor\b|\bcompetitor\b|\bcompany\b"),
    (Kind.CONTRACT, 3, r"\bcontract\b|\bagreement\b|\b(?:start|end) date\b|\bin force\b"),
    (Kind.CONTRACT, 1, r"\bstatus\b|\bvalue\b|\bworth\b"),
    (Kind.CONTRACT, 2, r"\bbegins?\b|\b(?:does|do|did) (?:it|that|this) (?:run|end|start|expire)\b"),
)


def fitting(ask: Ask, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """For "it": the kinds that have most of the fields asked for or given."""
    counts = {kind: len(asked_fields(ask, kind) if ask.act is Act.READ else ask.slots(kind)) for kind in kinds}
    most = max(counts.values(), default=0)
    return tuple(kind for kind in kinds if counts[kind] == most)


def likely_kinds(clause: Clause, marked: Marked, vocabulary: dict[Kind, tuple[str, ...]]) -> tuple[Kind, ...]:
    """Kinds that the words of a clause speak for, most evidence first."""
    scores = dict.fromkeys(
        (Kind.OPPORTUNITY, Kind.CLIENT, Kind.CONTACT, Kind.QUOTE, Kind.COMPANY, Kind.CONTRACT), 0
    )
    for kind, weight, words in _EVIDENCE:
        if re.search(words, clause.text, re.IGNORECASE):
            scores[kind] += weight
    for span in marked.tags("e", clause.text):
        for kind in scores:
            if enum_value(span.said, vocabulary.get(kind, ())):
                scores[kind] += 3 if kind is Kind.OPPORTUNITY else 2
    for letter, kind in (
        ("a", Kind.CONTACT),
        ("t", Kind.CONTACT),
        ("a", Kind.CLIENT),
        ("t", Kind.CLIENT),
        ("m", Kind.QUOTE),
        ("p", Kind.OPPORTUNITY),
        ("m", Kind.OPPORTUNITY),
        ("v", Kind.QUOTE),
        ("u", Kind.QUOTE),
        ("u", Kind.OPPORTUNITY),
    ):
        if marked.tags(letter, clause.text):
            scores[kind] += 2
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    return tuple(kind for kind in ranked if scores[kind]) or tuple(ranked)
