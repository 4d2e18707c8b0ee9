"""What an utterance holds: the values and words that decide what it asks for, to compare two wordings by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta

from atlas.datasets import spoken
from atlas.datasets.generator.records import CLIENT_STATUSES, QUOTE_STATUSES, STAGES

_QUOTED = re.compile(r'"([^"]*)"')
_CODE = re.compile(r"\S*@\S*\w|\bv\d+\b|\+\d[\d-]+|\b\w[\w-]*\.[a-z]{2,4}\b", re.IGNORECASE)
_DOLLARS = re.compile(r"(?:\$|\bUSD )\d[\w,.]*|\b\d[\d,.]*(?: (?:thousand|million))? dollars\b", re.IGNORECASE)
_PERCENT = re.compile(r"\b\d[\d,.]* ?(?:%|percent\b)", re.IGNORECASE)
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_PROPER = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+\b")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_NOT = re.compile(r"n['\u2019]t\b")

STATES = tuple(word.lower().replace("-", " ") for word in (*STAGES, *CLIENT_STATUSES, *QUOTE_STATUSES))
MEANINGS = {
    "deal": "deal deals opportunity opportunities",
    "quote": "quote quotes proposal proposals",
    "client": "client clients account accounts customer customers",
    "contact": "contact contacts person people",
    "contract": "contract contracts agreement agreements",
    "note": "note notes",
    "document": "document documents file files attachment",
    "her": "her she hers",
    "him": "him he his",
    "not": "not no never none nothing without cannot",
    "only if": "only if unless except otherwise",
    "all": "all every each any",
    "open": "open",
    "new": "create add new enter register set-up",
    "delete": "delete remove erase drop",
    "cancel": "cancel withdraw void call-off",
    "copy": "copy clone duplicate",
    "most": "largest biggest highest dearest dearer greatest most top",
    "least": "smallest lowest cheapest cheaper least",
    "soonest": "soonest earliest",
    "up": "raise increase up higher above extend longer later postpone push delay",
    "down": "cut reduce decrease down lower below off discount earlier less",
    "first": "first",
    "second": "second",
    "third": "third",
    "last": "last",
    "other": "other",
    "amount": "amount amounts price value worth much figure total sum",
    "stage": "stage",
    "status": "status",
    "owner": "owner owns own owned",
    "mail": "e-mail email mail e-mails",
    "phone": "phone telephone",
    "address": "address",
    "title": "title position job",
    "chance": "probability odds chance chances likely likelihood",
    "industry": "industry sector",
    "version": "version",
    "prefix": "prefix prefixes",
    "difference": "difference differ apart",
    "count": "many count number",
}
"""Words that steer a request: those of one line mean the same, those of two do not."""
_MEANING = {word: name for name, words in MEANINGS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Held:
    """The values and steering words of one utterance."""

    names: frozenset[str]
    quoted_texts: frozenset[str]
    numbers: frozenset[float]
    dollars: frozenset[float]
    percents: frozenset[float]
    dates: frozenset[date]
    spans: frozenset[timedelta]
    codes: frozenset[str]
    states: frozenset[str]
    steering_words: frozenset[str]

    def difference(self, other: Held) -> str | None:
        """The first kind of thing that `other` lacks or has on top, such as "numbers missing"; None for none."""
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if mine != theirs:
                what = field.name.replace("_", " ")
                return f"{what} missing" if mine - theirs else f"{what} added"
        return None


def held(text: str, names: Iterable[str], today: date) -> Held:
    """What a text holds. `names` are the texts of the world it is about; those that occur are kept as spelled."""
    lower = text.lower()
    return Held(
        names=frozenset(_spelled(text, names)),
        quoted_texts=frozenset(_QUOTED.findall(text)),
        numbers=frozenset(spoken.numbers(_ONE.sub("", text))),
        dollars=_marked(_DOLLARS, text),
        percents=_marked(_PERCENT, text),
        dates=frozenset(spoken.dates(text, today)),
        spans=frozenset(spoken.spans(text)),
        codes=frozenset(code.lower() for code in _CODE.findall(text)),
        states=frozenset(state for state in STATES if state in lower.replace("-", " ")),
        steering_words=frozenset(
            _MEANING[word] for word in _WORD.findall(_NOT.sub(" not", lower)) if word in _MEANING
        ),
    )


def strangers(text: str, before: str) -> list[str]:
    """Capitalised words inside a sentence that the text before did not have: names from nowhere."""
    known = set(_WORD.findall(before.lower())) | {*spoken.MONTHS, *STATES, *(word[:3] for word in spoken.MONTHS)}
    return [word for word in _PROPER.findall(text) if word.lower() not in known]


def _marked(pattern: re.Pattern[str], text: str) -> frozenset[float]:
    """The numbers in the parts of a text that a pattern finds."""
    return frozenset(number for part in pattern.findall(text) for number in spoken.numbers(part.rstrip(".,")))


def _spelled(text: str, names: Iterable[str]) -> Iterator[str]:
    lower = text.lower()
    for name in names:
        # Most names of a world are not in one sentence of it, and a pattern costs far more than a look.
        if name.lower() in lower:
            yield from re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
