"""A player: the benchmark, the student and the graders of a run, put together to play one assignment at a time."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from atlas.assembly import evaluation_parts
from atlas.core.keyless import keyless
from atlas.core.messages import Meter
from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.protocols import Agent, ChatModel, Recorder, Toolbox, TurnInput
from atlas.core.session import RunId, Session, SessionId, Slot
from atlas.core.tasks import Task
from atlas.core.trajectory import Step
from atlas.errors import AgentError
from atlas.loop import Parts, play
from atlas.models.metered import MeteredModel
from atlas.rollouts.benchmark import Assignment, Benchmark
from atlas.rollouts.config import EnvConfig, RolloutConfig
from atlas.runs.rollout.benchmarks import open_benchmark
from atlas.runs.rollout.reasoning import reasoning_model
from atlas.runs.rollout.student import RolloutStudent, rollout_student
from atlas.settings import Settings
from atlas.student import CodeStudent
from atlas.telemetry.tracing import Spans
from atlas.verify.check import Checks
from atlas.verify.config import RIMConfig
from atlas.verify.reasoning import ReasoningJudge
from atlas.verify.rubric import combine

RUN, ARM = RunId("rollout"), "trajectory"


class NotStored:
    """Rollouts go into groups: nothing is learned from them, and the session store does not see them."""

    async def load(self, key: LearningKey) -> Playbook:
        return Playbook(key)

    async def finish(self, session: Session, playbook: Playbook | None = None) -> None: ...

    async def finished(self, session_id: SessionId) -> Session | None:
        return None

    async def drawn(self, playbook: Playbook, *, simulated: bool) -> Mapping[EntryId, int]:
        return {}


@dataclass(frozen=True, slots=True)
class TimedAgent:
    """An agent that has so many seconds for a whole task, however many turns it has."""

    agent: Agent
    deadline: float
    timeout_s: float

    @property
    def name(self) -> str:
        return self.agent.name

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        """The agent's own steps. Raises `AgentError` at the deadline: what came too late is not scored."""
        acting = self.agent.act(turn, tools)
        while True:
            try:
                async with asyncio.timeout(self.deadline - time.monotonic()):
                    step = await anext(acting, None)
            except TimeoutError as error:
                raise AgentError(f"agent took more than {self.timeout_s:g} s for one task") from error
            if step is None:
                return
            yield step


@dataclass(frozen=True, slots=True)
class RolloutPlayer:
    """Plays assignments, any number at once. `judge` grades the reasoning, where one is asked for."""

    benchmark: Benchmark
    student: RolloutStudent
    parts: Parts
    judge: ChatModel | None = None

    @property
    def simulated(self) -> bool:
        """Whether a script plays, or judges."""
        return self.parts.simulated

    @property
    def checks(self) -> Checks:
        return Checks(tuple(self.benchmark.verifiers))

    async def play(self, assignment: Assignment) -> Session:
        """One trajectory, graded. What fails below the agent is the session's failure."""
        task = self.benchmark.tasks[assignment.place]
        slot = Slot(RUN, ARM, task.task_id, assignment.trial)
        return await play(task, slot, Playbook(keyless(RUN)), self.parts, learning=False)


def build_player(
    benchmark: Benchmark,
    student: RolloutStudent,
    env: EnvConfig,
    recorder: Recorder,
    judge: ChatModel | None = None,
) -> RolloutPlayer:
    """A player of living parts, under the limits of block `env`."""
    limit_s = env.process_timeout

    def agent(task: Task, slot: Slot, meter: Meter) -> Agent:
        made = student.agent(meter, slot.trial)
        # The process of an agent that writes code has the same deadline, and is killed at it.
        if isinstance(student, CodeStudent):
            return made
        return TimedAgent(made, time.monotonic() + limit_s, limit_s)

    store, checks = NotStored(), Checks(tuple(benchmark.verifiers))
    simulated = student.simulated or (judge is not None and judge.simulated)
    parts = evaluation_parts(benchmark.environment, store, store, recorder, agent, None, simulated=simulated)
    # The agent's own deadline ends a task, so that a turn needs none.
    parts = replace(parts, verifiers=lambda meter: checks, turn_timeout_s=math.inf)
    return RolloutPlayer(benchmark, student, _judged(parts, judge) if judge else parts, judge)


def _judged(parts: Parts, judge: ChatModel) -> Parts:
    """The parts with a judge of reasoning. A judge that fails costs the score a part, and no trajectory."""
    return replace(
        parts,
        panel=lambda meter: ReasoningJudge(MeteredModel(judge, "judge", meter)),
        reward=lambda verdicts, judged: combine(verdicts, None, RIMConfig()),
    )


@asynccontextmanager
async def open_player(
    env: str, config: RolloutConfig, settings: Settings, recorder: Recorder, spans: Spans, folder: Path
) -> AsyncIterator[RolloutPlayer]:
    """A player with all that it needs; relative paths and modules are looked for in `folder`.

    Raises `ConfigError` and `DatasetError` for wrong input.
    """
    async with AsyncExitStack() as stack:
        student = rollout_student(config, settings, spans)
        stack.push_async_callback(student.close)
        judge = reasoning_model(config, settings, spans)
        if judge is not None:
            stack.push_async_callback(judge.close)
        opening = open_benchmark(env, config.env, settings, config.seed, folder)
        yield build_player(await stack.enter_async_context(opening), student, config.env, recorder, judge)
