"""Execution modes: how the sessions were supervised."""

from __future__ import annotations

from atlas.core.thread import Thread
from atlas.reports.document import rate_json
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.wording import rate_of
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import amount, rated, score


def part(thread: Thread, labels: Labels) -> Part:
    """Keys `adaptive_modes` (counts) and `execution_modes` (with their outcomes)."""
    outcomes = {
        tally.name: {
            "sessions": tally.sessions,
            "success": rate_json(rate_of(tally.success)),
            "reward_mean": tally.reward.mean,
            "tokens_mean": tally.tokens.mean,
        }
        for tally in thread.modes
    }
    return Part(
        {"adaptive_modes": {tally.name: tally.sessions for tally in thread.modes}, "execution_modes": outcomes},
        _section(thread),
    )


def _section(thread: Thread) -> Section:
    title = "Execution modes"
    if not thread.modes:
        return Section(title, ("Cannot say: no session of this key counts yet.",))
    rows = tuple(
        (
            tally.name,
            str(tally.sessions),
            rated(rate_of(tally.success)),
            score(tally.reward.mean),
            amount(tally.tokens.mean),
        )
        for tally in thread.modes
    )
    columns = (*words("mode"), *numbers("sessions", "strict success", "mean reward", "tokens"))
    return Section(
        title,
        ("A mode is chosen by what a task looks like, so modes are not compared by these figures.",),
        tables=(Table("By mode", columns, rows),),
    )
