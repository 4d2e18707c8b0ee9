"""Runtime usage: how often cues hit, and how often the action of an entry followed."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import Thread, UsageTally
from atlas.reports.learning.part import Labels, Part
from atlas.reports.metrics import Rate
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.statistics.intervals import wilson
from atlas.reports.wording import NOTHING, amount, percent, rated


@dataclass(frozen=True, slots=True)
class Usage:
    """The totals, the share of tracked sessions with a cue hit, and of adoptions that succeeded."""

    totals: UsageTally
    cue_rate: Rate
    success_rate: Rate

    @property
    def successful(self) -> int:
        """Adoptions whose call did not fail."""
        return self.totals.adoptions - self.totals.failed_adoptions

    @property
    def adoption_rate(self) -> float | None:
        """Successful adoptions a cue hit. A hit may be adopted by several calls, so it is no share."""
        return self.successful / self.totals.cue_hits if self.totals.cue_hits else None


def measure(totals: UsageTally) -> Usage:
    """Usage over the tracked sessions."""
    good = totals.adoptions - totals.failed_adoptions
    return Usage(
        totals,
        Rate(totals.with_cues, totals.tracked, wilson(totals.with_cues, totals.tracked)),
        Rate(good, totals.adoptions, wilson(good, totals.adoptions)),
    )


def part(thread: Thread, labels: Labels) -> Part:
    """Key `usage_metrics`."""
    usage = measure(thread.usage)
    return Part({"usage_metrics": _json(usage)}, _section(usage))


def _json(usage: Usage) -> JsonObject:
    totals = usage.totals
    return {
        "tracked_sessions": totals.tracked,
        "cue_triggers": totals.cue_hits,
        "cue_trigger_sessions": totals.with_cues,
        "unique_cue_steps": totals.cue_steps,
        "adoption_events": totals.adoptions,
        "successful_adoptions": usage.successful,
        "adoption_rate": usage.adoption_rate,
        "adoption_success_rate": usage.success_rate.value,
        "cue_trigger_rate": usage.cue_rate.value,
        "cue_trigger_rate_interval": to_json(usage.cue_rate.interval) if totals.tracked else None,
    }


def _section(usage: Usage) -> Section:
    totals = usage.totals
    if not totals.tracked:
        return Section(
            "Runtime usage",
            (
                "Cannot say: usage was tracked in no session of this key. It is tracked while learning, with "
                "learning.usage_tracking.enabled.",
            ),
        )
    rows = (
        ("sessions in which usage was tracked", amount(totals.tracked)),
        ("sessions with a cue hit", rated(usage.cue_rate)),
        ("cue hits", amount(totals.cue_hits)),
        ("steps with a cue hit", amount(totals.cue_steps)),
        ("adoptions", amount(totals.adoptions)),
        ("adoptions whose call succeeded", rated(usage.success_rate)),
        (
            "successful adoptions a cue hit",
            NOTHING if usage.adoption_rate is None else percent(usage.adoption_rate),
        ),
    )
    return Section(
        "Runtime usage",
        (
            "A cue hits a user's message or a tool's answer; an adoption is a call of the entry's tool, as the "
            "entry states it, after a hit. Only entries that were shown count. Intervals take sessions, and "
            "adoptions, as independent.",
        ),
        tables=(Table("Cues and adoptions", (*words("what"), *numbers("count")), rows),),
    )
