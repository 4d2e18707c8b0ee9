"""Lifecycle: what became of the entries, by scope, and how the playbook grew version by version."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from atlas.core.json import JsonObject
from atlas.core.playbook import Entry
from atlas.core.thread import Thread, VersionRow
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, numbers, words

SCOPES = ("reinforcement", "differentiation")
STATES = ("active", "provisional", "deprecated", "pruned", "quarantined")


@dataclass(frozen=True, slots=True)
class LifecycleSummary:
    """Entries by scope and state, the refused ones, labels that changed a scope, and the last versions."""

    counts: dict[tuple[str, str], int]
    rejected: int
    relabelled: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    frozen: bool


def measure(thread: Thread, labels: Labels) -> LifecycleSummary:
    """The lifecycle of the newest version's entries; a label that is a scope counts instead of the entry's own."""
    entries = thread.playbook.entries if thread.playbook else ()
    counts = Counter((_scope(entry, labels), str(entry.lifecycle)) for entry in entries)
    changed = tuple((e.id, _scope(e, labels)) for e in entries if _scope(e, labels) != e.scope.category)
    rejected = len(thread.playbook.rejected) if thread.playbook else 0
    frozen = thread.playbook.frozen if thread.playbook else False
    return LifecycleSummary(dict(counts), rejected, changed, thread.versions, frozen)


def part(thread: Thread, labels: Labels) -> Part:
    """Keys `playbook_lifecycle_summary` and `playbook_versions`."""
    summary = measure(thread, labels)
    return Part(
        {
            "playbook_lifecycle_summary": _json(summary),
            "playbook_versions": [
                {
                    "version": row.version,
                    "author": row.author,
                    "session_id": row.session_id,
                    "created_at": row.created_at,
                    "entries": row.entries,
                }
                for row in summary.versions
            ],
        },
        _section(summary),
    )


def _scope(entry: Entry, labels: Labels) -> str:
    label = labels.of(entry.id)
    return label if label in SCOPES else entry.scope.category


def _json(summary: LifecycleSummary) -> JsonObject:
    counts = {f"{scope}_{state}": summary.counts.get((scope, state), 0) for scope in SCOPES for state in STATES}
    return {
        **counts,
        "rejected": summary.rejected,
        "relabelled": dict(summary.relabelled),
        "frozen": summary.frozen,
    }


def _section(summary: LifecycleSummary) -> Section:
    title = "Playbook entry lifecycle"
    if not summary.counts and not summary.rejected:
        return Section(title, ("Cannot say: this key has no playbook with entries yet.",))
    counts = Table(
        "Entries by scope and state",
        (*words("scope"), *numbers(*STATES)),
        tuple((scope, *(str(summary.counts.get((scope, state), 0)) for state in STATES)) for scope in SCOPES),
        tuple(f"{entry_id} is counted as {scope}, as its label says." for entry_id, scope in summary.relabelled),
    )
    versions = Table(
        "The last versions",
        (*numbers("version", "entries"), *words("saved", "by")),
        tuple((str(row.version), str(row.entries), row.created_at, row.author) for row in summary.versions),
    )
    said = f"{summary.rejected} refused candidates are kept with the reasons."
    if summary.frozen:
        said += " The playbook is frozen: sessions read it, and none changes it."
    return Section(title, (said,), tables=tuple(table for table in (counts, versions) if table.rows))
