"""Identifiers: the ids, dates, addresses and amounts in a text that belong to one task and to no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_STANDARD_WORDS = (
    "aes base crc error fips http https iec ieee iso limit max md min page rfc rsa sha status tls top utf"
)
_STANDARDS = frozenset(_STANDARD_WORDS.split())
_MONTH = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december"
    r"|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)|March|Mar|May)\.?"
)
_RECORDS = (
    "account|case|client|contact|contract|customer|deal|document|id|incident|invoice|note|opportunity|order"
    "|quote|record|ticket"
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One finding: its kind in words, and the piece of text."""

    kind: str
    text: str


def _any(found: str) -> bool:
    return True


def _not_a_standard(found: str) -> bool:
    """ISO-8601 and top-100 look like INC-12345 but identify nothing."""
    return re.split(r"[-_#]", found)[0].lower() not in _STANDARDS


def _mixed(found: str) -> bool:
    """Letters among three or more digits, as in 0065g000; not 5000ms, and not sha256."""
    letters = [c for c in found if c.isalpha()]
    if not letters or len(found) - len(letters) < 3 or re.fullmatch(r"\d+[A-Za-z]{1,3}", found):
        return False
    return "".join(letters).lower() not in _STANDARDS


def _phone(found: str) -> bool:
    return sum(c.isdigit() for c in found) >= (7 if found.startswith("+") else 9)


def _not_round(found: str) -> bool:
    return not found.endswith("000")


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: str
    pattern: re.Pattern[str]
    counts: Callable[[str], bool] = _any


# In the order in which they are looked for: a longer form before those that would take a part of it. Repeats
# are bounded, so the search stays linear.
_SHAPES = (
    _Shape("secret", re.compile(r"(?i)\b(?:sk-[\w-]{16,200}|bearer\s+[\w.~+/=-]{8,500})")),
    _Shape("UUID", re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")),
    _Shape("e-mail address", re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")),
    _Shape("date", re.compile(r"\b(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])(?:[-/][0-3]?\d)?(?!\d)")),
    _Shape("date", re.compile(r"\b\d{1,2}/\d{1,2}/(?:\d\d){1,2}\b|\b\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b")),
    _Shape("date", re.compile(rf"\b{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?|(?:19|20)\d\d\b)")),
    _Shape("date", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:\s+\d{{4}})?(?!\w)")),
    _Shape("date", re.compile(r"\b(?:Q[1-4]|FY|(?i:year))[\s-]?(?:19|20)\d\d\b|\b(?:19|20)\d\d[\s-]?Q[1-4]\b")),
    _Shape(
        "amount of money", re.compile(r"[$€£¥]\s?\d[\d,.]{0,20}|\b\d[\d,.]{0,20}\s?(?:USD|EUR|GBP|dollars|euros)\b")
    ),
    _Shape("phone number", re.compile(r"(?<![\w.])\+?\(?\d[\d\s().-]{7,20}\d(?!\w)"), _phone),
    _Shape(
        "record id",
        re.compile(rf"(?i)\b(?:{_RECORDS})s?[ _:-]{{0,2}}(?:#|no\.?|number|id)?[ :]?#?\d{{3,20}}\b(?!\s+rows)"),
    ),
    _Shape(
        "record id", re.compile(r"\b[A-Z]{1,10}[-_#]\d{2,20}\b|\b[A-Za-z]{2,10}[-_#]\d{4,20}\b"), _not_a_standard
    ),
    _Shape("record id", re.compile(r"(?<!\w)#\d{1,20}\b")),
    _Shape("record id", re.compile(r"\b[A-Za-z0-9]{6,64}\b"), _mixed),
    _Shape("long number", re.compile(r"(?<![\w.])\d{7,30}(?![\w.])"), _not_round),
)


def identifiers(text: str) -> Iterator[Identifier]:
    """Every identifier in the text, kind by kind; a place is reported under the first kind that fits it."""
    for shape in _SHAPES:
        yield from (
            Identifier(shape.kind, m.group()) for m in shape.pattern.finditer(text) if shape.counts(m.group())
        )
        text = _replaced(shape, text, lambda found: " " * len(found.text))


def redacted(text: str) -> str:
    """The text with each identifier replaced by its kind in brackets."""
    for shape in _SHAPES:
        text = _replaced(shape, text, lambda found: f"[{found.kind}]")
    return text


def _replaced(shape: _Shape, text: str, write: Callable[[Identifier], str]) -> str:
    def one(found: re.Match[str]) -> str:
        piece = found.group()
        return write(Identifier(shape.kind, piece)) if shape.counts(piece) else piece

    return shape.pattern.sub(one, text)
