"""A passage: a text made ready to be searched by many cues."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TEXT = 10_000
"""Characters of a text that cues are looked for in: its first and its last half of them."""

_WORD_OR_STOP = re.compile(r"\w+|[.!?;/\n]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_OTHER = "\x80"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text, three ways, accents left out of all: as one byte a character (those beyond ASCII all alike), as
    UTF-8, and as its words in lower case with a space on each side.

    Stops (. ! ? ; / and line ends) stand between the words, so that no phrase reaches over one.
    """

    narrow: bytes
    utf8: bytes
    words: str


def passage(text: str) -> Passage:
    """Prepare a text; linear in its length and bounded by `MAX_TEXT`."""
    if len(text) > MAX_TEXT:
        half = MAX_TEXT // 2
        text = f"{text[: half - 1]}\n{text[-half:]}"
    plain = without_accents(text)
    utf8 = plain.encode(errors="replace")
    narrow = utf8 if plain.isascii() else _NOT_ASCII.sub(_OTHER, plain).encode("latin-1")
    return Passage(narrow, utf8, phrase(plain))


def joined(passages: Sequence[Passage]) -> Passage:
    """All passages as one, each on lines of its own."""
    return Passage(
        b"\n".join(p.narrow for p in passages),
        b"\n".join(p.utf8 for p in passages),
        "\n".join(p.words for p in passages),
    )


def phrase(text: str) -> str:
    """A text as `Passage.words` writes it; blank when it has no words."""
    return f" {' '.join(_WORD_OR_STOP.findall(without_accents(text).casefold()))} "


def without_accents(text: str) -> str:
    """The text with é as e and ü as u: regexes know words and letters in ASCII only."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
