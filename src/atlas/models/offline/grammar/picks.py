"""Picks: the words that choose one record out of several."""

from __future__ import annotations

import re

from atlas.models.offline.grammar.asks import Pick

_PLACES = {
    word: number
    for number, words in (
        (1, "first 1st former"),
        (2, "second 2nd"),
        (3, "third 3rd"),
        (4, "fourth 4th"),
        (5, "fifth 5th"),
        (-1, "last latter"),
    )
    for word in words.split()
}


_EXTREMES: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), column, highest)
    for column, highest, words in (
        (
            "probability",
            True,
            r"most likely|likeliest|highest[- ]probability|more likely|best (?:odds|chances?)|surest",
        ),
        ("probability", False, r"least likely|lowest[- ]probability|less likely|longest shot|worst odds"),
        (
            "close_date",
            True,
            r"(?:latest|last|furthest)[- ]closing|clos(?:es?|ing) (?:the )?(?:latest|last)|latest clos\w+ "
            r"date|furthest out",
        ),
        (
            "close_date",
            False,
            r"(?:earliest|soonest|next|first)[- ]closing|(?:clos(?:es?|ing)|due) (?:the )?(?:first|soonest|"
            r"earliest|next)|soonest"
            r"|earliest(?: clos\w+(?: date)?)?|(?:closest|nearest|next) clos\w+ date|next to close|first to close",
        ),
        (
            "valid_until",
            True,
            r"longest[- ]valid|(?:valid|good) (?:the )?longest|expir(?:es?|ing) last|latest expir\w+",
        ),
        (
            "valid_until",
            False,
            r"expir(?:es?|ing) (?:first|soonest|next)|first to expire|(?:earliest|soonest|next) expir\w+",
        ),
        ("newest", True, r"newest|latest|most recent(?:ly created)?|last created|newer"),
        ("newest", False, r"oldest|older"),
        (
            "amount",
            True,
            r"biggest|largest|highest|priciest|most expensive|most valuable|greatest|top|bigger|larger|higher|"
            r"pricier|"
            r"more expensive|dearest|dearer|costliest|costlier|worth (?:the )?(?:most|more)|maximum",
        ),
        (
            "amount",
            False,
            r"smallest|lowest|cheapest|least expensive|least valuable|smaller|lower|cheaper|less expensive|"
            r"littlest|"
            r"worth (?:the )?(?:least|less)|minimum",
        ),
    )
)


def pick_of(words: str, head: str = "") -> Pick | None:
    """What "second", "latest" or "bigger" in these words selects, or None."""
    text = f"{words} {head}"
    for pattern, column, highest in _EXTREMES:
        if pattern.search(text):
            return Pick(column=column, highest=highest)
    for word in re.findall(r"\w+", text.lower()):
        if word in _PLACES:
            return Pick(number=_PLACES[word])
    return None
