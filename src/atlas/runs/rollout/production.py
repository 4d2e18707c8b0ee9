"""Production: steps made into groups, many at once, what failed below the agent played again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from atlas.core.group import Group
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.errors import TemplateError
from atlas.rollouts.benchmark import Assignment, assignments
from atlas.rollouts.config import EnvConfig
from atlas.rollouts.grouping import Grouping
from atlas.rollouts.journal import group_id
from atlas.rollouts.keeping import Keeping
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.executors import Executor
from atlas.runtime.side_by_side import side_by_side

T = TypeVar("T")
_WAYS_OUT = {
    "trims": "; play without --env.tokenizer_name and let `atlas export rollouts --tokenizer T --trim` add the "
    "tokens",
    "strips": "; play with --env.use_chat_completion false, or without --env.tokenizer_name and let "
    "`atlas export rollouts --tokenizer T --last-turn-only` add the tokens",
}
Tokenise: TypeAlias = Callable[[Group], Group]


@dataclass(frozen=True, slots=True)
class Made:
    """A group, whole or partial, and why it is left out; `refusal` is None for one that is kept."""

    group: Group
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Production:
    """Turns steps into groups. `on_session` sees every trajectory as it ends, failed ones too."""

    executor: Executor
    tasks: tuple[Task, ...]
    env: EnvConfig
    seed: int
    grouping: Grouping
    keeping: Keeping
    budget: Budget
    on_session: Callable[[Session], None]
    tokenise: Tokenise | None = None

    @property
    def room(self) -> int:
        """How many groups at once keep every place of the executor taken."""
        return -(-self.env.max_concurrent_processes // self.keeping.group_size) + 1

    def groups(self, steps: Iterable[int]) -> AsyncIterator[Made]:
        """The groups of `steps` as they are finished, until the steps end or the budget is spent.

        Groups begun by then are finished, so that their cost is known.
        """
        return side_by_side(self._affordable(steps), lambda: self.room)

    async def group(self, step: int) -> Made:
        """One group. Of a partial one `group_overrides.group_size` says how many members it has."""
        places = assignments(step, len(self.tasks), self.keeping.group_size, self.seed)
        tries = await _gathered([self._played(assignment) for assignment in places])
        group = self.grouping.group(group_id(step), self.tasks[places[0].place], tries)
        if len(group.members) < len(places):
            group = replace(group, group_overrides={"group_size": len(group.members)})
        if not group.members:
            return Made(
                group, f"no trajectory got through, the first because the {group.failures[0].failure.message}"
            )
        try:
            group = await asyncio.to_thread(self.tokenise, group) if self.tokenise else group
        except TemplateError as error:
            return Made(group, f"{error}{_WAYS_OUT.get(error.trait, '')}")
        return Made(group, self.keeping.refusal(group))

    async def _played(self, assignment: Assignment) -> list[Session]:
        """Every attempt at a trajectory: only the last one can have a score."""
        attempts: list[Session] = []
        for _ in range(1 + (self.env.max_replays if self.env.on_failure == "replay" else 0)):
            session = await self.executor.play(assignment)
            self.budget.spent += session.spent
            self.on_session(session)
            attempts.append(session)
            if session.failure is None or not self.budget.left:
                break
        return attempts

    def _affordable(self, steps: Iterable[int]) -> Iterator[Coroutine[Any, Any, Made]]:
        for step in steps:
            if not self.budget.left:
                return
            yield self.group(step)


async def _gathered(plays: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order. When one raises, the others are ended before it is passed on."""
    running = [asyncio.ensure_future(each) for each in plays]
    try:
        return list(await asyncio.gather(*running))
    finally:
        for unfinished in running:
            unfinished.cancel()
        await asyncio.gather(*running, return_exceptions=True)
