"""An opened run: the executor and what the groups of a run have in common, whatever is done with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from atlas.core.group import Group
from atlas.core.json import JsonObject
from atlas.core.tasks import Task
from atlas.rollouts.config import EnvConfig, RolloutConfig
from atlas.rollouts.grouping import Grouping
from atlas.rollouts.keeping import Keeping
from atlas.rollouts.scoring import SCORING_VERSION, Limits
from atlas.rollouts.tokens.tokenizer import tokenise_group
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.executors import Executor, LocalExecutor
from atlas.runs.rollout.plain import named_tokenizer
from atlas.runs.rollout.plan import RolloutPlan
from atlas.runs.rollout.player import RolloutPlayer, open_player
from atlas.runs.rollout.production import Production, Tokenise
from atlas.runs.rollout.student import system_text_of
from atlas.settings import Settings
from atlas.student import ChatStudent, CodeStudent
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.tracing import tracing
from atlas.verify.reasoning import ReasoningJudge


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """The living parts of a run."""

    player: RolloutPlayer
    executor: Executor
    config: RolloutConfig
    tokenise: Tokenise | None
    protection: str | None

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(self.player.benchmark.tasks)

    @property
    def model(self) -> str:
        return self.player.student.name

    @property
    def simulated(self) -> bool:
        return self.player.simulated

    def identity(self) -> JsonObject:
        """What the plan alone does not know of what decides how the trajectories come out."""
        return {
            "plays": self.model,
            "dataset_revision": self.player.benchmark.revision,
            "graders": self.player.checks.versions,
            "scoring_version": SCORING_VERSION,
            **self._judge(),
        }

    def _judge(self) -> JsonObject:
        judge = self.player.judge
        return {"judges_reasoning": judge.name, "judge_version": ReasoningJudge.version} if judge else {}

    def production(self, plan: RolloutPlan, budget: Budget, progress: Progress) -> Production:
        """What turns steps into groups."""
        env = self.config.env
        params: JsonObject = {"temperature": self.config.openai.temperature}
        if self.config.openai.max_tokens is not None:
            params["max_tokens"] = self.config.openai.max_tokens
        student, specs = self.player.student, self.player.benchmark.environment.specs
        grouping = Grouping(
            plan.env,
            self.model,
            system_text_of(student, specs),
            specs if isinstance(student, ChatStudent) else (),
            params,
            Limits(env.max_steps, env.process_timeout),
            self.config.scoring,
            ReasoningJudge.version,
        )
        return Production(
            self.executor,
            self.tasks,
            env,
            self.config.seed,
            grouping,
            Keeping(env.group_size or 1, bool(env.ensure_scores_are_not_same), env.max_token_length),
            budget,
            progress.finished,
            self.tokenise,
        )


@asynccontextmanager
async def open_run(plan: RolloutPlan, settings: Settings, progress: Progress) -> AsyncIterator[OpenedRun]:
    """Everything that a run needs, checked before the first task. Raises `ConfigError` and `DatasetError`."""
    config = plan.config
    settings = settings.model_copy(update={"offline": settings.offline or config.offline})
    tokenise = _tokenise(config.env)
    async with AsyncExitStack() as stack:
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        recorder = FanOut(progress, spans)
        player = await stack.enter_async_context(
            open_player(plan.env, config, settings, recorder, spans, Path.cwd())
        )
        executor: Executor = LocalExecutor(player, config.env.max_concurrent_processes)
        if config.executor == "ray":
            from atlas.runs.rollout.ray_executor import open_ray

            tasks = tuple(player.benchmark.tasks)
            executor = await stack.enter_async_context(open_ray(plan.env, config, settings, tasks))
        yield OpenedRun(player, executor, config, tokenise, await _protection(player))


def _tokenise(env: EnvConfig) -> Tokenise | None:
    """What adds token ids to a group, and drops the messages where they are not wanted."""
    if env.tokenizer_name is None:
        return None
    tokenizer = named_tokenizer(env.tokenizer_name)

    def tokenise(group: Group) -> Group:
        made = tokenise_group(group, tokenizer)
        if env.include_messages:
            return made
        return replace(made, members=tuple(replace(member, messages=()) for member in made.members))

    return tokenise


async def _protection(player: RolloutPlayer) -> str | None:
    """What the kernel holds against agent-written code; None for an agent that writes none.

    Raises `SandboxUnavailable` where that is less than the config requires.
    """
    student = player.student
    return str(await student.sandboxes.protection()) if isinstance(student, CodeStudent) else None
