"""What a report over a large store costs: 100,000 sessions and 1,000,000 events, against one scan of the sessions.

    python benchmarks/learning_report.py

Sessions of 20 learning keys are made up and loaded with COPY into a scratch server; their metadata has the size
and the form of a real session's, and each key has a playbook of ten entries with 37,500 uses. `atlas report
learning --limit 0` runs as a process of its own. The floor is one sequential scan of the sessions that sums two
columns, in the same run. Targets: --summary-only at most 10 s on 2 cores and 300 MB in the client; the full
report of one key, which writes a line for each session with its events, at most 300 MB as well: it streams.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg

from atlas.core.json import JsonObject
from atlas.core.playbook import Action, Cue, Entry, EntryId, LearningKey, Playbook
from atlas.storage.embedded import EmbeddedServer
from atlas.storage.store import open_store

SESSIONS, EVENTS, KEYS, TASKS, VERSIONS = 100_000, 1_000_000, 20, 400, 10
ENTRIES = tuple(f"playbook-entry-{number:012x}" for number in range(10))
ROUNDS = 3
MOST_S, MOST_MB = 10.0, 300
COLUMNS = (
    "session_key, run_id, arm, task_id, trial, task, status, learning_key, playbook_version, execution_mode, "
    "simulated, metadata, final_answer, reward, reward_stats, record, created_at, completed_at"
)
FAULTS = (
    "money '260400.00' is not in the reply",
    "opportunities new:1 close_date: expected '2028-01-26', got '2027-06-19'",
    "the reply claims a change that did not happen: 'Done'",
    "opportunities 41cd4840-f0e2-4a67-875b-7aabbbdaf0e5 stage: should not have changed from 'A' to 'B'",
    "the reply names no reason for refusing (enum_case_mismatch)",
)


def usage_of(hits: int) -> JsonObject:
    """What tracking leaves in a session, ten entries of it."""
    entry = {
        "shown": True,
        "category": "reinforcement",
        "cue_hits": 3,
        "action_adoptions": 1,
        "failed_adoptions": 0,
        "successful_adoptions": 1,
        "hit_steps": ["turn 1", "turn 2", "turn 3"],
        "adoption_steps": ["turn 1 step 0"],
        "runtime_handle": "opportunity_search",
        "metadata": {"cue": {"type": "regex", "pattern": r"\b(deal|client|quote)\b"}, "expected_effect": "right"},
    }
    student = dict.fromkeys(ENTRIES, entry)
    session = {"cue_hits": hits, "action_adoptions": hits // 3, "failed_adoptions": hits // 9}
    return {"roles": {"student": student, "teacher": {}}, "session": session}


def session_row(number: int) -> tuple[object, ...]:
    """Session `number`; its key, arm and outcome follow from it."""
    draw = random.Random(number)
    arm = "learning" if number % 4 else "student alone"
    task = f"quote_desk-train-{draw.randrange(TASKS):04}"
    success = draw.random() < (0.8 if arm == "learning" else 0.7)
    tokens = draw.randrange(20_000, 120_000)
    usage = usage_of(draw.randrange(0, 30)) if arm == "learning" else {}
    key, run = f"benchmark/{number % KEYS}", f"run-{number % 40}"
    name = f"{run}/{arm}/{task}/{number}"
    reward = 1.0 if success else draw.random() / 2
    verdict = {
        "verifier": "reply_facts",
        "required": True,
        "passed": success,
        "reason": "",
        "turns": [{"index": 1, "wrong": [] if success else draw.sample(FAULTS, 2)}],
    }
    metadata = {
        "success": success,
        "family": "quote_desk",
        "token_usage": {"total_tokens": tokens, "cost_usd": tokens / 1e6, "by_role": {"student": {}, "judge": {}}},
        "learning_usage": usage,
    }
    return (
        name,
        run,
        arm,
        task,
        number,
        "Show me the open quotes of this client, and make the amount of the last one 48.5k, please. " * 4,
        "succeeded",
        key,
        number * VERSIONS // SESSIONS + 1,
        "paired" if arm == "learning" else "auto",
        True,
        orjson.dumps(metadata).decode(),
        "Done: the quote has an amount of 48,500 now. " * 4,
        orjson.dumps({"score": reward, "uncertainty": 0.1, "judges": []}).decode(),
        orjson.dumps({"score": reward, "sample_count": 3}).decode(),
        orjson.dumps({"verdicts": [verdict]}).decode(),
        "2026-03-02T09:00:00Z",
        "2026-03-02T09:00:01Z",
    )


def event_rows() -> Iterator[tuple[object, ...]]:
    """Ten events of each session."""
    types = ("session.started", "session.mode", *["student.step"] * 7, "session.finished")
    event = orjson.dumps({"event_type": "student.step", "actor": "student", "payload": {"calls": 2}}).decode()
    for number in range(SESSIONS):
        name = session_row_key(number)
        for seq, event_type in enumerate(types, 1):
            yield name, 1, seq, event_type, "student", event


def session_row_key(number: int) -> str:
    """The key of session `number`, without making the rest of it."""
    draw = random.Random(number)
    arm = "learning" if number % 4 else "student alone"
    return f"run-{number % 40}/{arm}/quote_desk-train-{draw.randrange(TASKS):04}/{number}"


def use_rows() -> Iterator[tuple[object, ...]]:
    """What became of the ten entries in each session that learned; one in ten was withheld."""
    draw = random.Random(0)
    for number in range(SESSIONS):
        for name in ENTRIES if number % 4 else ():
            treatment = "withheld" if draw.random() < 0.1 else "shown"
            yield number + 1, name, treatment, 0.1, 3, 1, 1


def playbook_of(key: str, version: int) -> Playbook:
    """A playbook of the ten entries."""
    entries = tuple(
        Entry(
            EntryId(name),
            "student",
            Cue("keyword", "quote"),
            Action(f"Write a date in ISO form, number {place}", "quote_search"),
            "fewer mistakes",
        )
        for place, name in enumerate(ENTRIES)
    )
    return Playbook(LearningKey(key), version, entries, parent=version - 1 or None, author="benchmark")


async def save_playbooks(url: str) -> None:
    """Every version of every key's playbook."""
    async with open_store(url) as store:
        for number in range(KEYS):
            for version in range(1, VERSIONS + 1):
                await store.playbooks.save(playbook_of(f"benchmark/{number}", version))


