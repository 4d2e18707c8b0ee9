"""Executors: where assignments are played."""

from __future__ import annotations

import asyncio
from typing import Protocol

from atlas.core.session import Session
from atlas.rollouts.benchmark import Assignment
from atlas.runs.rollout.player import RolloutPlayer


class Executor(Protocol):
    """Plays assignments, as many at once as it has room for; the others wait their turn."""

    async def play(self, assignment: Assignment) -> Session:
        """One trajectory, graded. What fails below the agent is the session's failure."""


class LocalExecutor:
    """Plays in this process, `concurrency` at once."""

    def __init__(self, player: RolloutPlayer, concurrency: int) -> None:
        self._player = player
        self._room = asyncio.Semaphore(concurrency)

    async def play(self, assignment: Assignment) -> Session:
        async with self._room:
            return await self._player.play(assignment)
