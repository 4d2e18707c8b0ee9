"""Production: groups played many at once, what failed below the agent played again, within the budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from atlas.core.group import Group
from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.errors import BudgetExceeded
from atlas.rollouts.benchmark import Assignment, assignments
from atlas.rollouts.config import RolloutConfig
from atlas.rollouts.grouping import Grouping
from atlas.rollouts.journal import group_id
from atlas.runs.rollout.executors import Executor

T = TypeVar("T")
Tokenise: TypeAlias = Callable[[Group], Group]


@dataclass(slots=True)
class Budget:
    """What a run may cost, and what it has cost so far, earlier processes of it included."""

    limit_usd: float | None
    spent: Usage = field(default_factory=Usage)

    @property
    def left(self) -> bool:
        if self.limit_usd is None:
            return True
        return self.spent.cost_usd is not None and self.spent.cost_usd < self.limit_usd

    def stopped(self, done: int) -> BudgetExceeded:
        """What is said of a run that the budget ended after `done` groups."""
        if self.spent.cost_usd is None:
            return BudgetExceeded(
                "the model has no known price, so --budget-usd cannot be held; give "
                "--openai.price_per_million.prompt and .completion, or leave the budget out"
            )
        return BudgetExceeded(
            f"the budget of ${self.limit_usd:.2f} is spent after {done} groups (${self.spent.cost_usd:.4f}); they "
            "are kept, and the same command with a larger --budget-usd and --resume goes on from there"
        )


@dataclass(frozen=True, slots=True)
class Production:
    """Turns steps into groups. `on_session` sees every trajectory as it ends, replayed ones included."""

    executor: Executor
    tasks: tuple[Task, ...]
    config: RolloutConfig
    grouping: Grouping
    budget: Budget
    on_session: Callable[[Session], None]
    tokenise: Tokenise | None = None

    async def groups(self, steps: Iterable[int], most: Callable[[], int] | None = None) -> AsyncIterator[Group]:
        """The groups of `steps` as they are finished, until the steps end or the budget is spent.

        So many are played at once that every place is taken; `most` can lower that while it goes on. Groups begun
        by the end of the budget are finished, so that their cost is known.
        """
        size = self.config.env.group_size or 1
        usual = -(-self.config.env.max_concurrent_processes // size) + 1
        waiting = self._affordable(steps)
        running: set[asyncio.Task[Group]] = set()
        try:
            while True:
                room = usual if most is None else min(usual, most())
                while len(running) < room and (step := next(waiting, None)) is not None:
                    running.add(asyncio.create_task(self.group(step)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for finished in done:
                    yield finished.result()
        finally:
            for unfinished in running:
                unfinished.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def group(self, step: int) -> Group:
        """One group, whole or partial: `group_overrides.group_size` says how many members a partial one has."""
        env = self.config.env
        places = assignments(step, len(self.tasks), env.group_size or 1, self.config.seed)
        tries = await _gathered([self._played(assignment) for assignment in places])
        group = self.grouping.group(group_id(step), self.tasks[places[0].place], tries)
        if len(group.members) < len(places):
            group = replace(group, group_overrides={"group_size": len(group.members)})
        return await asyncio.to_thread(self.tokenise, group) if self.tokenise and group.members else group

    async def _played(self, assignment: Assignment) -> list[Session]:
        """Every attempt at a trajectory: only the last one can have a score."""
        env = self.config.env
        attempts: list[Session] = []
        for _ in range(1 + (env.max_replays if env.on_failure == "replay" else 0)):
            session = await self.executor.play(assignment)
            self.budget.spent += session.spent
            self.on_session(session)
            attempts.append(session)
            if session.failure is None or not self.budget.left:
                break
        return attempts

    def _affordable(self, steps: Iterable[int]) -> Iterator[int]:
        for step in steps:
            if not self.budget.left:
                return
            yield step


async def _gathered(plays: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order. When one raises, the others are ended before it is passed on."""
    running = [asyncio.ensure_future(each) for each in plays]
    try:
        return list(await asyncio.gather(*running))
    finally:
        for unfinished in running:
            unfinished.cancel()
        await asyncio.gather(*running, return_exceptions=True)
