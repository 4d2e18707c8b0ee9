"""Review state: what people decided about the sessions that the figures rest on."""

from __future__ import annotations

from atlas.core.thread import Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, numbers, words


def part(thread: Thread, labels: Labels) -> Part:
    """Key `review_statuses`."""
    return Part({"review_statuses": thread.reviews}, _section(thread))


def _section(thread: Thread) -> Section:
    title = "Review state"
    if not thread.reviews:
        return Section(title, ("Cannot say: there is no session of this key.",))
    quarantined = thread.reviews.get("quarantined", 0)
    left_out = f"; the {quarantined} quarantined count here and nowhere else" if quarantined else ""
    return Section(
        title,
        (f"Pending and approved sessions count alike{left_out}.",),
        tables=(
            Table(
                "By review status",
                (*words("status"), *numbers("sessions")),
                tuple((status, str(count)) for status, count in thread.reviews.items()),
            ),
        ),
    )
