"""Masking: an utterance without ids, names, dates and numbers, so that what is left is how it was said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas.datasets import spoken
from atlas.datasets.audit.identifiers import UUID
from atlas.datasets.audit.subject import Subject

GAP = "#"
_MONTHS = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in spoken.MONTHS)
_MAIL = re.compile(r"\S*@[\w.-]*\w")
_DATE = re.compile(
    rf"\b(?:{_MONTHS})\b(?=\W*(?:\d|#))|(?<=\d )(?:{_MONTHS})\b|(?<=[nrst][dht] )(?:{_MONTHS})\b"
    rf"|(?<=end of )(?:{_MONTHS})\b|(?<=last day of )(?:{_MONTHS})\b"
)
_NUMBER = re.compile(
    r"(?:\busd |[$+-])?\d(?:[\d,.-]*\d)?(?:(?:st|nd|rd|th|k|m)\b)?"
    r"(?: ?(?:%|percent\b|million\b|thousand\b|dollars\b))?"
)
_WORD = re.compile(rf"\b(?:{'|'.join(spoken.WORDS[2:])})\b")
_RUN = re.compile(r"#(?:[\s,.:/'\"-]*#)+")


def masked(text: str, names: Iterable[str]) -> str:
    """The text in lower case with every id, name, date and number as "#". Number words from two on count."""
    text = text.lower()
    for name in sorted({name.lower() for name in names}, key=lambda name: (-len(name), name)):
        if name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", GAP, text)
    for pattern in (UUID, _MAIL, _DATE, _NUMBER, _WORD):
        text = pattern.sub(GAP, text)
    return " ".join(_RUN.sub(GAP, text.replace('"', "")).split())


def script(row: Subject) -> tuple[str, ...]:
    """The masked utterances of a conversation, in order."""
    names = row.names()
    return tuple(masked(turn.said, names) for turn in row.turns)
