"""What a CRM session costs on PostgreSQL, against the bare SQL in it, and what four at once gain over one.

    python benchmarks/crm_session.py

The floor is a script that sends the very statements of the same sessions over a plain synchronous psycopg
connection, one at a time. Every world has been opened once before, as the later arms of an experiment find it.
Targets: a session takes at most 1.5x the floor; four at once on two cores give at least 1.7x the sessions per
second of one at a time.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from atlas.agents.oracle import OracleAgent
from atlas.core.events import Event
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import SessionId
from atlas.core.tasks import Task
from atlas.datasets.generator import generate
from atlas.datasets.loader import task_of
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.environments.crm.wire import Parameters, Wire
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.storage.embedded import EmbeddedServer

SESSIONS = 100
ROUNDS = 7
Statement = tuple[bytes, Parameters]


class Nowhere:
    """A recorder that keeps nothing: telemetry is not what is measured here."""

    async def record(self, event: Event) -> None: ...


async def play(task: Task, environment: CrmEnvironment) -> None:
    """One session with an agent that needs no time to think."""
    alone = Supervision(ModeChoice("auto", "benchmark"), max_retries=0)
    async with environment.open(task.setup) as world:
        stage = Stage(SessionId("benchmark"), world, Nowhere(), turn_timeout_s=60)
        await run_session(task.brief, stage, OracleAgent(task.target), alone, Lessons(LearningKey("none"), 0))


async def seconds(tasks: Sequence[Task], environment: CrmEnvironment, at_once: int) -> float:
    """Wall time of all sessions, `at_once` of them side by side."""
    waiting = iter(tasks)

    async def worker() -> None:
        for task in waiting:
            await play(task, environment)

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - start


@contextmanager
def listening(heard: list[Statement]) -> Iterator[None]:
    """Write down every statement that is sent meanwhile."""
    send = Wire.run

    async def run(self: Wire, batch: Sequence[Statement]) -> list[bytes]:
        heard.extend(batch)
        return await send(self, batch)

    Wire.run = run  # type: ignore[method-assign]
    try:
        yield
    finally:
        Wire.run = send  # type: ignore[method-assign]


def replay(statements: Sequence[Statement], connection: psycopg.Connection) -> float:
    """Wall time of the bare statements, one round trip each."""
    cursor = psycopg.RawCursor(connection)
    prepared = [
        (sql, [value.decode() if value is not None else None for value in values]) for sql, values in statements
    ]
    start = time.perf_counter()
    for sql, values in prepared:
        try:
            cursor.execute(sql, values or None)
            if cursor.description:
                cursor.fetchall()
        except psycopg.errors.InFailedSqlTransaction:
            continue
    return time.perf_counter() - start


def floor_connection(url: str) -> psycopg.Connection:
    """A plain connection that works in a schema which the environment has made."""
    connection = psycopg.connect(url, autocommit=True)
    row = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'clients' ORDER BY 1").fetchone()
    assert row, "the environment has made its schemas"
    shared = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'crm%'").fetchall()
    path = ", ".join([f'"{row[0]}"', *(f'"{name}"' for (name,) in shared if name != row[0])])
    connection.execute(f"SET search_path TO {path}, public".encode())
    return connection


async def main() -> None:
    tasks = [task_of(row, instructions, "benchmark") for row in generate(42, SESSIONS, "train")]
    with tempfile.TemporaryDirectory() as home, EmbeddedServer(Path(home)) as server:
        url = server.url("crm_sandbox")
        async with CrmEnvironment.postgres(url, size=4) as environment:
            heard: list[Statement] = []
            await seconds(tasks, environment, 4)
            with listening(heard):
                await seconds(tasks, environment, 1)
            with floor_connection(url) as connection:
                replay(heard, connection)
                to_floor, gain = [], []
                for _ in range(ROUNDS):
                    one, floor = await seconds(tasks, environment, 1), replay(heard, connection)
                    four = await seconds(tasks, environment, 4)
                    to_floor.append(one / floor)
                    gain.append(one / four)
    print(
        f"{SESSIONS} sessions, {len(heard) / SESSIONS:.0f} statements each, median of {ROUNDS} rounds run in turn"
    )
    ratio, speedup = statistics.median(to_floor), statistics.median(gain)
    print(f"one session    {ratio:.2f}x the time of its bare SQL         (target: at most 1.5x)")
    print(f"four at once   {speedup:.2f}x the sessions/s of one at a time  (target: at least 1.7x)")


if __name__ == "__main__":
    asyncio.run(main())
