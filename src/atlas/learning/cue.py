"""A cue at work: whether a text calls for an entry."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from atlas.core.playbook import Cue
from atlas.learning.passage import Passage, passage
from atlas.learning.pattern import MAX_PATTERN, pattern
from atlas.learning.predicate import predicate, term


class Detector(Protocol):
    """A compiled cue."""

    def hits(self, text: Passage) -> bool:
        """Whether the cue is in the text."""

    def rules_out(self, whole: Passage) -> bool:
        """Whether none of the passages that `whole` was joined from can hit; a quick first look."""

    def example(self) -> str | None:
        """A short text that it hits; None when it cannot match anything."""


@lru_cache(maxsize=4096)
def detector(cue: Cue) -> Detector:
    """Compile a cue. Raises `ValueError` with the reason when it cannot be used.

    A regex is searched anywhere and in any case; a keyword must stand in the text as whole words, in any case;
    a predicate joins such keywords by AND, OR, NOT and parentheses.
    """
    if len(cue.pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern has {len(cue.pattern)} characters, at most {MAX_PATTERN} are allowed")
    if not cue.pattern.strip():
        raise ValueError("the pattern is blank")
    if cue.type == "regex":
        return pattern(cue.pattern)
    return predicate(cue.pattern) if cue.type == "predicate" else term(cue.pattern)


def matches(cue: Cue, text: str) -> bool:
    """Whether the first 10,000 characters of the text hit the cue. Raises `ValueError` for a cue that is wrong."""
    return detector(cue).hits(passage(text))
