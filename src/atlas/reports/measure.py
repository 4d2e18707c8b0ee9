"""Measuring: from the sessions of an arm to its metrics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from atlas.core.messages import ModelRole, Usage
from atlas.core.session import Mode, Session
from atlas.core.tasks import TaskId
from atlas.core.verdicts import Verdict
from atlas.reports.metrics import (
    ArmMetrics,
    CheckMetrics,
    FailedSession,
    LearningTotals,
    PassK,
    Rate,
    RoleUsage,
    Spread,
)
from atlas.reports.statistics.intervals import Interval, bootstrap_mean, wilson
from atlas.reports.statistics.repeats import pass_hat_k, per_task_pass_hat_k


def arm_metrics(arm: str, sessions: Iterable[Session]) -> ArmMetrics:
    """Measure the sessions of `arm` among `sessions`; their order does not matter.

    Raises `ValueError` when a slot occurs twice: nothing may count twice.
    """
    mine = in_slot_order(session for session in sessions if session.slot.arm == arm)
    scored = [session for session in mine if session.success is not None]
    failed = [session for session in mine if session.failure is not None]
    tasks = [session.slot.task_id for session in scored]
    return ArmMetrics(
        arm=arm,
        simulated=any(session.simulated for session in mine),
        sessions=len(mine),
        tasks=len(set(tasks)),
        success=Rate.of([session.success is True for session in scored], tasks),
        pass_k=_pass_k(scored),
        unscored=len(mine) - len(scored) - len(failed),
        failed=tuple(map(_failed, failed)),
        checks=_checks(scored),
        turns=_turns(scored),
        first_failed_turns=_first_failed_turns(scored),
        reward=Spread.of([session.reward.score for session in scored if session.reward]),
        usage=_usage(mine, scored),
        modes=_modes(scored),
        learning=_learning(scored),
    )


def in_slot_order(sessions: Iterable[Session]) -> list[Session]:
    """Sessions by task and trial, whatever order they finished in. Raises `ValueError` for a slot played twice."""
    ordered = sorted(sessions, key=lambda session: (session.slot.task_id, session.slot.trial))
    for earlier, later in pairwise(ordered):
        if earlier.slot == later.slot:
            raise ValueError(f"session {later.session_id} is there twice")
    return ordered


def _pass_k(scored: Sequence[Session]) -> tuple[PassK, ...]:
    trials = Counter(session.slot.task_id for session in scored)
    successes = Counter(session.slot.task_id for session in scored if session.success)
    return tuple(_pass_at(k, successes, trials) for k in range(1, max(trials.values(), default=0) + 1))


def _pass_at(k: int, successes: Counter[TaskId], trials: Counter[TaskId]) -> PassK:
    tasks = sorted(task for task, n in trials.items() if n >= k)
    c, n = [successes[task] for task in tasks], [trials[task] for task in tasks]
    return PassK(k, pass_hat_k(c, n, k), _over_tasks(per_task_pass_hat_k(c, n, k), seed=k), len(tasks))


def _over_tasks(values: Sequence[float], seed: int) -> Interval:
    """Where every task is wholly solved or wholly not, a proportion of tasks: a bootstrap of equal values would
    claim certainty."""
    if all(value in (0.0, 1.0) for value in values):
        return wilson(sum(values), len(values))
    if len(values) < 2:
        return Interval(0.0, 1.0)
    return bootstrap_mean(values, range(len(values)), seed=seed)


def _failed(session: Session) -> FailedSession:
    assert session.failure is not None
    failure = session.failure
    return FailedSession(session.session_id, session.slot.task_id, failure.boundary, failure.kind, failure.message)


def _checks(scored: Sequence[Session]) -> tuple[CheckMetrics, ...]:
    found: dict[str, list[tuple[TaskId, Verdict]]] = {}
    for session in scored:
        for verdict in session.verdicts:
            found.setdefault(verdict.verifier, []).append((session.slot.task_id, verdict))
    return tuple(_check(name, given) for name, given in sorted(found.items()))


def _check(name: str, given: Sequence[tuple[TaskId, Verdict]]) -> CheckMetrics:
    verdicts = [verdict for _, verdict in given]
    by_turn = [(task, turn.ok) for task, verdict in given for turn in verdict.turns]
    return CheckMetrics(
        verifier=name,
        versions=tuple(sorted({verdict.version for verdict in verdicts})),
        required=any(verdict.required for verdict in verdicts),
        decided_by="judge" if any(verdict.decided_by == "judge" for verdict in verdicts) else "rule",
        sessions=Rate.of([verdict.passed for verdict in verdicts], [task for task, _ in given]),
        turns=Rate.of([passed for _, passed in by_turn], [task for task, _ in by_turn]),
        mean_score=math.fsum(verdict.score for verdict in verdicts) / len(verdicts),
    )


def _turns(scored: Sequence[Session]) -> Rate:
    graded = [(s.slot.task_id, passed) for s in scored for passed in s.turns_passed.values()]
    return Rate.of([passed for _, passed in graded], [task for task, _ in graded])


def _first_failed_turns(scored: Sequence[Session]) -> dict[int, int]:
    turns = (session.first_failed_turn for session in scored)
    return dict(sorted(Counter(turn for turn in turns if turn is not None).items()))


def _usage(mine: Sequence[Session], scored: Sequence[Session]) -> tuple[RoleUsage, ...]:
    roles = sorted({role for session in mine for role in session.usage})
    return tuple(RoleUsage(role, _sum(mine, role), _sum(scored, role), len(scored)) for role in roles)


def _sum(sessions: Sequence[Session], role: ModelRole) -> Usage:
    return sum((session.usage[role] for session in sessions if role in session.usage), Usage())


def _modes(scored: Sequence[Session]) -> dict[Mode, int]:
    return dict(sorted(Counter(session.played.mode for session in scored if session.played).items()))


def _learning(scored: Sequence[Session]) -> LearningTotals:
    """Totals of `learning_usage["session"]`."""
    counts = [session.learning_usage.get("session", {}) for session in scored]
    hits = [int(count.get("cue_hits", 0)) for count in counts]
    return LearningTotals(
        sum(hits),
        sum(int(count.get("action_adoptions", 0)) for count in counts),
        sum(int(count.get("failed_adoptions", 0)) for count in counts),
        sum(hit > 0 for hit in hits),
    )
