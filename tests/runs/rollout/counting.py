"""A benchmark of counters, the smallest that can be played: add to a counter, graded by its state."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.messages import ChatRequest, Message
from atlas.core.protocols import ChatModel, Recorder
from atlas.core.state import StateDiff
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.rollouts.benchmark import Benchmark
from atlas.rollouts.config import RolloutConfig
from atlas.rollouts.grouping import Grouping
from atlas.rollouts.keeping import Keeping
from atlas.rollouts.scoring import Limits
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.executors import Executor, LocalExecutor
from atlas.runs.rollout.player import RolloutPlayer, build_player
from atlas.runs.rollout.production import Production
from atlas.student import ChatStudent
from tests.worlds import CounterEnvironment, EventList, calling, saying


@dataclass(frozen=True)
class Sum:
    """Right when the counter was raised by 2."""

    name: str = "sum"
    version: str = "1"
    required: bool = True

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        changes = trajectory.changes.updated.get("counters", {}).get("a", {})
        right = "value" in changes and changes["value"].after == 3
        return Verdict(self.name, self.version, right, float(right), "the counter")


def task(number: int, split: str = "train") -> Task:
    return Task(
        Brief(TaskId(f"t{number}"), "counters", "adding", "Count.", ("add 2 to a",)),
        Setup("2026-01-01T00:00:00+00:00", "s", {"counters": {"a": {"name": "a", "value": 1}}}),
        Target((TurnTarget(),), StateDiff()),
        split,
        "r1",
    )


def benchmark(count: int = 3) -> Benchmark:
    return Benchmark(CounterEnvironment(), [task(number) for number in range(count)], [Sum()], "r1")


def adds(by: int) -> Message:
    return calling("add", f'{{"name": "a", "by": {by}}}')


def by_seed(request: ChatRequest) -> Message:
    """Right for every other sampling seed."""
    if request.messages[-1].role == "tool":
        return saying("Done.")
    return adds(2 if (request.seed or 0) % 2 else 20)


def player(
    model: ChatModel, config: RolloutConfig, recorder: Recorder | None = None, judge: ChatModel | None = None
) -> RolloutPlayer:
    student = ChatStudent(model, config.seed)
    return build_player(benchmark(), student, config.env, recorder or EventList(), judge)


def production(
    executor: Executor | RolloutPlayer, config: RolloutConfig, budget: Budget | None = None, *, differ: bool = False
) -> Production:
    """Groups of the counters; `config.env` needs its group size."""
    if isinstance(executor, RolloutPlayer):
        executor = LocalExecutor(executor, config.env.max_concurrent_processes)
    grouping = Grouping(
        "counters", "m", lambda task: task.brief.instructions, (), {}, Limits(12, 240.0), config.scoring
    )
    keeping = Keeping(config.env.group_size or 1, differ)
    tasks = tuple(benchmark().tasks)
    found = budget or Budget(None)
    return Production(executor, tasks, config.env, config.seed, grouping, keeping, found, lambda session: None)
