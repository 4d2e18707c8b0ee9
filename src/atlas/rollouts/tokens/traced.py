"""Traced text: a string that knows which parts of it came from which message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, SupportsIndex


class Run(NamedTuple):
    """A stretch of a traced text, by characters, and where it came from.

    `field` is "content" or the part of a tool call ("call.0.name"). `offset` is the place of the stretch in that
    text; it means nothing for a call, whose arguments a template writes as JSON of its own making.
    """

    start: int
    end: int
    message: int
    field: str
    offset: int


class Traced(str):
    """A string with runs. What a template commonly does to a text keeps them; other operations give a plain string.

    An empty text keeps its run, so that the place where it was written is known.
    """

    __slots__ = ("runs",)
    runs: tuple[Run, ...]

    def __str__(self) -> str:
        # Templates convert what they write with `str`, which must not lose the runs.
        return self

    def __add__(self, other: str) -> Traced:
        return concat((self, other))

    def __radd__(self, other: str) -> Traced:
        return concat((other, self))

    def __getitem__(self, key: Any) -> str:
        if isinstance(key, slice) and key.step in (None, 1):
            start, end, _ = key.indices(len(self))
            return self.cut(start, max(start, end))
        return str.__getitem__(self, key)

    def cut(self, start: int, end: int) -> Traced:
        """The text from `start` to `end` with what is left of its runs."""
        kept = [
            Run(
                max(run.start, start) - start,
                min(run.end, end) - start,
                run.message,
                run.field,
                _offset(run, start),
            )
            for run in self.runs
            if (run.start < end and run.end > start) or (run.start == run.end and start <= run.start <= end)
        ]
        return make(str.__getitem__(self, slice(start, end)), kept)

    def strip(self, chars: str | None = None) -> Traced:
        return self.lstrip(chars).rstrip(chars)

    def lstrip(self, chars: str | None = None) -> Traced:
        start = len(self) - len(str.lstrip(self, chars))
        # Of a text that was nothing but space its place is left.
        return self.cut(start, len(self)) if start < len(self) else self._nothing()

    def rstrip(self, chars: str | None = None) -> Traced:
        end = len(str.rstrip(self, chars))
        return self.cut(0, end) if end else self._nothing()

    def removeprefix(self, prefix: str, /) -> Traced:
        return self.cut(len(prefix), len(self)) if self.startswith(prefix) else self

    def removesuffix(self, suffix: str, /) -> Traced:
        return self.cut(0, len(self) - len(suffix)) if suffix and self.endswith(suffix) else self

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return list(self._pieces(str.split(self, sep, maxsplit)))

    def rsplit(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return list(self._pieces(str.rsplit(self, sep, maxsplit)))

    def splitlines(self, keepends: bool = False) -> list[str]:
        return list(self._pieces(str.splitlines(self, keepends)))

    def partition(self, sep: str, /) -> tuple[str, str, str]:
        first, middle, last = self._pieces(str.partition(self, sep))
        return first, middle, last

    def rpartition(self, sep: str, /) -> tuple[str, str, str]:
        first, middle, last = self._pieces(str.rpartition(self, sep))
        return first, middle, last

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> str:
        if not old or old not in self:
            return self
        return join(new, self.split(old, count))

    def _pieces(self, pieces: Iterable[str]) -> Iterator[Traced]:
        """The pieces, found in the order in which they stand in this text."""
        at = 0
        for piece in pieces:
            start = self.find(piece, at)
            yield self.cut(start, start + len(piece))
            at = start + len(piece)

    def _nothing(self) -> Traced:
        return make("", [Run(0, 0, run.message, run.field, run.offset) for run in self.runs[:1]])


def make(text: str, runs: Iterable[Run]) -> Traced:
    """`text` with `runs`."""
    made = Traced(text)
    made.runs = tuple(runs)
    return made


def source(text: str, message: int, field: str) -> Traced:
    """The whole of a message's text, traced to it."""
    return make(text, [Run(0, len(text), message, field, 0)])


def concat(pieces: Iterable[str]) -> Traced:
    """The pieces in one text, each with its runs."""
    texts: list[str] = []
    runs: list[Run] = []
    at = 0
    for piece in pieces:
        if isinstance(piece, Traced):
            runs += [Run(run.start + at, run.end + at, run.message, run.field, run.offset) for run in piece.runs]
        texts.append(piece)
        at += len(piece)
    return make("".join(texts), runs)


def join(separator: str, pieces: Iterable[str]) -> Traced:
    """The pieces in one text with `separator` between them."""
    parts: list[str] = []
    for piece in pieces:
        parts += (separator, piece) if parts else (piece,)
    return concat(parts)


def _offset(run: Run, start: int) -> int:
    return run.offset + max(0, start - run.start)
