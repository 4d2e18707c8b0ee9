"""A trial, measured: whether a proposed playbook version did no worse than the one in use, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.core.trial import Trial
from atlas.reports.measure import in_slot_order
from atlas.reports.statistics.intervals import design_effect
from atlas.reports.statistics.noninferiority import noninferior_rate
from atlas.reports.statistics.paired import PairedCounts, tango_interval


@dataclass(frozen=True, slots=True)
class Terms:
    """What is tried, on what, and what it takes to be accepted. The fields are those of `Trial`."""

    base: int
    sources: tuple[str, ...]
    validation: str
    margin: float
    alpha: float
    unchecked: int = 0


def trial_of(sessions: Iterable[Session], before: str, after: str, terms: Terms) -> Trial:
    """Arm `after` against arm `before`: not worse when it lost no more than it gained, and a loss of the margin is
    ruled out by the one-sided score test at alpha (Tango 1998).

    The first condition keeps a row of small losses, each within the margin, from adding up. Several trials of one
    task are not independent, so the counts are divided by the design effect (Rao & Scott 1992), losses rounded up
    and gains down. Raises `ValueError` when a slot occurs twice.
    """
    everything = sorted(sessions, key=lambda session: session.session_id)
    pairs, unpaired = _pairs(everything, before, after)
    changes = [float(new) - float(old) for _, old, new in pairs]
    counts = PairedCounts.of([old for _, old, _ in pairs], [new for _, _, new in pairs])
    effective = _effective(counts, design_effect(changes, [task for task, _, _ in pairs]) if pairs else 1.0)
    p_value = noninferior_rate(effective, terms.margin, terms.alpha).p_value if effective.pairs else 1.0
    accepted = counts.gained >= counts.lost and p_value < terms.alpha
    return Trial(
        base=terms.base,
        sources=terms.sources,
        validation=terms.validation,
        tasks=len({task for task, _, _ in pairs}),
        pairs=counts.pairs,
        unpaired=unpaired,
        gained=counts.gained,
        lost=counts.lost,
        before=_rate(counts.both + counts.lost, counts.pairs),
        after=_rate(counts.both + counts.gained, counts.pairs),
        low=tango_interval(effective, 1 - 2 * terms.alpha).low,
        p_value=p_value,
        margin=terms.margin,
        alpha=terms.alpha,
        accepted=accepted,
        reason=_reason(counts, effective.pairs, accepted, terms.margin, terms.alpha),
        unchecked=terms.unchecked,
        simulated=any(session.simulated for session in everything),
        spent=sum((session.spent for session in everything), Usage()),
    )


def _pairs(sessions: Sequence[Session], before: str, after: str) -> tuple[list[tuple[TaskId, bool, bool]], int]:
    arms = [in_slot_order(session for session in sessions if session.slot.arm == arm) for arm in (before, after)]
    first, second = ({(s.slot.task_id, s.slot.trial): s.success for s in arm} for arm in arms)
    places = sorted(first.keys() | second.keys())
    pairs: list[tuple[TaskId, bool, bool]] = []
    for place in places:
        old, new = first.get(place), second.get(place)
        if old is not None and new is not None:
            pairs.append((place[0], old, new))
    return pairs, len(places) - len(pairs)


def _effective(counts: PairedCounts, effect: float) -> PairedCounts:
    size = math.floor(counts.pairs / effect)
    lost = min(size, math.ceil(counts.lost / effect))
    gained = min(size - lost, math.floor(counts.gained / effect))
    return PairedCounts(size - gained - lost, gained, lost, 0)


def _rate(passed: int, pairs: int) -> float | None:
    return passed / pairs if pairs else None


def _reason(counts: PairedCounts, size: int, accepted: bool, margin: float, alpha: float) -> str:
    said = f"{counts.gained} gained, {counts.lost} lost of {counts.pairs} pairs"
    points = f"{100 * margin:g} points"
    if not counts.pairs:
        return "no pair was scored under both versions"
    if accepted:
        return f"{said}: a loss of {points} is ruled out"
    if counts.gained < counts.lost:
        return f"{said}: worse"
    if noninferior_rate(PairedCounts(size, 0, 0, 0), margin, alpha).p_value >= alpha:
        return f"{said}: too few to rule out a loss of {points}, even if nothing is lost"
    return f"{said}: a loss of {points} is not ruled out"
