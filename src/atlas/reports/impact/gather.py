"""Evidence gathered from sessions at hand: the same sums that the store makes of stored ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from atlas.core.impact import MEASURES, Evidence, Outcomes, Treatment
from atlas.core.playbook import Entry, EntryId, Playbook
from atlas.core.session import Session

_LIVE = ("active", "provisional")


def gathered(sessions: Sequence[Session], playbook: Playbook) -> tuple[Evidence, ...]:
    """A record for each live entry, sorted by id, from learning sessions that all read this `playbook`.

    Sessions that failed, have no reward, or did not learn say nothing.
    """
    counted = [s for s in sessions if s.reward is not None and s.failure is None and "roles" in s.learning_usage]
    live = sorted((entry for entry in playbook.entries if entry.lifecycle in _LIVE), key=lambda entry: entry.id)
    return tuple(_evidence(entry, counted) for entry in live) if counted else ()


def _evidence(entry: Entry, sessions: Sequence[Session]) -> Evidence:
    by_task: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(MEASURES)))
    for session in sessions:
        by_task[session.slot.task_id] += _measures(entry, session)
    rows = np.array(list(by_task.values()))
    fired = [session for session in sessions if entry.id in session.lessons.shown]
    return Evidence(
        entry_id=entry.id,
        outcomes=_outcomes(entry.id, sessions),
        tasks=len(by_task),
        tasks_fired=len({session.slot.task_id for session in fired}),
        tasks_passed=len({session.slot.task_id for session in fired if session.success}),
        left_out=sum(entry.id in session.lessons.left_out for session in sessions),
        failed_adoptions=sum(_failed(entry, session) for session in fired),
        totals=tuple(rows.sum(axis=0).tolist()),
        products=tuple(tuple(row) for row in (rows.T @ rows).tolist()),
    )


def _outcomes(entry_id: EntryId, sessions: Sequence[Session]) -> tuple[Outcomes, ...]:
    cells: Counter[tuple[Treatment, float, float, bool | None]] = Counter()
    for session in sessions:
        treatment, reward = _treatment(entry_id, session), session.reward
        if treatment and reward and (rate := session.lessons.withhold_rates.get(entry_id)):
            cells[treatment, rate, reward.score, session.success] += 1
    ordered = sorted(cells.items(), key=lambda cell: (*cell[0][:3], cell[0][3] is None, bool(cell[0][3])))
    return tuple(Outcomes(*cell, count) for cell, count in ordered)


def _treatment(entry_id: EntryId, session: Session) -> Treatment | None:
    if entry_id in session.lessons.shown:
        return "shown"
    return "withheld" if entry_id in session.lessons.withheld else None


def _measures(entry: Entry, session: Session) -> NDArray[np.float64]:
    """What one session adds to `MEASURES`."""
    assert session.reward is not None, "only sessions with a reward count"
    fired, idle = entry.id in session.lessons.shown, entry.id not in session.lessons.matched
    attempts = session.played.attempts if session.played else ()
    group = (
        1,
        session.reward.score,
        session.success is not None,
        bool(session.success),
        session.spent.total_tokens,
        sum(attempt.validation is not None and not attempt.validation.valid for attempt in attempts),
    )
    uses = (_use(entry, session, "cue_hits"), _use(entry, session, "successful_adoptions"))
    return np.array(
        [*(v * fired for v in group), *(v * idle for v in group), *(v * fired for v in uses)], dtype=float
    )


def _failed(entry: Entry, session: Session) -> int:
    return _use(entry, session, "action_adoptions") - _use(entry, session, "successful_adoptions")


def _use(entry: Entry, session: Session, count: str) -> int:
    record = session.learning_usage["roles"].get(entry.audience, {}).get(entry.id, {})
    return int(record.get(count, 0))
