"""Positions: how an evaluation fares turn after turn, and where its conversations break first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.reports.metrics import Rate


@dataclass(frozen=True, slots=True)
class Position:
    """The graded turns at one place, counted from 1.

    `right` is over all of them, `broke` over those whose conversation had been right so far: the share that failed
    here first.
    """

    turn: int
    right: Rate
    broke: Rate


def positions(sessions: Sequence[Session]) -> tuple[Position, ...]:
    """Every place that some scored session has a graded turn at, in order."""
    graded = [(s.slot.task_id, s.turns_passed, s.first_failed_turn) for s in sessions if s.success is not None]
    places = sorted({number for _, turns, _ in graded for number in turns})
    return tuple(_position(number, graded) for number in places)


def wrong_only_in_state(sessions: Sequence[Session]) -> Rate:
    """Of the scored sessions that failed, those in which no single turn was found wrong: the end state was."""
    failed = [session for session in sessions if session.success is False]
    return Rate.of([s.first_failed_turn is None for s in failed], [s.slot.task_id for s in failed])


def _position(number: int, graded: Sequence[tuple[TaskId, dict[int, bool], int | None]]) -> Position:
    here = [(task, turns[number], first) for task, turns, first in graded if number in turns]
    intact = [(task, first == number) for task, _, first in here if first is None or first >= number]
    return Position(
        number,
        Rate.of([right for _, right, _ in here], [task for task, _, _ in here]),
        Rate.of([broke for _, broke in intact], [task for task, _ in intact]),
    )
