"""A vocabulary: the texts that the columns of a world hold, to see which of them a reply speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from atlas.core.json import JsonObject
from atlas.core.tasks import Target
from atlas.verify.text import plain, spans

Columns = dict[str, tuple[str, ...]]

_FULL_NAME = "full name"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Column ("table.column") -> its texts, longest first: those of the world and those that the target writes."""

    columns: Columns

    @classmethod
    def of(cls, target: Target) -> Vocabulary:
        """All texts that a grader of `target` knows of."""
        found: dict[str, set[str]] = {}
        for column, text in _texts(target):
            found.setdefault(column, set()).add(_spelled(text))
        return cls({column: tuple(sorted(texts, key=lambda t: (-len(t), t))) for column, texts in found.items()})

    def longer(self, value: str) -> list[str]:
        """The texts that hold `value` and more: "Harbor Renewal 2026" for "Harbor Renewal"."""
        return [text for texts in self.columns.values() for text in texts if value in text and value != text]

    def spoken(self, text: str) -> dict[str, set[str]]:
        """Column -> those of its texts that stand in `text` as the world spells them, not inside longer ones."""
        said = _folded(text)
        found = {column: set(_in(said, texts)) for column, texts in self.columns.items()}
        return {column: texts for column, texts in found.items() if texts}


def speaks_of(text: str, value: str) -> bool:
    """Whether `value` stands in `text`, in any case."""
    return bool(spans(_folded(text).casefold(), _folded(value).casefold()))


def without_texts(text: str, texts: Iterable[str]) -> str:
    """`text` with these texts left out."""
    left = _folded(text)
    for one in texts:
        left = left.replace(one, " ")
    return left


def _in(text: str, candidates: tuple[str, ...]) -> Iterator[str]:
    for candidate in candidates:
        if candidate in text and (places := spans(text, candidate)):
            yield candidate
            for start, end in places:
                text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"


@lru_cache(maxsize=20_000)
def _spelled(text: str) -> str:
    # A run checks many trajectories in worlds that share most of their texts.
    return " ".join(plain(text).split())


def _folded(text: str) -> str:
    # Both spellings of the word are English, and replies use either.
    return " ".join(plain(text).replace("ancelled", "anceled").split())


def _texts(target: Target) -> Iterator[tuple[str, str]]:
    inserted = ((table, row) for table, rows in target.state.inserted.items() for row in rows.values())
    there = ((table, row) for table, rows in target.world.items() for row in rows.values())
    for table, row in chain(there, inserted):
        yield from _row(table, row)
    for table, changed in target.state.updated.items():
        for columns in changed.values():
            yield from _row(table, {column: change.after for column, change in columns.items()})


def _row(table: str, row: JsonObject) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        if isinstance(value, str) and len(value) > 1:
            yield f"{table}.{column}", value
    if row.get("first_name") and row.get("last_name"):
        yield f"{table}.{_FULL_NAME}", f"{row['first_name']} {row['last_name']}"
