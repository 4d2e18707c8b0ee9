"""Learning signals: what a learner may take from a step, in words and numbers.

The older environment had a list `adapter_events` as well, which nothing ever filled: it does not exist here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from atlas.core.state import StateDiff
from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.episode import Deed
from atlas.environments.crm.gym.reward import RewardBreakdown


@dataclass(frozen=True, slots=True)
class Signal:
    """A sentence and a score in [0, 1], None while there is none."""

    summary: str
    score: float | None


@dataclass(frozen=True, slots=True)
class LearningSignals:
    """`student` is what the agent did, scored by the share of its actions that were carried out.

    `teacher` is what the verifiers said, scored by their mean; empty before the end and when they are not told.
    `drift_notes` says how far the world has moved from its start, table by table; it is empty while it has not.
    """

    student: Signal
    teacher: Signal
    reason: str
    drift_notes: str
    reward_observation: float


def signals(
    deeds: Sequence[Deed], changes: StateDiff, reward: RewardBreakdown, verdicts: Sequence[Verdict], *, over: bool
) -> LearningSignals:
    """The signals of the last of `deeds`. `verdicts` are those that may be told."""
    told = "; ".join(f"{verdict.verifier}: {verdict.reason}" for verdict in verdicts)
    score = fmean(verdict.score for verdict in verdicts) if verdicts else None
    carried_out = fmean(deed.fault is None for deed in deeds)
    student, teacher = Signal(_done(deeds[-1]), carried_out), Signal(told, score)
    return LearningSignals(student, teacher, _reason(reward, over), drift(changes), reward.final)


def drift(changes: StateDiff) -> str:
    """For example "opportunities: 1 updated; quotes: 2 inserted"."""
    kinds = (("inserted", changes.inserted), ("updated", changes.updated), ("deleted", changes.deleted))
    notes = [f"{table}: {len(rows)} {kind}" for kind, tables in kinds for table, rows in tables.items()]
    return "; ".join(sorted(notes))


def _done(deed: Deed) -> str:
    what = deed.tool or "an action that could not be read"
    return f"step {deed.step}, turn {deed.turn}: {what} {'failed' if deed.fault else 'was carried out'}"


def _reason(reward: RewardBreakdown, over: bool) -> str:
    if over:
        return "graded at the end"
    return "paid for progress" if reward.shaping.applied else "nothing is paid before the end"
