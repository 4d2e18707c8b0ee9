"""How many groups a second the trajectory API takes in and hands out, against bare routes of the same framework.

    python benchmarks/trajectory_api.py

Groups of 8 sequences of 2,000 tokens: tokens, masks and scores. In: every group is checked, written in its one form
and committed to PostgreSQL, synced, before the answer; the floor is a route of FastAPI that parses the same body
and drops it. Out: whole batches, each formed, sent and marked delivered in PostgreSQL; the floor is a route that
returns the same bytes from memory. Each server and each client is a process of its own. Rounds take turns.

Target: at least 0.5x in, with 1 and with 4 clients. Out has no target.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path

from rich.console import Console
from rich.table import Table

from atlas.storage.embedded import EmbeddedServer, ServerAddress

SEQUENCES, TOKENS = 8, 2_000
GROUPS = 120
BATCH_GROUPS = 8
ROUNDS = 7
CLIENTS = (1, 4)
TARGET = 0.5
HOST = "127.0.0.1"
JSON_HEADERS = {"Content-Type": "application/json"}

FLOOR = """
import sys
import uvicorn
from fastapi import Body, FastAPI, Response
app = FastAPI()
kept = open(sys.argv[2], "rb").read()

@app.post("/scored_data")
async def drop(group: dict = Body()) -> dict:
    return {"status": "received"}

@app.get("/batch")
async def give() -> Response:
    return Response(kept, media_type="application/json")

uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def make_group() -> bytes:
    """A group as an environment sends it."""
    rng = random.Random(42)
    tokens = [[rng.randrange(128_000) for _ in range(TOKENS)] for _ in range(SEQUENCES)]
    masks = [[-100] * (TOKENS // 4) + row[TOKENS // 4 :] for row in tokens]
    return json.dumps({"tokens": tokens, "masks": masks, "scores": [rng.random() for _ in tokens]}).encode()


def ask(port: int, method: str, path: str, body: bytes | None = None) -> bytes:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request(method, path, body, JSON_HEADERS)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def post(work: tuple[int, bytes, int]) -> None:
    """Post the same group several times on one connection."""
    port, body, count = work
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    for _ in range(count):
        connection.request("POST", "/scored_data", body, JSON_HEADERS)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
    connection.close()


def groups_per_s(pool: Pool, port: int, body: bytes, clients: int) -> float:
    """Groups that so many clients post in a second."""
    work = [(port, body, GROUPS // clients)] * clients
    pool.map(post, work, chunksize=1) if clients > 1 else None
    start = time.perf_counter()
    pool.map(post, work, chunksize=1)
    return GROUPS / (time.perf_counter() - start)


def batches_per_s(port: int, count: int) -> float:
    """Batches that one client is given in a second."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    start = time.perf_counter()
    for _ in range(count):
        connection.request("GET", "/batch")
        answer = connection.getresponse().read()
        assert len(answer) > 1_000_000, answer[:100]
    seconds = time.perf_counter() - start
    connection.close()
    return count / seconds


def register(port: int) -> None:
    """Empty the queue and be its trainer."""
    ask(port, "GET", "/reset_data")
    trainer = {
        "wandb_group": "bench",
        "wandb_project": "bench",
        "batch_size": BATCH_GROUPS * SEQUENCES,
        "max_token_len": TOKENS,
        "checkpoint_dir": "",
        "save_checkpoint_interval": 1,
        "starting_step": 0,
        "num_steps": 1,
    }
    ask(port, "POST", "/register", json.dumps(trainer).encode())


@contextmanager
def server(command: list[str], port: int, environ: dict[str, str]) -> Iterator[int]:
    """A server that answers at `port`."""
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                try:
                    ask(port, "GET", "/")
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            process.terminate()


@contextmanager
def database(home: Path) -> Iterator[ServerAddress]:
    """A PostgreSQL with its ordinary settings, gone when the block ends."""
    embedded = EmbeddedServer(home)
    try:
        yield embedded.start()
    finally:
        embedded.stop()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians over the rounds, the ratio within its round."""

    what: str
    per_s: float
    mb_per_s: float
    floor_per_s: float
    ratio: float
    target: float | None

    @property
    def ok(self) -> bool:
        return self.target is None or self.ratio >= self.target


def compared(
    what: str, mb: float, ours: Callable[[], float], floor: Callable[[], float], target: float | None
) -> Row:
    """Both in turn, several times."""
    pairs = [(ours(), floor()) for _ in range(ROUNDS)]
    per_s, floor_per_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / bare for mine, bare in pairs)
    return Row(what, per_s, per_s * mb, floor_per_s, ratio, target)


def measure(ours: int, floor: int, body: bytes, batch_mb: float) -> list[Row]:
    """Every row of the table."""
    rows = []
    with multiprocessing.get_context("fork").Pool(max(CLIENTS)) as pool:
        for clients in CLIENTS:

            def taken(clients: int = clients) -> float:
                register(ours)
                return groups_per_s(pool, ours, body, clients)

            def dropped(clients: int = clients) -> float:
                return groups_per_s(pool, floor, body, clients)

            what = f"in, {clients} client{'s' * (clients > 1)}"
            rows.append(compared(what, len(body) / 1e6, taken, dropped, TARGET))

    batches = GROUPS // BATCH_GROUPS

    def handed_out() -> float:
        register(ours)
        post((ours, body, GROUPS))
        return batches_per_s(ours, batches)

    rows.append(compared("out (batches)", batch_mb, handed_out, lambda: batches_per_s(floor, batches), None))
    return rows


def show(rows: list[Row]) -> None:
    table = Table("", "a second", "MB/s", "floor, a second", "of the floor", "", box=None)
    for row in rows:
        verdict = "no target" if row.target is None else f"target {row.target}: " + ("ok" if row.ok else "MISSED")
        figures = (f"{row.per_s:.0f}", f"{row.mb_per_s:.0f}", f"{row.floor_per_s:.0f}", f"{row.ratio:.2f}")
        table.add_row(row.what, *figures, verdict)
    Console().print(table)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def main() -> int:
    body = make_group()
    with tempfile.TemporaryDirectory() as home, database(Path(home)) as address:
        environ = {**os.environ, "STORAGE__DATABASE_URL": address.url("atlas")}
        group = json.dumps({**json.loads(body), "env_id": None}, separators=(",", ":")).encode()
        kept = b'{"batch":[' + b",".join([group] * BATCH_GROUPS) + b"]}"
        (Path(home) / "batch").write_bytes(kept)
        ours, floor = free_port(), free_port()
        command = [sys.executable, "-m", "atlas", "rollout", "api", "--port", str(ours)]
        floor_command = [sys.executable, "-c", FLOOR, str(floor), str(Path(home) / "batch")]
        with server(command, ours, environ), server(floor_command, floor, environ):
            print(
                f"groups of {SEQUENCES} x {TOKENS} tokens, {len(body) / 1000:.0f} kB; batches of {BATCH_GROUPS}, "
                f"{len(kept) / 1e6:.2f} MB; {GROUPS} groups a round, {ROUNDS} rounds"
            )
            rows = measure(ours, floor, body, len(kept) / 1e6)
    show(rows)
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
