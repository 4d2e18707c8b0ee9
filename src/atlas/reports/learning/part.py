"""A part: what one section of the learning report says, for programs and for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atlas.core.json import JsonObject
from atlas.reports.page import Figure, Section


@dataclass(frozen=True, slots=True)
class Part:
    """`data` holds the top-level keys that the section has in the summary; `section` is its text.

    `draw` makes the section's figures; it is called only where a page wants them, for it needs matplotlib.
    """

    data: JsonObject
    section: Section
    draw: Callable[[], tuple[Figure, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """What people say of entries: entry id -> label. `path` is the file they come from, "" without one.

    A label that is a scope category counts instead of the entry's own; one that names a kind of fault says that
    the entry addresses it; any other is shown beside the entry.
    """

    path: str = ""
    by_entry: tuple[tuple[str, str], ...] = ()

    def of(self, entry_id: str) -> str | None:
        """The label of an entry."""
        return dict(self.by_entry).get(entry_id)