def load(url: str) -> None:
    """Fill the store."""
    asyncio.run(save_playbooks(url))
    with psycopg.connect(url, autocommit=True) as connection:
        models = {"student": "student-model", "judge": "judge-model"}
        for number in range(40):
            connection.execute(
                "INSERT INTO runs (run_id, command, config) VALUES (%s, 'run', %s)",
                [f"run-{number}", orjson.dumps({"models": models}).decode()],
            )
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY sessions ({COLUMNS}) FROM STDIN".encode()) as copy:
                for number in range(SESSIONS):
                    copy.write_row(session_row(number))
            with cursor.copy(
                b"COPY trajectory_events (session_key, play, seq, event_type, actor, event) FROM STDIN"
            ) as copy:
                for row in event_rows():
                    copy.write_row(row)
            with cursor.copy(b"COPY entry_uses FROM STDIN") as copy:
                for row in use_rows():
                    copy.write_row(row)
        connection.execute("VACUUM ANALYZE")


def scan_s(url: str) -> float:
    """Seconds of one sequential scan of the sessions by one process, median."""
    times = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET enable_indexonlyscan = off")
        connection.execute("SET enable_indexscan = off")
        for _ in range(ROUNDS):
            start = time.perf_counter()
            connection.execute("SELECT count(*), sum(reward_score), sum(outcome_tokens) FROM sessions").fetchone()
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(url: str, folder: Path, *flags: str) -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    command = [sys.executable, "-m", "atlas", "report", "learning", "--database-url", url, "--limit", "0"]
    start = time.perf_counter()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "--output-dir", str(folder / "out"), *flags], stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit((folder / "log").read_text())
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> int:
    with tempfile.TemporaryDirectory() as name, EmbeddedServer(Path(name) / "home") as address:
        folder, url = Path(name), address.url("atlas")
        start = time.perf_counter()
        load(url)
        loaded = time.perf_counter() - start
        print(f"{SESSIONS:,} sessions of {KEYS} keys, {EVENTS:,} events: loaded in {loaded:.0f} s")
        floor = scan_s(url)
        print(f"floor, one sequential scan of the sessions: {floor:.2f} s")
        runs = [report(url, folder, "--summary-only") for _ in range(ROUNDS)]
        took, peak = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
        print(
            f"--summary-only: {took:.1f} s (target {MOST_S:.0f} s), {took / floor:.0f}x the floor, at most "
            f"{peak:.0f} MB (target {MOST_MB} MB)"
        )
        full, full_peak = report(url, folder, "--learning-key", "benchmark/0")
        lines = sum(path.read_bytes().count(b"\n") for path in (folder / "out").glob("*_sessions.jsonl"))
        print(
            f"full report of one key, {lines:,} lines with their events, plots, tests of entries: {full:.1f} s, "
            f"at most {full_peak:.0f} MB (target {MOST_MB} MB)"
        )
    return 0 if took <= MOST_S and peak <= MOST_MB and full_peak <= MOST_MB and lines == SESSIONS // KEYS else 1


if __name__ == "__main__":
    sys.exit(main())
