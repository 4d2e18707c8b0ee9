"""Scoring: an episode with the reward of each of its steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from atlas.core.state import diff
from atlas.core.tasks import Brief, Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.episode import Deed, Episode
from atlas.environments.crm.gym.progress import progress
from atlas.environments.crm.gym.reward import RewardBreakdown, final_reward, step_reward
from atlas.environments.crm.gym.signals import LearningSignals, signals
from atlas.environments.crm.gym.validation import Validation, validate_episode, validate_step

Grade: TypeAlias = Callable[[Brief, Trajectory, Target], Awaitable[tuple[Verdict, ...]]]
"""The verdicts of all verifiers on a finished episode. Raises `VerifierError` when one crashes."""


@dataclass(frozen=True, slots=True)
class ScoredStep:
    """A step with all that is said of it.

    `verdicts` and `tool_correct` (whether every reference tool was called in its turn) are told at the end only.
    """

    deed: Deed
    reward: RewardBreakdown
    validation: Validation
    signals: LearningSignals
    terminated: bool
    truncated: bool
    verdicts: tuple[Verdict, ...] = ()
    tool_correct: bool | None = None


class ScoredEpisode:
    """An episode whose steps are paid: shaping on the way, the verifiers' word at the end."""

    def __init__(self, episode: Episode, config: RewardConfig, grade: Grade) -> None:
        self.episode = episode
        self.config = config
        self.steps: list[ScoredStep] = []
        self._start = episode.state
        self._grade = grade

    async def step(self, raw: object) -> ScoredStep:
        """Carry out an action and pay for it. Raises `WorldError`, `VerifierError` and `ModelError`."""
        target = self.episode.task.target
        before = progress(target, self.episode.deeds)
        deed = await self.episode.act(raw)
        if self.episode.over:
            scored = await self._last(deed)
        else:
            reward = step_reward(self.config, before, progress(target, self.episode.deeds))
            scored = self._scored(deed, reward, validate_step(deed))
        self.steps.append(scored)
        return scored

    async def _last(self, deed: Deed) -> ScoredStep:
        episode = self.episode
        verdicts = await self._grade(episode.task.brief, episode.trajectory, episode.task.target)
        reached, told = progress(episode.task.target, episode.deeds), self.config.enable_verifier
        validation = validate_episode(episode.deeds, reached, verdicts, reasons=told)
        reward = final_reward(self.config, verdicts)
        correct = reached.made == reached.expected
        return self._scored(deed, reward, validation, verdicts if told else (), correct)

    def _scored(
        self,
        deed: Deed,
        reward: RewardBreakdown,
        validation: Validation,
        verdicts: tuple[Verdict, ...] = (),
        tool_correct: bool | None = None,
    ) -> ScoredStep:
        episode = self.episode
        changes = diff(self._start, episode.state)
        learned = signals(episode.deeds, changes, reward, verdicts, over=episode.over)
        return ScoredStep(
            deed, reward, validation, learned, episode.terminated, episode.truncated, verdicts, tool_correct
        )
