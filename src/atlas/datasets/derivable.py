"""Derivability: whether the value of a reference argument follows from what an agent can see.

An agent sees the requests so far and, through tools, the records of the world it can single out from them. A value
follows when it was said, stands in a record, or is one step of arithmetic away from these ("10 % more", "two
weeks later"). This is a sieve against values from nowhere, not a proof that a reader would pick the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from atlas.core.json import JsonObject, JsonValue
from atlas.core.references import REFERENCE
from atlas.datasets import spoken

_EMPTIED = re.compile(r"\b(?:blank|empty|nothing|clear|remove|delete)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen at one turn: requests so far, records by id, and today's date."""

    requests: tuple[str, ...]
    records: Mapping[str, JsonObject]
    today: date

    def unseen(self, arguments: JsonObject) -> list[tuple[str, JsonValue]]:
        """Dotted keys and values of the arguments that follow from nothing that can be seen."""
        return [(key, value) for key, value in _leaves(arguments) if not self._follows(value)]

    def _follows(self, value: JsonValue) -> bool:
        if value is None or isinstance(value, bool):
            return True
        if isinstance(value, str):
            return self._text_follows(value)
        return self._number_follows(float(value))

    def _text_follows(self, value: str) -> bool:
        if REFERENCE.search(value):
            return True
        if value in self.records:
            return self._named(value)
        if not value.strip():
            return _EMPTIED.search(self._said) is not None
        if _plain(value) in _plain(self._said) or _plain(value) in self._stored():
            return True
        return self._date_follows(value)

    def _date_follows(self, value: str) -> bool:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return False
        if any(day in spoken.dates(request, self.today) for request in self.requests):
            return True
        stored = {spot for text in _texts(self.records.values()) for spot in spoken.dates(text, self.today)}
        return any(start + span == day for start in stored for span in spoken.spans(self._said))

    def _number_follows(self, value: float) -> bool:
        said = {number for request in self.requests for number in spoken.numbers(request)}
        stored = {float(number) for number in self._values() if isinstance(number, (int, float))}
        if value in said | stored:
            return True
        shares = {1 + sign * percent / 100 for percent in said if 0 < percent <= 100 for sign in (1, -1)}
        return any(abs(base * share - value) < 0.005 for base in stored for share in shares)

    def _named(self, record_id: str) -> bool:
        """Whether the record, or one it belongs to or that belongs to it, was singled out by something said."""
        said = _plain(self._said)
        near = [record_id, *(v for v in _texts([self.records[record_id]]) if v in self.records)]
        near += [other for other, record in self.records.items() if record_id in _texts([record])]
        texts = [text for key in near for text in _texts([self.records[key]]) if len(text) > 2]
        return any(_plain(text) in said for text in (*near, *texts))

    @property
    def _said(self) -> str:
        return "\n".join(self.requests)

    def _stored(self) -> set[str]:
        return {_plain(text) for text in _texts(self.records.values())}

    def _values(self) -> Iterator[JsonValue]:
        return (value for record in self.records.values() for value in record.values())


def records_of(seed_data: Mapping[str, Mapping[str, JsonObject]]) -> dict[str, JsonObject]:
    """All records of a world by id."""
    return {row_id: row for rows in seed_data.values() for row_id, row in rows.items()}


def _leaves(value: JsonValue, key: str = "") -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}".strip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{key}.{number}")
    else:
        yield key, value


def _texts(records: Iterable[JsonObject]) -> Sequence[str]:
    return [value for record in records for value in record.values() if isinstance(value, str)]


def _plain(text: str) -> str:
    """Text without case, hyphens and double spaces, so that "closed won" is "Closed-Won"."""
    return " ".join(text.lower().replace("-", " ").split())
