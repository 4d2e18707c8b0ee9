"""CrmEnv: the CRM as a Gymnasium environment, in which an episode is one conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

try:
    import gymnasium
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("CrmEnv needs gymnasium, an extra: pip install 'atlas[gym]'") from error

from atlas.core.json import JsonObject
from atlas.core.tasks import Task
from atlas.environments.crm.gym.background import BackgroundLoop
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.episode import Episode
from atlas.environments.crm.gym.record import episode_record, reset_info, step_info
from atlas.environments.crm.gym.scoring import Grade, ScoredEpisode, ScoredStep
from atlas.environments.crm.gym.spaces import MAX_TOLD, Observation, action_space, observation_space, observe
from atlas.environments.crm.gym.telemetry import EpisodeLog
from atlas.environments.crm.gym.tenant import MakeEnvironment, Tenant
from atlas.errors import ConfigError

MAX_STEPS = 20
"""Actions of one turn, the reply included, unless something else is asked for."""


class CrmEnv(gymnasium.Env[Observation, Any]):
    """One conversation an episode: an action is a tool call, or the reply that ends the turn.

    The episode terminates with the reply to the last turn, and is truncated when a turn uses up its steps. A wrong
    action is an observation with an error. Of a task's target nothing is told before the end: the `info` of the
    last step holds the verdicts, whose reasons may quote it, and telemetry is written after that. Shaping, when it
    is enabled, pays for calling the right tools, so its rewards do tell which these are.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        environment: MakeEnvironment,
        grade: Grade,
        *,
        max_steps: int = MAX_STEPS,
        reward_config: RewardConfig | None = None,
        seed: int = 42,
        log: EpisodeLog | None = None,
        now: Callable[[], str],
    ) -> None:
        """`environment` is made and entered at the first reset, in a loop of this object's own; `close` leaves it.

        `grade` gives the verdicts on a finished episode. `seed` draws the tasks until `reset` is given one. `now`
        stamps the lines of `log`. Raises `ConfigError` when there are no tasks, or one too long to observe.
        """
        _check(tasks, max_steps)
        self.action_space = action_space()
        self.observation_space = observation_space(max_steps, max(len(task.brief.turns) for task in tasks))
        self._tasks, self._grade, self._now, self._log = tuple(tasks), grade, now, log
        self._max_steps, self._config = max_steps, reward_config or RewardConfig()
        self._seed: int | None = seed
        self._tenant, self._loop = Tenant(environment), BackgroundLoop()
        self._played: ScoredEpisode | None = None
        self._finished = 0
        self._closed = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode; one that is under way is dropped.

        The task is drawn from those that `options` allow: {"case_id": ...} names one, {"task": ...} a family.
        Raises `ConfigError` for other options and when no task fits, `WorldError` when no world can be opened.
        """
        if self._closed:
            raise gymnasium.error.ClosedEnvironmentError("this CrmEnv is closed; make another one")
        super().reset(seed=self._seed if seed is None else seed)
        self._seed = None
        allowed = _allowed(self._tasks, options or {})
        task = allowed[int(self.np_random.integers(len(allowed)))]
        self._played = None
        self._played = self._loop.run(self._begin(task))
        return observe(self._played.episode), reset_info(task)

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Carry out one action.

        Raises `WorldError`, `VerifierError` or `ModelError` when something below fails: that is no score, and the
        episode is dropped.
        """
        played = self._played
        if played is None or played.episode.over:
            raise gymnasium.error.ResetNeeded("no episode is under way; call reset() first")
        try:
            step = self._loop.run(self._step(played, action))
        except BaseException:
            self._played = None
            raise
        if self._log is not None and played.episode.over:
            self._log.write(episode_record(played, self._finished, self._now()))
        self._finished += played.episode.over
        return observe(played.episode), step.reward.final, step.terminated, step.truncated, step_info(played)

    def close(self) -> None:
        """Undo the open world, let the environment go and end the loop. Closing twice does no harm."""
        if not self._closed:
            self._closed, self._played = True, None
            try:
                self._loop.run(self._tenant.close())
            finally:
                self._loop.close()

    async def _begin(self, task: Task) -> ScoredEpisode:
        world = await self._tenant.move(task.setup)
        return ScoredEpisode(await Episode.begin(task, world, self._max_steps), self._config, self._grade)

    async def _step(self, played: ScoredEpisode, action: Any) -> ScoredStep:
        step = await played.step(action)
        if played.episode.over:
            await self._tenant.leave()
        return step


def register(env_id: str, entry_point: str) -> None:
    """Let `gymnasium.make(env_id, ...)` call `entry_point`, "module:function". Doing so twice does no harm."""
    if env_id not in gymnasium.registry:
        gymnasium.register(env_id, entry_point=entry_point)


def _check(tasks: Sequence[Task], max_steps: int) -> None:
    if not tasks:
        raise ConfigError("there are no tasks, so there is nothing to play")
    if max_steps < 1:
        raise ConfigError(f"max_steps is {max_steps}; a turn needs at least one action, its reply")
    for task in tasks:
        if any(len(text) > MAX_TOLD for text in (task.brief.instructions, *task.brief.turns)):
            raise ConfigError(f"task {task.task_id} has a text of more than {MAX_TOLD:,} characters; leave it out")


def _allowed(tasks: Sequence[Task], options: Mapping[str, Any]) -> list[Task]:
    """The tasks that fit all options."""
    if unknown := sorted(set(options) - {"case_id", "task"}):
        raise ConfigError(f"reset knows no option {unknown[0]!r}; there are 'case_id' and 'task'")
    fitting = [task for task in tasks if _facts(task).items() >= options.items()]
    if not fitting:
        raise ConfigError(f"no task fits {dict(options)}; the environment has {len(tasks)} tasks")
    return fitting


def _facts(task: Task) -> JsonObject:
    return {"case_id": task.task_id, "task": task.brief.family}
