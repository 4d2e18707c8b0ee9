"""A predicate cue: whole-word terms joined by AND, OR, NOT and parentheses.

    either := both ("OR" both)*      both := part ("AND" part)*
    part   := "NOT" part | "(" either ")" | term
    term   := words, or anything in double quotes

Operators are in capitals; `and` is a word like others. A keyword cue is one term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from atlas.learning.passage import Passage, passage, phrase

MAX_DEPTH = 20
MAX_TERMS = 8

_TOKEN = re.compile(r'"[^"]*"|[()"]|[^\s()"]+')
_OPERATORS = ("AND", "OR", "NOT")


class Node(Protocol):
    """A part of a predicate."""

    def hits(self, text: Passage) -> bool: ...

    def rules_out(self, whole: Passage) -> bool:
        """Whether no part of the joined passage can hit; False when that is not known."""

    def terms(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand in the text as they are, whole and in order, in any case."""

    words: str

    def hits(self, text: Passage) -> bool:
        return self.words in text.words

    def rules_out(self, whole: Passage) -> bool:
        return self.words not in whole.words

    def terms(self) -> Iterator[str]:
        yield self.words.strip()

    def example(self) -> str | None:
        return self.words.strip()


@dataclass(frozen=True, slots=True)
class Not:
    part: Node

    def hits(self, text: Passage) -> bool:
        return not self.part.hits(text)

    def rules_out(self, whole: Passage) -> bool:
        return False

    def terms(self) -> Iterator[str]:
        yield from self.part.terms()


@dataclass(frozen=True, slots=True)
class Both:
    left: Node
    right: Node

    def hits(self, text: Passage) -> bool:
        return self.left.hits(text) and self.right.hits(text)

    def rules_out(self, whole: Passage) -> bool:
        return self.left.rules_out(whole) or self.right.rules_out(whole)

    def terms(self) -> Iterator[str]:
        yield from self.left.terms()
        yield from self.right.terms()


@dataclass(frozen=True, slots=True)
class Either:
    left: Node
    right: Node

    def hits(self, text: Passage) -> bool:
        return self.left.hits(text) or self.right.hits(text)

    def rules_out(self, whole: Passage) -> bool:
        return self.left.rules_out(whole) and self.right.rules_out(whole)

    def terms(self) -> Iterator[str]:
        yield from self.left.terms()
        yield from self.right.terms()


@dataclass(frozen=True, slots=True)
class Predicate:
    """A parsed predicate."""

    root: Node

    def hits(self, text: Passage) -> bool:
        return self.root.hits(text)

    def rules_out(self, whole: Passage) -> bool:
        return self.root.rules_out(whole)

    def example(self) -> str | None:
        """The fewest terms that together are hit; None for a contradiction such as `a AND NOT a`."""
        terms = sorted(set(self.root.terms()))
        sets = (chosen for size in range(len(terms) + 1) for chosen in combinations(terms, size))
        return next((text for text in map(" / ".join, sets) if self.hits(passage(text))), None)


def term(text: str) -> Term:
    """One term. Raises `ValueError` when the text has no word."""
    words = phrase(text)
    if not any(c.isalnum() for c in words):
        raise ValueError(f"{text.strip()!r} has no word to look for")
    return Term(words)


def predicate(source: str) -> Predicate:
    """Parse a predicate. Raises `ValueError` with the place that is wrong."""
    parser = _Parser(_TOKEN.findall(source))
    root = parser.either(0)
    if parser.peek() is not None:
        raise ValueError(f"expected AND or OR before {parser.peek()!r}")
    if len(set(root.terms())) > MAX_TERMS:
        raise ValueError(f"a predicate may have at most {MAX_TERMS} terms")
    return Predicate(root)


class _Parser:
    """Recursive descent over tokens; one method a grammar rule."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, token: str) -> bool:
        taken = self.peek() == token
        self._at += taken
        return taken

    def either(self, depth: int) -> Node:
        node = self._both(depth)
        while self._take("OR"):
            node = Either(node, self._both(depth))
        return node

    def _both(self, depth: int) -> Node:
        node = self._part(depth)
        while self._take("AND"):
            node = Both(node, self._part(depth))
        return node

    def _part(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        if self._take("NOT"):
            return Not(self._part(depth + 1))
        if not self._take("("):
            return self._term()
        node = self.either(depth + 1)
        if not self._take(")"):
            raise ValueError("a closing parenthesis is missing")
        return node

    def _term(self) -> Node:
        words = []
        while (token := self.peek()) is not None and token not in ("(", ")", '"', *_OPERATORS):
            words.append(token)
            self._at += 1
        if not words:
            raise ValueError(f"expected a word, got {self.peek() or 'the end'!r}")
        return term(" ".join(words))
