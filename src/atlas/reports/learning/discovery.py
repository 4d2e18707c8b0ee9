"""Discovery context: where the raw telemetry of the same tasks and sessions is kept."""

from __future__ import annotations

from atlas.core.json import to_json
from atlas.core.thread import Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import NOTHING


def part(thread: Thread, labels: Labels) -> Part:
    """Key `discovery_runs`."""
    return Part({"discovery_runs": [to_json(each) for each in thread.discoveries]}, _section(thread))


def _section(thread: Thread) -> Section:
    title = "Discovery context"
    if not thread.discoveries:
        return Section(title, ("No row of discovery_runs belongs to these sessions or their tasks.",))
    rows = tuple(
        (str(each.run_id), each.source, each.created_at, each.task or NOTHING) for each in thread.discoveries
    )
    return Section(
        title,
        ("Rows of discovery_runs that name a session of this key, or its task; the last ones.",),
        tables=(Table("Discovery runs", (*numbers("id"), *words("source", "created", "task")), rows),),
    )
