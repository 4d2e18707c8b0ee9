"""A summary: the report of one thread, as JSON for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import SessionFilter, Thread
from atlas.reports.learning.part import Part
from atlas.reports.page import Figure, Page

FORMAT = 1
"""Of summaries and of the manifest; a reader of a later one refuses it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a summary. `warnings` are what a reader must know before any number."""

    title: str
    slug: str
    timestamp: str
    command: str
    warnings: tuple[str, ...]
    run_metadata: JsonObject


def summary_json(thread: Thread, parts: Sequence[Part], heading: Heading) -> JsonObject:
    """The document `<slug>_summary.json`."""
    document: JsonObject = {
        "format": FORMAT,
        "learning_key": thread.id.key,
        "simulated": thread.id.simulated,
        "slug": heading.slug,
        "generated_at": heading.timestamp,
        "session_count": thread.sessions,
        "filters": to_json(thread.selection),
        "warnings": list(heading.warnings),
        "run_metadata": heading.run_metadata,
    }
    for part in parts:
        document |= part.data
    return document


def summary_page(thread: Thread, parts: Sequence[Part], heading: Heading, *, figures: bool) -> Page:
    """The page of a thread, its figures drawn or left out; their names begin with the slug."""
    sections = tuple(replace(part.section, figures=_drawn(part, heading.slug) if figures else ()) for part in parts)
    return Page(heading.title, thread.id.simulated, heading.timestamp, heading.warnings, sections, heading.command)


def filters_in_words(selection: SessionFilter) -> str:
    """Which sessions were looked at, as a clause."""
    said = [
        *([f"project {selection.project}"] if selection.project is not None else []),
        *([f"task {selection.task!r}"] if selection.task is not None else []),
        *(f"tag {tag}" for tag in selection.tags),
    ]
    return " and ".join(said)


def _drawn(part: Part, slug: str) -> tuple[Figure, ...]:
    return tuple(replace(figure, name=f"{slug}_{figure.name}") for figure in part.draw()) if part.draw else ()
