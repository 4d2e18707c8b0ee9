"""Effort: what a conversation took in steps, tool calls, tool errors and time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.core.trajectory import Turn
from atlas.reports.metrics import Rate


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that the models of a turn took to answer, retries included: the median and the 95th percentile."""

    turns: int
    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class Effort:
    """Over the scored sessions that were played. Means are None without turns, `latency` where none is recorded."""

    turns: int
    steps_per_turn: float | None
    calls_per_turn: float | None
    errors: Rate
    latency: Latency | None


def effort(sessions: Sequence[Session]) -> Effort:
    """Measure the turns that stand; what was rolled back counts in tokens and cost, not here."""
    turns = [
        (session.slot.task_id, turn)
        for session in sessions
        if session.success is not None and session.played is not None
        for turn in session.played.trajectory.turns
    ]
    calls = [(task, result.ok) for task, turn in turns for step in turn.steps for result in step.results]
    return Effort(
        turns=len(turns),
        steps_per_turn=sum(len(turn.steps) for _, turn in turns) / len(turns) if turns else None,
        calls_per_turn=len(calls) / len(turns) if turns else None,
        errors=Rate.of([not ok for _, ok in calls], [task for task, _ in calls]),
        latency=_latency(turns),
    )


def _latency(turns: Sequence[tuple[TaskId, Turn]]) -> Latency | None:
    took = sorted(math.fsum(step.completion.duration_s for step in turn.steps) for _, turn in turns)
    if not took or took[-1] == 0:
        return None
    return Latency(len(took), median(took), took[math.ceil(0.95 * len(took)) - 1])
