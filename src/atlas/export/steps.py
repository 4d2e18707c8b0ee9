"""The steps of a session, as exported: one a turn or step of its plan, with the attempts that were sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from atlas.core.json import JsonValue, dumps, to_json
from atlas.core.session import Attempt, Session
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.core.verdicts import TurnScore
from atlas.export.conversation import tool_calls
from atlas.export.form import AttemptRecord, StepRecord, StepReward


def steps(session: Session) -> list[StepRecord]:
    """One step a turn that was attempted, or a step of its plan, in the order they were begun."""
    tried: dict[tuple[int, str | None], list[Attempt]] = {}
    for attempt in session.played.attempts if session.played else ():
        tried.setdefault((attempt.turn.index, attempt.step), []).append(attempt)
    last = dict(tried.keys())
    return [
        _step(number, attempts, _reward(session, turn) if last[turn] == step else None)
        for number, ((turn, step), attempts) in enumerate(tried.items(), 1)
    ]


def teacher_notes(session: Session) -> list[str]:
    """The guidance given in each turn, once a turn, in the order it was given."""
    given: dict[tuple[int, str], None] = {}
    for attempt in session.played.attempts if session.played else ():
        given.update(dict.fromkeys((attempt.turn.index, line) for line in attempt.guidance))
    return [line for _, line in given]


def _step(number: int, attempts: Sequence[Attempt], reward: StepReward | None) -> StepRecord:
    final = attempts[-1]
    tool, params = _last_call(final.turn)
    return {
        "step_id": number,
        "turn": final.turn.index,
        "plan_step": final.step,
        "description": final.turn.request,
        "trace": "\n".join(dumps(call) for call in calls_of(final.turn)),
        "output": final.turn.reply,
        "reward": reward,
        "tool": tool,
        "tool_params": params,
        "by": final.by,
        "end": final.turn.end,
        "attempts": len(attempts),
        "guidance": list(final.guidance),
        "validation": to_json(final.validation),
        "teacher_failure": to_json(final.teacher_failure),
        "attempt_history": [_attempt(attempt) for attempt in attempts[:-1]],
    }


def _attempt(attempt: Attempt) -> AttemptRecord:
    return {
        "number": attempt.number,
        "by": attempt.by,
        "output": attempt.turn.reply,
        "tool_calls": tool_calls(attempt.turn),
        "guidance": list(attempt.guidance),
        "validation": to_json(attempt.validation),
    }


def _last_call(turn: Turn) -> tuple[str | None, JsonValue]:
    calls = calls_of(turn)
    return (calls[-1]["tool"], calls[-1]["arguments"]) if calls else (None, None)


def _reward(session: Session, turn: int) -> StepReward | None:
    """None when no required verdict speaks of the turn."""
    scores = list(_scores(session, turn))
    if not scores:
        return None
    return {
        "score": fmean(score.met / score.expected if score.expected else float(score.ok) for score in scores),
        "passed": all(score.ok for score in scores),
        "rationale": "; ".join(reason for score in scores for reason in score.wrong),
    }


def _scores(session: Session, turn: int) -> Iterator[TurnScore]:
    for verdict in session.verdicts:
        if verdict.required:
            yield from (score for score in verdict.turns if score.index == turn)
