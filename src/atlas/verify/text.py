"""Text as graders read it: typography, emphasis and case that carry no meaning are gone."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑−", "-"),
        **dict.fromkeys("‘’‚‛ʼ´", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("–—―", " - "),
        **dict.fromkeys("*`", ""),
        "\\": "",
    }
)
_NARROW_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_EMPHASIS = re.compile(r"(?<!\w)_+(?=[^\W_])|(?<=[^\W_])_+(?!\w)")
_QUOTES = re.compile(r'"|(?<!\w)\'|\'(?!\w)')
_AND = re.compile(r" ?& ?")
_CODE = re.compile(r"\S*[@._/\d]\S*")


def plain(text: str) -> str:
    """`text` with one spelling of dashes, quotes and thousands separators, and without Markdown emphasis."""
    separated = _NARROW_THOUSANDS.sub(",", text).translate(_SIGNS)
    return _EMPHASIS.sub("", unicodedata.normalize("NFKC", separated))


def words(text: str) -> str:
    """Plain text for names and phrases: case, quotes, hyphens and "&" make no difference."""
    bare = _QUOTES.sub("", text.casefold()).replace("-", " ")
    return _AND.sub(" and ", " ".join(bare.split()))


def code(text: str) -> str:
    """Plain text for ids, e-mail addresses and file names: only case and white space make no difference."""
    return " ".join(text.casefold().split())


def is_code(value: str) -> bool:
    """Whether a value is spelled like an id, an address or a file name: one token with a digit or one of @ . _ /"""
    return _CODE.fullmatch(value.strip()) is not None


def spans(text: str, phrase: str, joiners: str = "") -> list[tuple[int, int]]:
    """Where `phrase` stands in `text` as a whole: not inside a word, nor a token held together by `joiners`."""
    found = []
    start = text.find(phrase) if phrase else -1
    while start >= 0:
        end = start + len(phrase)
        if not _joined(text[max(0, start - 2) : start][::-1], joiners) and not _joined(
            text[end : end + 2], joiners
        ):
            found.append((start, end))
        start = text.find(phrase, start + 1)
    return found


def without(text: str, places: list[tuple[int, int]]) -> str:
    """`text` with the given places blanked out, length unchanged."""
    pieces, done = [], 0
    for start, end in sorted(places):
        # Forms may overlap ("3 May 2026" and "May 2026"); the later one then only extends the earlier.
        pieces += [text[done:start], " " * (end - max(done, start))]
        done = max(done, end)
    return "".join((*pieces, text[done:]))


def _joined(outward: str, joiners: str) -> bool:
    """Whether the two characters next to a phrase, nearest first, continue its word or token."""
    if not outward:
        return False
    if outward[0] in joiners:
        return len(outward) == 2 and _in_word(outward[1])
    return _in_word(outward[0])


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"
