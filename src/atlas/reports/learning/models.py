"""Model performance: which model played which role, and what rewards its sessions had."""

from __future__ import annotations

from atlas.core.json import to_json
from atlas.core.thread import Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import score


def part(thread: Thread, labels: Labels) -> Part:
    """Key `model_breakdown`."""
    rows = [
        {
            "role": tally.role,
            "model_id": tally.model,
            "session_count": tally.sessions,
            "reward_count": tally.rewarded,
            "reward_mean": tally.reward_mean,
            "latest_score": tally.latest_score,
            "last_seen_at": tally.last_seen_at,
        }
        for tally in thread.models
    ]
    return Part({"model_breakdown": to_json(rows)}, _section(thread))


def _section(thread: Thread) -> Section:
    title = "Model performance"
    if not thread.models:
        return Section(title, ("Cannot say: no run of these sessions recorded its models.",))
    columns = (
        *words("role", "model"),
        *numbers("sessions", "rewarded", "mean reward", "latest"),
        *words("last seen"),
    )
    rows = tuple(
        (
            tally.role,
            tally.model,
            str(tally.sessions),
            str(tally.rewarded),
            score(tally.reward_mean),
            score(tally.latest_score),
            tally.last_seen_at,
        )
        for tally in thread.models
    )
    return Section(
        title,
        (
            "A session counts for each role that called its model in it. Models that met different tasks are not "
            "compared by these means.",
        ),
        tables=(Table("By role and model", columns, rows),),
    )
