"""The playbook as it acts now: what student and teacher are told, entry by entry."""

from __future__ import annotations

from atlas.core.json import JsonObject, to_json
from atlas.core.playbook import Audience, Entry
from atlas.core.thread import Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, words

_ACTS = ("active", "provisional")


def part(thread: Thread, labels: Labels) -> Part:
    """Keys `teacher_playbook` and `student_playbook`: version, text and entries."""
    return Part(
        {
            "teacher_playbook": _json(thread, "teacher", labels),
            "student_playbook": _json(thread, "student", labels),
        },
        _section(thread, labels),
    )


def _entries(thread: Thread, audience: Audience) -> tuple[Entry, ...]:
    entries = thread.playbook.entries if thread.playbook else ()
    return tuple(entry for entry in entries if entry.audience == audience)


def _json(thread: Thread, audience: Audience, labels: Labels) -> JsonObject:
    entries = _entries(thread, audience)
    acting = [entry.action.imperative for entry in entries if entry.lifecycle in _ACTS]
    return {
        "version": thread.playbook.version if thread.playbook else 0,
        "text": "\n".join(f"- {imperative}" for imperative in acting),
        "entries": [{**to_json(entry), "label": labels.of(entry.id)} for entry in entries],
    }


def _section(thread: Thread, labels: Labels) -> Section:
    title = "Playbook"
    if thread.playbook is None or not thread.playbook.entries:
        return Section(title, ("This key has no playbook with entries yet.",))
    columns = words("entry", "for", "state", "scope", "label", "when", "do", "tool")
    rows = tuple(
        (
            entry.id,
            entry.audience,
            entry.lifecycle,
            entry.scope.category,
            labels.of(entry.id) or "",
            entry.cue.description or entry.cue.pattern,
            entry.action.imperative,
            entry.action.runtime_handle or "",
        )
        for entry in thread.playbook.entries
    )
    return Section(
        title,
        (f"Version {thread.playbook.version}, as sessions read it now.",),
        tables=(Table("Entries", columns, rows),),
    )
