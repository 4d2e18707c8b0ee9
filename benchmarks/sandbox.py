"""What an isolated process costs: a task in the warm pool beside a cold spawn, memory a worker, and the schedule.

    python benchmarks/sandbox.py

Own overhead of a task is what is left when the model's time is taken away: forking, confining, starting the
agent, one step of code, and burying the process. Its floor is a bare fork of a process that has loaded the same,
which runs nothing and is waited for. The cold spawn is a fresh interpreter that imports smolagents, confines
nothing, and runs the same step. The ideal of the schedule is the longest chain of calls of a worker, times their
latency. Targets: own overhead at most 10 ms a task (median); extra unshared memory at most 25 MB a worker; 32 tasks
on 4 and on 8 workers, with a model of 500 ms a call, within 1.1x of the ideal.

The next process is forked, and prepares itself, while a task runs. That is in the tasks a second, back to back.
"""

from __future__ import annotations

import asyncio
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from atlas.agents.code.agent import PLAYER, CodeAgent
from atlas.agents.code.config import CodeConfig
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.core.protocols import TurnInput
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool

ROUNDS = 60
COLD_ROUNDS = 5
TASKS = 32
LATENCY_S = 0.5
CALLS = 3
"""Model calls of a task in the schedule."""
FLOOR = """
import os, statistics, time
import atlas.agents.code.player
times = []
for _ in range(60):
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    times.append((time.perf_counter() - began) * 1000)
print(statistics.median(times))
"""
COLD = """
from smolagents import ChatMessage, CodeAgent, LogLevel, MessageRole, Model
class Scripted(Model):
    def generate(self, messages, **options):
        return ChatMessage(MessageRole.ASSISTANT, "<code>\\nfinal_answer(6 * 7)\\n</code>")
assert CodeAgent([], Scripted(), verbosity_level=LogLevel.OFF).run("go") == 42
"""


class Nothing:
    """A toolbox with one tool, which nobody calls."""

    specs = (ToolSpec("read", "Read a counter.", {"type": "object", "properties": {"name": {"type": "string"}}}),)
    workspace: Path | None = None

    async def call(self, call: ToolCall) -> ToolResult:
        raise AssertionError(call)


class SlowModel:
    """Says `calls` times that there is more to do, then gives the answer; each after `latency_s`."""

    name = "slow"
    simulated = True

    def __init__(self, latency_s: float, calls: int) -> None:
        self._latency_s, self._calls = latency_s, calls

    async def complete(self, request: ChatRequest) -> Completion:
        said = sum(message.role == "assistant" for message in request.messages)
        await asyncio.sleep(self._latency_s)
        code = "print(sum(range(1000)))" if said + 1 < self._calls else "final_answer(6 * 7)"
        return Completion(Message("assistant", f"<code>\n{code}\n</code>"), Usage(10, 10, 1), self.name)

    async def close(self) -> None: ...


async def task(pool: SandboxPool, model: SlowModel) -> None:
    """One task from an agent that is not there yet to a process that is gone."""
    agent = CodeAgent(model, pool, CodeConfig())
    try:
        steps = [step async for step in agent.act(TurnInput("", (), "go"), Nothing())]
    finally:
        await agent.close()
    assert steps[-1].completion.message.content == "42"


