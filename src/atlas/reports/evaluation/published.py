"""Published figures: what others report of this kind of benchmark; shown beside our numbers, never among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from atlas.core.json import from_json
from atlas.reports.statistics.intervals import Interval, wilson

_FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """A figure as its source prints it; `counts` are passed and total where they are known."""

    text: str
    counts: tuple[int, int] | None = None

    @property
    def interval(self) -> Interval | None:
        """Our 95 % Wilson interval of the published share, where the counts are known."""
        return wilson(*self.counts) if self.counts else None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One system; one value a metric of its board."""

    system: str
    values: tuple[PublishedValue, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one source, what it measured, and why none of them can be compared with ours."""

    name: str
    measured: str
    not_comparable: str
    source: str
    metrics: tuple[str, ...]
    rows: tuple[PublishedRow, ...]


def published() -> tuple[Board, ...]:
    """The boards of published.yaml, in its order."""
    return from_json(tuple[Board, ...], yaml.safe_load(_FILE.read_text(encoding="utf-8")))
