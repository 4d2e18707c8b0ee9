"""Denials: what a text says is not so. A value that is denied is not stated."""

from __future__ import annotations

import re

_FILLERS = (
    "at|in|on|by|to|of|for|with|the|a|an|is|be|have|has|exactly|worth|called|named|owned|due|quote|version|stage"
)
_NOT = (
    r"(?:\bnot|n't|\bno longer|\bnever|\bneither|\bnor|\brather than|\binstead of|\bother than)"
    rf"(?:\s+(?:{_FILLERS}))*\s+[\"'(]?"
)
_DENYING = re.compile(rf"{_NOT}$", re.IGNORECASE)
_DENIED_NUMBER = re.compile(rf"{_NOT}(?P<number>(?:[A-Z]{{2,3}}\s?)?[$€£]?\w[\w,.]*%?)", re.IGNORECASE)
_REACH = 80
"""Characters before a value in which its denial must stand."""


def denied_at(text: str, start: int) -> bool:
    """Whether what stands at `start` is denied: "not $5", "isn't in Proposal", "rather than Dana"."""
    return _DENYING.search(text[max(0, start - _REACH) : start]) is not None


def without_denied_words(text: str) -> str:
    """`text` with the word or number after each denial blanked out, length unchanged."""
    return _DENIED_NUMBER.sub(lambda found: found[0][: -len(found["number"])] + " " * len(found["number"]), text)
