"""Matching: when a search text is found in a value. The one definition that both repositories follow.

Letters are compared one by one without their case, for every script and on any server, whatever its locale:
two letters are the same when one is the upper case of the other. `%` and `_` mean themselves.
"""

from __future__ import annotations

from functools import cache


def fold(text: str) -> str:
    """`text` with every letter that has a lower case replaced by it, character by character."""
    return text.lower() if text.isascii() else "".join(map(_fold_letter, text))


def upper_twins(folded: str) -> tuple[str, str]:
    """The letters that `fold` turns into a letter of `folded`, and what it turns each into.

    Replacing just these in a value finds `folded` in it wherever `fold` would: no other letter can match.
    """
    twins = {
        upper: letter
        for letter in sorted(set(folded))
        if (upper := letter.upper()) != letter and fold(upper) == letter
    }
    return "".join(twins), "".join(twins.values())


@cache
def _fold_letter(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 and lower.upper() == letter else letter
