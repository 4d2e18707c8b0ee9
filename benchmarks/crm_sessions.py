"""What CRM sessions cost on PostgreSQL: against the bare SQL in them, and against emptying shared tables for each.

    python benchmarks/crm_sessions.py

Three ways to play the same conversations, in turn, round after round, 1, 8 and 32 at once:

*ours*: `CrmEnvironment` and the runtime, with an agent that needs no time to think. Every world has been opened
once before, as the later arms of an experiment find it.
*floor*: a script that knows the very statements of those sessions and does nothing but send them, one round trip
each, on as many plain psycopg connections, each in a thread and in a schema of its own.
*truncate*: the older method: a connection a session, seven shared tables emptied with TRUNCATE, the rows put in
one by one, the same statements for the calls but no savepoints, a rollback. 56 committed rows are there meanwhile.

Then the same with agents that think for 50 ms a step; 32 sessions that all create the same client, 200 ms a step,
against one of them; and the memory and time of a whole evaluation.
Targets: at least 0.6 of the floor's sessions per second and 10 times those of truncate, at most 1.5 times the time
of one session, below 500 MB. Exits with 1 when one is missed.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from atlas.agents.oracle import OracleAgent
from atlas.core.events import Event
from atlas.core.json import JsonObject
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.session import SessionId
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Step
from atlas.datasets.generator import generate
from atlas.datasets.loader import task_of
from atlas.environments.crm.base import SHIPPED, records_of
from atlas.environments.crm.ddl import TABLES, TYPES, VERSION
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.environments.crm.rows import to_row
from atlas.environments.crm.schema import table_of
from atlas.environments.crm.wire import Parameters, Wire
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.storage.embedded import EmbeddedServer, ServerAddress

CONVERSATIONS = 96
OLDER_CONVERSATIONS = 32
"""The older method plays fewer: it takes so long."""
AT_ONCE = (1, 8, 32)
ROUNDS = 5
SHARE_OF_FLOOR = 0.6
TIMES_TRUNCATE = 10.0
THOUGHT_S = 0.05
LONG_THOUGHT_S = 0.2
TIMES_ONE_SESSION = 1.5
DATASET = Path(__file__).parents[1] / "data" / "conversations" / "crm_1200.jsonl"
MOST_MB = 500
EMPTIED = "documents, notes, quotes, contracts, opportunities, contacts, clients"
"""What the older harness truncates; the companies stay."""

Batch = tuple[bytes, Parameters]


Statements = Sequence[tuple[bytes, Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Script:
    """One session as statements, BEGIN and ROLLBACK left out, and how many steps its agent took."""

    rows: Statements
    calls: Statements
    steps: int

    def in_the_older_way(self, task: Task) -> Script:
        """A row a statement, and the calls without savepoints."""
        verbs = (b"SAVEPOINT", b"RELEASE", b"ROLLBACK")
        calls = [each for each in self.calls if not each[0].startswith(verbs)]
        return Script(row_by_row(task.setup.content), calls, self.steps)


class Thinker:
    """The oracle, after a while."""

    def __init__(self, task: Task, thought_s: float) -> None:
        self._oracle = OracleAgent(task.target)
        self._thought_s = thought_s
        self.steps = 0

    @property
    def name(self) -> str:
        return self._oracle.name

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        async for step in self._oracle.act(turn, tools):
            if self._thought_s:
                await asyncio.sleep(self._thought_s)
            self.steps += 1
            yield step


class Nowhere:
    """A recorder that keeps nothing: telemetry is not what is measured here."""

    async def record(self, event: Event) -> None: ...


async def play(task: Task, environment: CrmEnvironment, thought_s: float = 0) -> int:
    """One session; the steps it took."""
    agent = Thinker(task, thought_s)
    alone = Supervision(ModeChoice("auto", "benchmark"), max_retries=0)
    async with environment.open(task.setup) as world:
        stage = Stage(SessionId("benchmark"), world, Nowhere(), turn_timeout_s=60)
        await run_session(task.brief, stage, agent, alone, Lessons(LearningKey("none"), 0))
    return agent.steps


async def ours(tasks: Sequence[Task], environment: CrmEnvironment, at_once: int, thought_s: float = 0) -> float:
    """Sessions per second, `at_once` of them side by side."""
    waiting = iter(tasks)

    async def worker() -> None:
        for task in waiting:
            await play(task, environment, thought_s)

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return len(tasks) / (time.perf_counter() - start)


def floor(scripts: Sequence[Script], connections: Sequence[psycopg.Connection]) -> float:
    """Sessions per second of the bare statements, one thread a connection."""
    for connection in connections:
        connection.execute(f"VACUUM {EMPTIED}, companies".encode())
    return _rate(scripts, [partial(_replay, connection) for connection in connections])


def truncate(scripts: Sequence[Script], url: str, at_once: int, thought_s: float = 0) -> float:
    """Sessions per second of the older method, one thread each."""
    return _rate(scripts, [partial(_truncate_and_play, url, thought_s)] * at_once)


def _rate(scripts: Sequence[Script], workers: Sequence[Callable[[Script], None]]) -> float:
    waiting = iter(scripts)

    def work(play_one: Callable[[Script], None]) -> None:
        for script in waiting:
            play_one(script)

    with ThreadPoolExecutor(len(workers)) as threads:
        start = time.perf_counter()
        list(threads.map(work, workers))
        return len(scripts) / (time.perf_counter() - start)


def _replay(connection: psycopg.Connection, script: Script) -> None:
    cursor = psycopg.RawCursor(connection)
    cursor.execute("BEGIN")
    _send(cursor, [*script.rows, *script.calls])
    cursor.execute("ROLLBACK")


def _truncate_and_play(url: str, thought_s: float, script: Script) -> None:
    with psycopg.connect(url, options="-c search_path=older") as connection:
        cursor = psycopg.RawCursor(connection)
        cursor.execute(f"TRUNCATE {EMPTIED} RESTART IDENTITY CASCADE".encode())
        _send(cursor, [*script.rows, *script.calls])
        time.sleep(thought_s * script.steps)
        connection.rollback()


def _send(cursor: psycopg.RawCursor[tuple[object, ...]], statements: Statements) -> None:
    for statement, values in statements:
        cursor.execute(statement, values or None)
        if cursor.description:
            cursor.fetchall()


@contextmanager
def listening(heard: list[Batch]) -> Iterator[None]:
    """Write down every statement that is sent meanwhile."""
    send = Wire.run

    async def run(self: Wire, batch: Sequence[Batch]) -> list[bytes]:
        heard.extend(batch)
        return await send(self, batch)

    Wire.run = run  # type: ignore[method-assign]
    try:
        yield
    finally:
        Wire.run = send  # type: ignore[method-assign]


async def script_of(task: Task, environment: CrmEnvironment) -> Script:
    """What a session sends."""
    heard: list[Batch] = []
    with listening(heard):
        steps = await play(task, environment)
    texts = [(sql, [value if value is None else value.decode() for value in values]) for sql, values in heard]
    inner = [each for each in texts if each[0] not in (b"BEGIN", b"ROLLBACK")]
    first_call = next(number for number, (sql, _) in enumerate(inner) if not sql.startswith(b"INSERT"))
    return Script(inner[:first_call], inner[first_call:], steps)


def row_by_row(content: JsonObject) -> Statements:
    """The rows of a world or of the base world, each in a statement of its own, parents first."""
    rows = [(table_of(type(record)).name, to_row(record)) for record in records_of(content)]
    return [(insert(table, list(row)), list(row.values())) for table, row in rows]


def insert(table: str, columns: Sequence[str]) -> bytes:
    numbers = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({numbers})".encode()


async def make_slots(tasks: Sequence[Task], environment: CrmEnvironment, count: int) -> None:
    """Open so many worlds at once that every connection and its schema is there."""
    async with AsyncExitStack() as stack:
        for task in tasks[:count]:
            await stack.enter_async_context(environment.open(task.setup))


@contextmanager
def plain_connections(url: str, count: int) -> Iterator[list[psycopg.Connection]]:
    """Plain connections, each in one of the schemas that the environment has made."""
    with ExitStack() as stack:
        paths = (f"-c search_path=crm_{VERSION}_{number},crm_{VERSION}_types" for number in range(1, count + 1))
        connections = (psycopg.connect(url, autocommit=True, options=path) for path in paths)
        yield [stack.enter_context(connection) for connection in connections]


def make_older_tables(url: str) -> None:
    """The tables that the older method shares among its sessions. They are committed, so they are logged."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA older")
        connection.execute("SET search_path = older")
        connection.execute(TYPES.encode())
        connection.execute(TABLES.replace("UNLOGGED ", "").encode())
        _send(psycopg.RawCursor(connection), row_by_row(SHIPPED))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians over the rounds, each ratio within its round."""

    what: str
    bound: bool
    sessions_per_s: float
    to_floor: float | None
    to_truncate: float

    @property
    def ok(self) -> bool:
        enough = self.to_truncate >= TIMES_TRUNCATE and (self.to_floor or SHARE_OF_FLOOR) >= SHARE_OF_FLOOR
        return enough or not self.bound


async def without_thought(tasks: Sequence[Task], scripts: Sequence[Script], url: str, at_once: int) -> Row:
    """`at_once` sessions whose agents answer at once."""
    pairs = zip(scripts[:OLDER_CONVERSATIONS], tasks, strict=False)
    older = [script.in_the_older_way(task) for script, task in pairs]
    rates, to_floor, to_truncate = [], [], []
    async with CrmEnvironment.postgres(url, size=at_once) as environment:
        await make_slots(tasks, environment, at_once)
        await ours(tasks, environment, at_once)
        with plain_connections(url, at_once) as connections:
            for _ in range(ROUNDS):
                rate = await ours(tasks, environment, at_once)
                rates.append(rate)
                to_floor.append(rate / floor(scripts, connections))
                to_truncate.append(rate / truncate(older, url, at_once))
    return Row(f"{at_once} at once", True, *map(statistics.median, (rates, to_floor, to_truncate)))


async def with_thought(tasks: Sequence[Task], scripts: Sequence[Script], url: str, at_once: int) -> Row:
    """`at_once` sessions whose agents think; as many sessions, so that each starts at once where it can."""
    older = [script.in_the_older_way(task) for script, task in zip(scripts[:at_once], tasks, strict=False)]
    async with CrmEnvironment.postgres(url, size=at_once) as environment:
        await make_slots(tasks, environment, at_once)
        rate = await ours(tasks[:at_once], environment, at_once, THOUGHT_S)
        ratio = rate / truncate(older, url, at_once, THOUGHT_S)
    # One at a time nobody waits, whatever the method; eight at once cannot gain more than eight times.
    bound = at_once == max(AT_ONCE)
    return Row(f"{at_once} at once, {THOUGHT_S * 1000:g} ms a step", bound, rate, None, ratio)


async def same_client(environment: CrmEnvironment) -> None:
    """A session of six steps around an e-mail that every other session takes, too."""
    client = '{"name": "Same", "email": "same@example.com", "status": "Active"}'
    async with environment.begin_session(reset=True) as session:
        for tool in ("create_new_client", "client_search", "create_new_client", "ensure_client", "list_clients"):
            await asyncio.sleep(LONG_THOUGHT_S)
            await session.call(ToolCall("call", tool, client if tool != "list_clients" else "{}"))
        await asyncio.sleep(LONG_THOUGHT_S)


async def nobody_waits(url: str) -> bool:
    """Whether many sessions at once take hardly longer than one."""
    count = max(AT_ONCE)
    async with CrmEnvironment.postgres(url, size=count) as environment:
        async with AsyncExitStack() as stack:
            for _ in range(count):
                await stack.enter_async_context(environment.begin_session(reset=True))
        start = time.perf_counter()
        await same_client(environment)
        one_s = time.perf_counter() - start
        await asyncio.gather(*(same_client(environment) for _ in range(count)))
        ratio = (time.perf_counter() - start - one_s) / one_s
    print(
        f"{count} sessions at once, {LONG_THOUGHT_S * 1000:g} ms a step, the same e-mail in each:"
        f" {ratio:.2f}x the time of one (target: at most {TIMES_ONE_SESSION}x)"
    )
    return ratio <= TIMES_ONE_SESSION


def show(rows: Sequence[Row]) -> None:
    table = Table("sessions", "sessions/s", f"of the floor\n(target {SHARE_OF_FLOOR})", "", box=None)
    table.columns[3].header = f"of truncate\n(target {TIMES_TRUNCATE:g}x)"
    table.add_column("")
    for row in rows:
        share = "" if row.to_floor is None else f"{row.to_floor:.2f}"
        verdict = ("ok" if row.ok else "MISSED") if row.bound else "no target"
        table.add_row(row.what, f"{row.sessions_per_s:.0f}", share, f"{row.to_truncate:.1f}x", verdict)
    Console().print(table)


def evaluate(address: ServerAddress, folder: Path) -> bool:
    """Play all shipped conversations with the oracle in a process of its own; whether it kept below its memory."""
    environ = {
        **os.environ,
        "DB_HOST": address.host,
        "DB_PORT": str(address.port),
        "DB_USER": address.user,
        "DB_PASSWORD": address.password,
        "STORAGE__DATABASE_URL": address.url("atlas"),
    }
    command = [sys.executable, "-m", "atlas", "crm", "eval", "--dataset", str(DATASET), "--agent", "oracle"]
    start = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--backend", "postgres", "--concurrency", "8", "--output", str(folder / "out")],
            env=environ,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        _, status, used = os.wait4(process.pid, 0)
    wall_s, peak_mb = time.perf_counter() - start, used.ru_maxrss / 1024
    if status:
        print((folder / "log").read_text())
        return False
    metrics = json.loads((folder / "out" / "metrics.json").read_text())
    print(
        f"{metrics['total_conversations']} oracle conversations, 8 at once: {wall_s:.0f} s,"
        f" at most {peak_mb:.0f} MB in memory (target: below {MOST_MB} MB)"
    )
    return peak_mb < MOST_MB


async def main() -> int:
    tasks = [task_of(row, instructions, "benchmark") for row in generate(42, CONVERSATIONS, "train")]
    with tempfile.TemporaryDirectory() as home, EmbeddedServer(Path(home)) as address:
        url = address.url("crm_sandbox")
        make_older_tables(url)
        async with CrmEnvironment.postgres(url, size=1) as environment:
            scripts = [await script_of(task, environment) for task in tasks]
        sent = statistics.mean(len(script.rows) + len(script.calls) for script in scripts)
        steps = statistics.mean(script.steps for script in scripts)
        print(f"{CONVERSATIONS} conversations, {steps:.1f} steps and {sent:.0f} statements each, {ROUNDS} rounds")
        rows = [await without_thought(tasks, scripts, url, at_once) for at_once in AT_ONCE]
        rows += [await with_thought(tasks, scripts, url, at_once) for at_once in AT_ONCE]
        show(rows)
        kept = [*(row.ok for row in rows), await nobody_waits(url), evaluate(address, Path(home))]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
