"""The score of a trajectory: correctness, efficiency and reasoning, each part kept beside the number."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from atlas.core.session import Session
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.verdicts import RewardPart
from atlas.errors import VerifierError
from atlas.rollouts.config import ScoringConfig
from atlas.rollouts.own_steps import own_steps

SCORING_VERSION = "2"
"""A change of the formula is a new version; each record says by which one it was scored."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What efficiency is measured against: model calls a turn, and seconds a task."""

    max_steps: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Score:
    """A number in [0, 1] with its parts; `right` says whether every required verdict passed."""

    value: float
    right: bool
    parts: tuple[RewardPart, ...]
    version: str = SCORING_VERSION


def score(session: Session, limits: Limits, config: ScoringConfig) -> Score:
    """The score of a session that was graded.

    With the weights w divided by their sum, and every part in [0, 1]:

        right:  w_correctness + w_steps steps + w_time time + w_reasoning reasoning
        wrong:  partial_credit w_correctness
                (w_correctness met + w_reasoning reasoning) / (w_correctness + w_reasoning)

    so a right answer scores at least w_correctness and a wrong one less than that (0 unless the config gives
    partial credit): being quick counts for right answers alone. The part `correctness` is 1 or 0; `met`, of weight
    0, is the mean score of the required verdicts.

    Where a judge was asked, `reasoning` is what it said. When it failed there is no such part: for a right answer
    the other weights are divided by their own sum, a wrong one gets its credit for `met` alone. Raises
    `VerifierError` for a session that has no verdict: what failed below the agent is never scored.
    """
    right, played = session.success, session.played
    if right is None or played is None:
        raise VerifierError(f"{session.session_id} was not graded, so it has no score")
    found = {
        "correctness": 1.0 if right else 0.0,
        "steps": _few_steps(played.trajectory, limits.max_steps),
        "time": _little_time(played.trajectory, limits.timeout_s),
    }
    reasoning = session.panel.score if session.panel else _reasoning(played.trajectory)
    if reasoning is not None:
        found["reasoning"] = reasoning
    given = {name: getattr(config, name) for name in found}
    weights = {name: weight / sum(given.values()) for name, weight in given.items()}
    met = fmean(verdict.score for verdict in session.verdicts if verdict.required)
    value = sum(found[name] * weights[name] for name in found) if right else _credit(met, reasoning, config)
    parts = tuple(RewardPart(name, part, weights[name]) for name, part in found.items())
    return Score(min(1.0, value), right, (*parts, RewardPart("met", met, 0.0)))


def _credit(met: float, reasoning: float | None, config: ScoringConfig) -> float:
    """A wrong answer's score: of the weight that correctness has beside all other parts, whether judged or not."""
    everything = config.correctness + config.steps + config.time + config.reasoning
    most = config.partial_credit * config.correctness / everything
    return most * (met if reasoning is None else _earned(met, reasoning, config))


def _earned(met: float, reasoning: float, config: ScoringConfig) -> float:
    return (config.correctness * met + config.reasoning * reasoning) / (config.correctness + config.reasoning)


def _few_steps(trajectory: Trajectory, max_steps: int) -> float:
    """1 with one model call a turn, 0 with `max_steps` in each."""
    turns = len(trajectory.turns)
    used = sum(len(own_steps(turn)) for turn in trajectory.turns)
    most = turns * max_steps
    return 1.0 if most <= turns else max(0.0, 1.0 - max(0, used - turns) / (most - turns))


def _little_time(trajectory: Trajectory, timeout_s: float) -> float:
    """1 without delay, 0 at the limit. Only the model's time counts: a busy machine is not the agent's fault."""
    spent_s = sum(step.completion.duration_s for turn in trajectory.turns for step in turn.steps)
    return max(0.0, 1.0 - spent_s / timeout_s)


def _reasoning(trajectory: Trajectory) -> float:
    """The share of sound steps: nothing that they did failed, or had been done before, word for word, in that turn.

    What a step does is its tool calls, or its code, whatever tools that calls. A turn that a limit cut off counts
    as one more step that was not sound.
    """
    outcomes = [sound for turn in trajectory.turns for sound in _sound_steps(turn)]
    return sum(outcomes) / len(outcomes) if outcomes else 0.0


def _sound_steps(turn: Turn) -> list[bool]:
    done: set[str] = set()
    sound: list[bool] = []
    for step in own_steps(turn):
        actions = _actions(step)
        repeated = len(set(actions)) < len(actions) or not done.isdisjoint(actions)
        sound.append(not repeated and not _raised(step) and all(result.ok for result in step.results))
        done.update(actions)
    return sound if turn.end == "replied" else [*sound, False]


def _actions(step: Step) -> list[str]:
    message = step.completion.message
    if step.observation is not None:
        return [message.content]
    return [f"{call.name} {call.arguments}" for call in message.tool_calls]


def _raised(step: Step) -> bool:
    """Whether code raised: its observation then has a line of its own that says so."""
    return step.observation is not None and "Error:" in step.observation.splitlines()
