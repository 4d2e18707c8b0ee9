"""What supervision costs: 64 paired sessions at once against the ideal schedule, and one against its models' time.

    python benchmarks/supervised_sessions.py

A model server in a process of its own answers every call after 200 ms, over real HTTP: the student calls one tool
a turn and then replies, the teacher finds it right, three judges agree, the synthesizer has no lesson. The CRM and
the store are PostgreSQL. The ideal is the longest chain of calls that follow each other, times 200 ms. Beside a
session its model time is measured: the same chain posted bare, by aiohttp alone. Targets: 64 sessions at once
within 1.15x of the ideal; own work of a session (all but model time) at most 25 ms; a playbook of 1,000 entries
rendered in at most 5 ms.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
from aiohttp import web

from atlas.assembly import Models, brief_instructions, build_parts
from atlas.config_file import load_run_config
from atlas.core.playbook import Action, Cue, Entry, EntryId, LearningKey, Playbook, RubricScores
from atlas.core.session import RunId, Slot
from atlas.core.tasks import Task, TaskId
from atlas.datasets.generator import generate
from atlas.datasets.loader import task_of
from atlas.environments.crm.environment import CrmEnvironment
from atlas.learning.render import render
from atlas.loop import Parts, evaluate
from atlas.settings import Settings
from atlas.storage.config import StorageConfig
from atlas.storage.embedded import EmbeddedServer
from atlas.storage.store import open_store
from atlas.telemetry.tracing import Untraced

LATENCY_S = 0.2
AT_ONCE = 64
TURNS = 3
ROUNDS = 3
ENTRIES = 1000

CONFIG = """
agent: {{type: crm_harness, name: benchmark, llm: {student}}}
teacher: {{llm: {teacher}}}
orchestration: {{forced_mode: paired, max_retries: 0}}
rim: {{small_model: {judge}, large_model: {judge}}}
learning: {{llm: {synthesizer}}}
"""
REPLIES = {
    "teacher": '{"valid": true, "guidance": ""}',
    "judge": '{"score": 0.9, "rationale": "done", "uncertainty": 0.1}',
    "synthesizer": '{"version": "playbook_entry.v1", "playbook_entries": []}',
}


def serve(port: multiprocessing.Queue[int], latency_s: float) -> None:
    """Answer each call after `latency_s`, without reading more of it than it takes to know what to say."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        message: dict[str, object] = {
            "role": "assistant",
            "content": REPLIES.get(request.match_info["role"], "Done."),
        }
        if request.match_info["role"] == "student" and body.rfind(b'"role":"user"') > body.rfind(b'"role":"tool"'):
            call = {"name": "client_search", "arguments": '{"name": "a"}'}
            message = {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": call}]}
        await asyncio.sleep(latency_s)
        usage = {"prompt_tokens": 100, "completion_tokens": 20}
        return web.json_response({"choices": [{"message": message}], "usage": usage, "model": "m"})

    async def run() -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/{role}/chat/completions", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port.put(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def tasks(count: int) -> list[Task]:
    """Conversations of `TURNS` turns, each under an id of its own."""
    rows = generate(42, 200, "train")
    briefed = [task_of(row, brief_instructions(), "benchmark") for row in rows if len(row.turns) >= TURNS]
    chosen = []
    for number in range(count):
        task = briefed[number % len(briefed)]
        brief = replace(task.brief, task_id=TaskId(f"t{number}"), turns=task.brief.turns[:TURNS])
        target = replace(task.target, turns=task.target.turns[:TURNS])
        chosen.append(replace(task, brief=brief, target=target))
    return chosen


def chain() -> int:
    """Calls of a session that must follow each other: student twice and teacher once a turn, then the judges."""
    return TURNS * 3 + 1


async def seconds(parts: Parts, chosen: list[Task], at_once: int, run: str) -> float:
    """Wall time of all sessions."""
    plays = [(task, Slot(RunId(run), "benchmark", task.task_id)) for task in chosen]
    start = time.perf_counter()
    async for session in evaluate(plays, parts, Playbook(LearningKey("benchmark")), at_once):
        assert session.failure is None, session.failure
        assert session.reward is not None
    return time.perf_counter() - start


async def bare_s(url: str) -> float:
    """Wall time of a session's chain of calls, posted one after another with nothing around them."""
    async with aiohttp.ClientSession() as client:
        start = time.perf_counter()
        for _ in range(chain()):
            async with client.post(f"{url}/teacher/chat/completions", data=b"{}") as reply:
                await reply.read()
        return time.perf_counter() - start


async def measure(url: str, crm_url: str, atlas_url: str, folder: Path) -> tuple[float, float, float]:
    """Seconds of `AT_ONCE` sessions at once, of one session, and of its calls alone; medians."""
    roles = ("student", "teacher", "judge", "synthesizer")
    llms = {role: f"{{model: {role}, api_base: '{url}/{role}'}}" for role in roles}
    path = folder / "run.yaml"
    path.write_text(CONFIG.format(**llms))
    config = load_run_config(path)
    settings = Settings.load({"ATLAS_HOME": str(folder)}, folder / "none")
    models = Models.build(config, settings, seed=0, spans=Untraced())
    storage = StorageConfig(max_connections=8)
    async with open_store(atlas_url, storage) as store, CrmEnvironment.postgres(crm_url, size=AT_ONCE) as crm:
        parts = build_parts(config, models, crm, store.sessions, store.playbooks, store.recorder)
        chosen = tasks(AT_ONCE)
        await seconds(parts, chosen, AT_ONCE, "warm-up")
        together = [await seconds(parts, chosen, AT_ONCE, f"together-{n}") for n in range(ROUNDS)]
        alone, bare = [], []
        for number, task in enumerate(chosen[:10]):
            alone.append(await seconds(parts, [task], 1, f"alone-{number}"))
            bare.append(await bare_s(url))
    await models.close()
    return statistics.median(together), statistics.median(alone), statistics.median(bare)


def rendering_s() -> float:
    """Seconds to render a brief from a playbook of `ENTRIES` entries, of which some match; median."""
    brief = tasks(1)[0].brief
    words = " ".join(brief.turns).lower().split()
    rubric = RubricScores(1, 1, 1, 1, 1, {})
    entries = tuple(
        Entry(
            EntryId(f"e{number:04d}"),
            "student",
            Cue("keyword" if number % 2 else "regex", words[number] if number < len(words) else f"topic{number}"),
            Action(f"Do thing number {number} before anything else", "client_search"),
            "fewer mistakes",
        )
        for number in range(ENTRIES)
    )
    playbook = Playbook(LearningKey("benchmark"), 1, entries)
    assert render(playbook, brief, 4000).shown, rubric
    times = []
    for _ in range(50):
        start = time.perf_counter()
        render(playbook, brief, 4000)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> int:
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(port, LATENCY_S), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        database = EmbeddedServer(Path(folder) / "home")
        address = database.start()
        try:
            url = f"http://127.0.0.1:{port.get()}"
            together, alone, bare = asyncio.run(
                measure(url, address.url("crm_sandbox"), address.url("atlas"), Path(folder))
            )
        finally:
            database.detach()
            server.terminate()
    ideal = chain() * LATENCY_S
    own_ms = (alone - bare) * 1000
    rendered_ms = rendering_s() * 1000
    print(f"{AT_ONCE} paired sessions at once: {together / ideal:.2f}x of the ideal schedule (target 1.15x)")
    print(f"own work of one paired session: {own_ms:.0f} ms (target 25 ms), {alone / bare:.3f}x of its bare calls")
    print(f"rendering from {ENTRIES} entries: {rendered_ms:.1f} ms (target 5 ms)")
    return 0 if together / ideal <= 1.15 and own_ms <= 25 and rendered_ms <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