async def own_ms(pool: SandboxPool) -> float:
    """Milliseconds of a task whose model answers at once; median."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await task(pool, SlowModel(0.0, 1))
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


async def tasks_per_s(pool: SandboxPool, at_once: int) -> float:
    """Tasks a second, back to back, so many at once: what is done ahead of a task or after it counts here too."""

    async def several() -> None:
        for _ in range(ROUNDS // at_once):
            await task(pool, SlowModel(0.0, 1))

    began = time.perf_counter()
    await asyncio.gather(*(several() for _ in range(at_once)))
    return ROUNDS / (time.perf_counter() - began)


def cold_ms() -> float:
    """Milliseconds of the same in a fresh interpreter; median."""
    times = []
    for _ in range(COLD_ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", COLD], check=True)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def floor_ms() -> float:
    """Milliseconds of a bare fork; median."""
    done = subprocess.run([sys.executable, "-c", FLOOR], check=True, capture_output=True, text=True)
    return float(done.stdout)


async def private_mb(pool: SandboxPool, workers: int) -> float:
    """Unshared memory of a worker in the middle of a task, with `workers` of them alive; median."""
    held = asyncio.Event()
    reached = asyncio.Semaphore(0)

    class Waiting(SlowModel):
        async def complete(self, request: ChatRequest) -> Completion:
            if any(message.role == "assistant" for message in request.messages):
                reached.release()
                await held.wait()
            return await super().complete(request)

    playing = [asyncio.create_task(task(pool, Waiting(0.0, 2))) for _ in range(workers)]
    for _ in range(workers):
        await reached.acquire()
    # The spare, which has done nothing yet, is the smallest.
    found = sorted((_private_mb(pid) for pid in _workers()), reverse=True)[:workers]
    held.set()
    await asyncio.gather(*playing)
    assert len(found) == workers, found
    return statistics.median(found)


def _workers() -> list[int]:
    """The children of the fork server, which is the innermost process that has any."""
    pid = os.getpid()
    while True:
        below = [
            int(child)
            for one in Path(f"/proc/{pid}/task").iterdir()
            for child in (one / "children").read_text().split()
        ]
        if len(below) != 1:
            return below
        pid = below[0]


def _private_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


async def schedule(workers: int) -> float:
    """Wall time of `TASKS` tasks on `workers` workers, over the ideal."""
    pool = SandboxPool(SandboxConfig(max_concurrent_processes=workers), PLAYER, os.environ)
    await task(pool, SlowModel(0.0, 1))
    began = time.perf_counter()
    await asyncio.gather(*(task(pool, SlowModel(LATENCY_S, CALLS)) for _ in range(TASKS)))
    took = time.perf_counter() - began
    await pool.close()
    return took / (math.ceil(TASKS / workers) * CALLS * LATENCY_S)


async def measure() -> int:
    """Print the table; 1 when a target is missed."""
    pool = SandboxPool(SandboxConfig(), PLAYER, os.environ)
    began = time.perf_counter()
    print(f"protection: {await pool.protection()}")
    print(f"fork server ready after {(time.perf_counter() - began) * 1000:.0f} ms, once a run")
    await task(pool, SlowModel(0.0, 1))
    # The floor before and after, since a machine is rarely as busy twice.
    floors = [await asyncio.to_thread(floor_ms)]
    own, cold = await own_ms(pool), await asyncio.to_thread(cold_ms)
    floors.append(await asyncio.to_thread(floor_ms))
    floor = statistics.mean(floors)
    rates = {at_once: await tasks_per_s(pool, at_once) for at_once in (1, 4)}
    private = await private_mb(pool, 8)
    await pool.close()
    ratios = {workers: await schedule(workers) for workers in (4, 8)}
    print(f"own overhead of a task, warm pool: {own:.1f} ms (target 10 ms), 1/{cold / own:.0f} of a cold spawn")
    print(f"bare fork of the same process, confining and running nothing: {floor:.1f} ms; {own / floor:.1f}x of it")
    for at_once, rate in rates.items():
        print(f"tasks back to back, {at_once} at once: {rate:.0f} a second; bare forks: {1000 / floor:.0f}")
    print(f"cold spawn of the same task, without confinement: {cold:.0f} ms")
    print(f"extra unshared memory a worker, 8 alive: {private:.1f} MB (target 25 MB)")
    for workers, ratio in ratios.items():
        print(
            f"{TASKS} tasks, {workers} workers, {LATENCY_S * 1000:.0f} ms a call: {ratio:.3f}x of the ideal (1.1x)"
        )
    return 0 if own <= 10 and private <= 25 and max(ratios.values()) <= 1.1 else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
