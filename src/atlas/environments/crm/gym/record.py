"""Records: steps and episodes as the plain JSON of `info` and of the telemetry file."""

from __future__ import annotations

from atlas.core.json import JsonObject, to_json
from atlas.core.tasks import Task
from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.scoring import ScoredEpisode, ScoredStep


def reset_info(task: Task) -> JsonObject:
    """What is told of a task when its episode begins: nothing of the target, and no turn to come."""
    return {
        "case_id": task.task_id,
        "task": task.brief.family,
        "utterance": task.brief.turns[0],
        "description": task.brief.instructions,
        "history": [],
    }


def step_info(played: ScoredEpisode) -> JsonObject:
    """The `info` of the last step. What may quote the target is there on the last step of an episode only."""
    step, task = played.steps[-1], played.episode.task
    return {
        "case_id": task.task_id,
        "task": task.brief.family,
        "step": step.deed.step,
        "turn": step.deed.turn,
        "reward": step.reward.final,
        **_judged(step),
        "verifier": _verifiers(played, step),
        "drift_notes": step.signals.drift_notes,
        "history": [_past(earlier) for earlier in played.steps],
        "tool_correct": step.tool_correct,
        "terminated": step.terminated,
        "truncated": step.truncated,
    }


def episode_record(played: ScoredEpisode, index: int, timestamp: str) -> JsonObject:
    """A finished episode as a line of telemetry. `index` counts an environment's finished episodes from 0.

    `drift_notes` stand in each step's `learning_signals`.
    """
    task, last = played.episode.task, played.steps[-1]
    return {
        "episode_index": index,
        "case_id": task.task_id,
        "task": task.brief.family,
        "utterance": "\n".join(task.brief.turns),
        "description": task.brief.instructions,
        "expected_success": all(turn.refusal is None for turn in task.target.turns),
        "cumulative_reward": sum(step.reward.final for step in played.steps),
        "terminated": last.terminated,
        "truncated": last.truncated,
        "validator_success": last.validation.success,
        "steps": [_step_record(played, step) for step in played.steps],
        "timestamp": timestamp,
        **_judged(last),
    }


def _step_record(played: ScoredEpisode, step: ScoredStep) -> JsonObject:
    return {
        "step": step.deed.step,
        "tool_name": step.deed.tool,
        "arguments": step.deed.arguments,
        "reward": step.reward.final,
        "terminated": step.terminated,
        "truncated": step.truncated,
        "validator_message": step.validation.message,
        "validator_success": step.validation.success,
        **_judged(step),
        "verifier": _verifiers(played, step),
    }


def _judged(step: ScoredStep) -> JsonObject:
    return {
        "reward_breakdown": to_json(step.reward),
        "learning_signals": to_json(step.signals),
        "validator_metadata": to_json(step.validation),
    }


def _verifiers(played: ScoredEpisode, step: ScoredStep) -> list[JsonObject]:
    weight = played.config.verifier_reward_weight / len(step.verdicts) if step.verdicts else 0.0
    return [_verifier(verdict, weight) for verdict in step.verdicts]


def _verifier(verdict: Verdict, weight: float) -> JsonObject:
    return {
        "name": verdict.verifier,
        "score": verdict.score,
        "weight": weight,
        "rationale": verdict.reason,
        "metadata": {
            "version": verdict.version,
            "passed": verdict.passed,
            "required": verdict.required,
            "decided_by": verdict.decided_by,
            "turns": to_json(verdict.turns),
            "details": to_json(verdict.details),
        },
    }


def _past(step: ScoredStep) -> JsonObject:
    return {
        "step": step.deed.step,
        "turn": step.deed.turn,
        "tool_name": step.deed.tool,
        "arguments": step.deed.arguments,
        "success": step.deed.fault is None,
        "error": step.deed.result.error,
        "reward": step.reward.final,
    }
