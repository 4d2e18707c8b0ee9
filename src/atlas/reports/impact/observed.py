"""The guide's figures of an entry: where it fired against where its cue was silent, as observed.

Nobody assigned these sessions: an entry that hard tasks call for looks harmful, and one that easy tasks call for
useful, whatever it does. They are shown beside the effect, never in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.impact import MEASURES, Evidence
from atlas.reports.statistics.ratios import (
    ClusterSums,
    Estimate,
    difference_of,
    mean_of,
    product_of,
    rate_of,
)


@dataclass(frozen=True, slots=True)
class Observed:
    """Figures of the learning guide; None where there is nothing to reckon one from. Intervals are by task.

    `adoption_rate` is successful adoptions by cue hits. The deltas are means of the sessions in which the entry
    fired minus means of those whose brief did not call for it. `transfer_success` says that it fired on at least
    two tasks; `transfer_rate` is the share of sessions with success where it did. `sent_back` are attempts that the
    teacher refused, a session. `impact_score` is adoption_rate x reward_delta.
    """

    fired: int
    idle: int
    tasks_fired: int
    tasks_passed: int
    cue_hits: int
    adoptions: int
    failed_adoptions: int
    adoption_rate: Estimate | None
    reward_delta: Estimate | None
    success_delta: Estimate | None
    token_delta: Estimate | None
    transfer_rate: Estimate | None
    sent_back: Estimate | None
    sent_back_delta: Estimate | None
    impact_score: Estimate | None

    @property
    def transfer_success(self) -> bool:
        return self.tasks_fired >= 2


def observed(evidence: Evidence) -> Observed:
    """All figures, from sums over sessions and tasks."""
    sums = ClusterSums(evidence.tasks, evidence.totals, evidence.products)
    reward = _pair("fired_reward", "fired"), _pair("idle_reward", "idle")
    adoption = _pair("adoptions", "cue_hits")
    return Observed(
        fired=int(evidence.total("fired")),
        idle=int(evidence.total("idle")),
        tasks_fired=evidence.tasks_fired,
        tasks_passed=evidence.tasks_passed,
        cue_hits=int(evidence.total("cue_hits")),
        adoptions=int(evidence.total("adoptions")),
        failed_adoptions=evidence.failed_adoptions,
        adoption_rate=mean_of(sums, *adoption),
        reward_delta=difference_of(sums, *reward),
        success_delta=difference_of(
            sums, _pair("fired_passed", "fired_checked"), _pair("idle_passed", "idle_checked")
        ),
        token_delta=difference_of(sums, _pair("fired_tokens", "fired"), _pair("idle_tokens", "idle")),
        transfer_rate=rate_of(sums, *_pair("fired_passed", "fired_checked"), clusters=evidence.tasks_fired),
        sent_back=mean_of(sums, *_pair("fired_sent_back", "fired")),
        sent_back_delta=difference_of(sums, _pair("fired_sent_back", "fired"), _pair("idle_sent_back", "idle")),
        impact_score=product_of(sums, adoption, *reward),
    )


def _pair(over: str, under: str) -> tuple[int, int]:
    return MEASURES.index(over), MEASURES.index(under)
