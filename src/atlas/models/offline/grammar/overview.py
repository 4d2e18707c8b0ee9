"""Overview: questions about the CRM as a whole, and clients that are to exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.models.offline.catalog import plain
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Pick
from atlas.models.offline.grammar.lexicon import nouns
from atlas.models.offline.grammar.roles import is_title
from atlas.models.offline.kinds import Kind

Sort: TypeAlias = Literal["counts", "busiest", "list", "total", "pick", "quotes"]

_COUNT = re.compile(r"\bhow many\b|\bnumbers? of\b|\bcounts?\b", re.IGNORECASE)
_BUSIEST = re.compile(
    r"\b(?:owns?|has|with) the (?:most|largest number|highest number)\b|\bmost deals\b|\bhighest number of deals\b",
    re.IGNORECASE,
)
_OVERALL = re.compile(
    r"\b(?:across|over) all\b|\b(?:whole|entire) crm\b|\bof all\b|\bin the crm\b|\bclosed ones included\b|"
    r"\bopen (?:and|or) closed\b|\ball (?:our )?(?:deals|quotes)\b|\bdo we have\b",
    re.IGNORECASE,
)
_LOOKS_AFTER = re.compile(
    r"\b(?:looks? after|owned by|account owner|owns|owner)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\bclos(?:es?|ing) first\b|\bnext\b[^.?!]*\bto close\b|\bearliest close date\b|\bfirst to close\b",
    re.IGNORECASE,
)
_LARGEST = re.compile(r"\b(?:largest|biggest|highest(?: amount)?|worth the most)\b", re.IGNORECASE)
_BACK = re.compile(
    r"\b(?:that|this|the same|those|these|said) (?:deal|opportunity|client|account|customer|quote|contact|"
    r"contract)|"
    r"\b(?:on|for|with|of|to|under) (?:it|them|him|her)\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\btotal\b|\bsum\b|\btogether\b|\bcombined\b|\bcome to\b|\badd(?:s|ing)? up\b|\badd up\b|\bamount to\b",
    re.IGNORECASE,
)
_ENSURES = re.compile(
    r"\bif (?:there is|it is|we have) (?:none|missing|one|not)\b|\bif (?:it is )?missing\b|\bif not\b|\bunless "
    r"(?:there is "
    r"one|a client|one)\b|\bonly if there is none\b|\bif no client\b|\bif needed\b|\bmake sure\b|\bsee to it\b|"
    r"\bnot sure whether\b|\bcheck whether\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OverviewQuestion:
    """A question about all records of a kind. `texts` are columns with the value they must have."""

    sort: Sort
    kinds: tuple[Kind, ...]
    states: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    pick: Pick | None = None
    versions: tuple[str, ...] = ()


def ensures_client(text: str) -> bool:
    """Whether a request wants a client with an e-mail address to exist, created only if it does not."""
    return re.search(r"<a\d+>", text) is not None and "client" in text.lower() and _ENSURES.search(text) is not None


def overview_question(ask: Ask) -> OverviewQuestion | None:
    """The question about the whole CRM that an ask is, None when it is about something in it."""
    text = ask.text
    counted = nouns(re.sub(r"\b(?:across|over) all (?:our )?\w+", "", text, flags=re.IGNORECASE))
    kinds = tuple(dict.fromkeys(kind for _, _, kind, plural in counted if plural))
    names = [span.said.strip() for span in ask.marked.tags("n", text)]
    states = tuple(plain(span.said) for span in ask.marked.tags("e", text))
    versions = tuple(span.said.lower() for span in ask.marked.tags("v", text))
    if len(versions) == 2 and _SUM.search(text) and Kind.QUOTE in kinds:
        return OverviewQuestion("quotes", (Kind.QUOTE,), versions=versions)
    if _BACK.search(text) and not names:
        return None
    if names:
        return _with_name(text, kinds, names)
    if _COUNT.search(text) and len(kinds) > 1 and not states:
        return OverviewQuestion("counts", kinds)
    if Kind.OPPORTUNITY in kinds and _BUSIEST.search(text):
        return OverviewQuestion("busiest", (Kind.OPPORTUNITY,))
    return _of_all(text, kinds, states)


def _with_name(text: str, kinds: tuple[Kind, ...], names: list[str]) -> OverviewQuestion | None:
    """The clients that somebody looks after, or the contacts with a title."""
    if len(names) > 1:
        return None
    if Kind.CONTACT in kinds and is_title(names[0]):
        return OverviewQuestion("list", (Kind.CONTACT,), texts=(("title", names[0]),))
    if kinds[:1] == (Kind.CLIENT,) and _LOOKS_AFTER.search(text):
        return OverviewQuestion("list", (Kind.CLIENT,), texts=(("owner", names[0]),))
    return None


def _of_all(text: str, kinds: tuple[Kind, ...], states: tuple[str, ...]) -> OverviewQuestion | None:
    about_deals = re.search(r"\b(?:deals?|opportunit(?:y|ies))\b", text, re.IGNORECASE) is not None
    if not _OVERALL.search(text) and not (_NEXT.search(text) and "first of all" in text):
        return None
    if (
        about_deals
        and re.search(r"\bopen\b(?! (?:and|or) closed)", text, re.IGNORECASE)
        and _COUNT.search(text) is None
    ):
        if _NEXT.search(text):
            return OverviewQuestion("pick", (Kind.OPPORTUNITY,), pick=Pick(column="close_date", highest=False))
        if _LARGEST.search(text):
            return OverviewQuestion("pick", (Kind.OPPORTUNITY,), pick=Pick(column="amount"))
    if Kind.QUOTE in kinds and states and _SUM.search(text):
        return OverviewQuestion("total", (Kind.QUOTE,), states)
    if about_deals and not states and re.search(r"\bclosed\b", text) and _SUM.search(text):
        return OverviewQuestion("total", (Kind.OPPORTUNITY,))
    return None
