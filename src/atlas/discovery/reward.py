"""The environment's reward: what its steps paid, as a verdict and as the reward of a session."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from atlas.core.json import JsonObject
from atlas.core.tasks import Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import PanelVerdict, Reward, RewardPart, Verdict
from atlas.discovery.environment import ACT
from atlas.errors import VerifierError


class EnvironmentReward:
    """Adds up the rewards of an episode.

    The score is the total, held to [0, 1]. `info["is_success"]` of the last step decides whether it passed; without
    it an episode passes that is done with a total of at least 1. Where no step stated a reward the verdict is not
    required: nothing was checked.
    """

    name = "environment_reward"
    version = "1"

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        acts = _acts(trajectory)
        rewards = [act["reward"] for act in acts if act["reward"] is not None]
        if not rewards:
            return Verdict(self.name, self.version, False, 0.0, "the environment stated no reward", required=False)
        total = sum(rewards)
        passed = _passed(acts[-1], total)
        reason = (
            f"{len(acts)} actions paid {total:g}, and the episode is {'over' if acts[-1]['done'] else 'not over'}"
        )
        details = {"total": total, "last": rewards[-1], "rewards": rewards, "done": acts[-1]["done"]}
        return Verdict(self.name, self.version, passed, min(max(total, 0.0), 1.0), reason, details=details)


def session_reward(verdicts: Sequence[Verdict], panel: PanelVerdict | None, weight: float) -> Reward:
    """The environment's score with `weight`, the judges' with the rest; or the one of them that there is.

    Unlike an all-or-nothing grade the environment's score stands as it is. Raises `VerifierError` without either.
    """
    (verdict,) = verdicts
    judged = None if panel is None else panel.score
    if not verdict.required and judged is None:
        raise VerifierError(
            "the environment stated no reward and no judge gave a score, so there is nothing to learn"
        )
    if judged is None:
        return Reward(verdict.score, (RewardPart("environment", verdict.score, 1.0),))
    share = weight if verdict.required else 0.0
    parts = [RewardPart("environment", verdict.score, share)] if share else []
    parts.append(RewardPart("judges", judged, 1.0 - share))
    unsure = fmean(sample.uncertainty for sample in panel.samples) if panel and panel.samples else 0.0
    return Reward(sum(part.score * part.weight for part in parts), tuple(parts), (1.0 - share) * unsure)


def _acts(trajectory: Trajectory) -> list[JsonObject]:
    """What every action gave that the environment carried out, in order."""
    results = (result for turn in trajectory.turns for step in turn.steps for result in step.results)
    return [result.value for result in results if result.name == ACT.name and result.ok]


def _passed(last: JsonObject, total: float) -> bool:
    info = last["info"]
    stated = info.get("is_success") if isinstance(info, dict) else None
    return bool(stated) if isinstance(stated, bool | int) else bool(last["done"]) and total >= 1.0
