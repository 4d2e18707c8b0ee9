"""`atlas rollout api` as its clients meet it: over HTTP, with servers, trainers, environments that are killed."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Atlas
from tests.e2e.protocol_client import TRAINER, Client, group
from tests.storage.servers import eventually

CLIENT = Path(__file__).with_name("protocol_client.py")
GROUPS = 60


class Api:
    """A server as a process, started again at the same address."""

    def __init__(self, atlas: Atlas, queue: str, *options: str, **variables: str) -> None:
        self._atlas, self._variables = atlas, variables
        self.queue, self.options = queue, options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._client = Client(self.url)
        self.ask = self._client.ask

    def start(self) -> None:
        """Start, and wait until it takes requests."""
        options = ("rollout", "api", "--port", str(self.port), "--queue", self.queue, *self.options)
        self._process = self._atlas.start(*options, **self._variables)
        assert self._process.stdout is not None
        self.said = []
        while not self.said or not self.said[-1].startswith("trajectory API at"):
            line = self._process.stdout.readline()
            assert line, f"the server ended: {self.said}"
            self.said.append(line)

    def end(self, number: signal.Signals = signal.SIGKILL) -> str:
        """End it, and give what it still said."""
        assert self._process is not None
        self._client.close()
        self._process.send_signal(number)
        rest, _ = self._process.communicate(timeout=20)
        return rest

    @property
    def returncode(self) -> int | None:
        assert self._process is not None
        return self._process.returncode


@pytest.fixture
def new_api(atlas: Atlas, request: pytest.FixtureRequest) -> Iterator[Callable[..., Api]]:
    """Makes a server with a queue of its own; it is killed when the test ends."""
    made: list[Api] = []

    def make(*options: str, **variables: str) -> Api:
        api = Api(atlas, f"{request.node.name}-{len(made)}", *options, **variables)
        made.append(api)
        api.start()
        return api

    yield make
    for api in made:
        api.end()


@contextmanager
def clients(count: int, folder: Path, *arguments: str, url: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Clients in processes of their own, each with a log in `folder`."""
    words = [str(CLIENT), arguments[0], url, *arguments[1:]]
    started = [
        subprocess.Popen([sys.executable, *words, str(folder / f"{arguments[0]}-{number}")])
        for number in range(count)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def marks(folder: Path, kind: str) -> list[int]:
    return [int(mark) for path in sorted(folder.glob(f"{kind}-*")) for mark in path.read_text().split()]


def is_quiet(api: Api) -> bool:
    status = api.ask("GET", "/status")
    return bool(status["batches_under_way"] == status["batches_to_repeat"] == 0)


def received_at_least(folder: Path, count: int) -> bool:
    return len(marks(folder, "trainer")) >= count


def test_every_group_arrives_once_whoever_is_killed(new_api: Callable[..., Api], tmp_path: Path) -> None:
    """Two trainers, four environments; one environment is killed in the middle, and the server twice."""
    api = new_api()
    environments = ("environment", "maths", str(GROUPS))
    with clients(2, tmp_path, "trainer", url=api.url) as trainers:
        with clients(4, tmp_path, *environments, url=api.url) as players:
            for share in (0.2, 0.5):
                enough = partial(received_at_least, tmp_path, int(share * 4 * GROUPS))
                assert eventually(enough, within_s=60)
                api.end()
                api.start()
                players[0].kill()
            assert [player.wait(60) for player in players[1:]] == [0, 0, 0]
        acknowledged = Counter(marks(tmp_path, "environment"))
        # The killed environment may have sent one that it did not see acknowledged; a batch is of two.
        if api.ask("GET", "/status")["queue_size"] % 2:
            api.ask("POST", "/scored_data", group(1, None))
        assert eventually(lambda: api.ask("GET", "/status")["queue_size"] == 0, within_s=30)
        assert eventually(lambda: is_quiet(api), within_s=30)
        assert all(trainer.poll() is None for trainer in trainers)
        time.sleep(0.2)
    received = Counter(marks(tmp_path, "trainer"))
    assert received.most_common(1)[0][1] == 1
    assert acknowledged.keys() - received.keys() == set()
    assert len(received.keys() - acknowledged.keys() - {1}) <= 1
    assert len(acknowledged) >= 3 * GROUPS
    for log in tmp_path.glob("trainer-*"):
        assert all(len(line.split()) == 2 for line in log.read_text().splitlines()), "whole batches only"


def test_batches_leave_in_the_order_of_arrival_across_a_kill_and_fresh_drops_the_rest(
    new_api: Callable[..., Api],
) -> None:
    api = new_api()
    api.ask("POST", "/register", TRAINER)
    for mark in range(1, 9):
        api.ask("POST", "/scored_data", group(mark, None))
    order = [each["tokens"][0][0] for each in api.ask("GET", "/batch")["batch"]]
    api.end()
    api.start()
    assert "resumed: 6 groups wait" in api.said[0]
    while batch := api.ask("GET", "/batch")["batch"]:
        order += [each["tokens"][0][0] for each in batch]
    assert order == list(range(1, 9))
    assert api.ask("GET", "/status")["current_step"] == 4
    api.ask("POST", "/scored_data", group(9, None))
    api.end()
    api.options = ("--fresh",)
    api.start()
    assert api.ask("GET", "/status")["queue_size"] == 0
    assert api.ask("GET", "/info")["batch_size"] == -1


def raw_batch(api: Api, read: int, **headers: str) -> bytes:
    """What a trainer reads that ends its connection after so many bytes; all of it for -1."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join(["GET /batch HTTP/1.1", "Host: x", *lines, "", ""]).encode())
        got = b""
        while read < 0 or len(got) < read:
            chunk = connection.recv(65536 if read < 0 else read - len(got))
            if not chunk:
                break
            got += chunk
            if read < 0 and got.endswith(b"]}"):
                break
        return got


@pytest.mark.parametrize("size", [1, 400], ids=["fits the buffers of the kernel", "does not"])
def test_a_batch_that_was_not_read_whole_is_handed_out_again(new_api: Callable[..., Api], size: int) -> None:
    api = new_api()
    api.ask("POST", "/register", TRAINER | {"batch_size": 2 * size})
    first, second = group(1, None, 2 * size), group(2, None, 2 * size)
    assert api.ask("POST", "/scored_data", first)["status"] == "received"
    assert api.ask("POST", "/scored_data", second)["status"] == "received"
    for read in (100, 400):
        assert b"200 OK" in raw_batch(api, read)
        assert eventually(lambda: api.ask("GET", "/status")["batches_to_repeat"] == 1)
    batch = api.ask("GET", "/batch")["batch"]
    assert [each["tokens"] for each in batch] == [first["tokens"]]
    assert raw_batch(api, -1).count(b'"tokens":[[2,') == 1
    assert eventually(lambda: is_quiet(api))
    time.sleep(0.2)
    assert api.ask("GET", "/batch") == {"batch": None}


def test_an_equal_group_after_an_answer_is_another_one_though_the_server_is_killed_between(
    new_api: Callable[..., Api],
) -> None:
    api = new_api()
    for count in (1, 2):
        assert api.ask("POST", "/scored_data", group(1, None)) == {"status": "received"}
        api.end()
        api.start()
        assert api.ask("GET", "/status")["queue_size"] == count


def test_a_server_killed_in_the_middle_of_a_batch_hands_it_out_again(new_api: Callable[..., Api]) -> None:
    api = new_api()
    api.ask("POST", "/register", TRAINER | {"batch_size": 1000})
    sent = group(1, None, 1000)
    api.ask("POST", "/scored_data", sent)
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
        connection.sendall(b"GET /batch HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000)
        api.end()
    api.start()
    assert api.ask("GET", "/batch")["batch"][0]["tokens"] == sent["tokens"]
    assert api.ask("GET", "/batch") == {"batch": None}


def test_one_server_a_queue_and_one_an_address(new_api: Callable[..., Api], atlas: Atlas) -> None:
    api = new_api()
    said = atlas("rollout", "api", "--port", "0", "--queue", api.queue)
    assert said.returncode == 1
    assert f"another server has the queue {api.queue}" in said.stderr
    assert "choose another --host or --port" in atlas.refused("rollout", "api", "--port", str(api.port))


def test_a_token_guards_every_endpoint_and_ctrl_c_ends_it(new_api: Callable[..., Api]) -> None:
    api = new_api(ATLAS_ROLLOUT_TOKEN="s3cret")

    def status(**headers: str) -> Any:
        return raw_batch(api, 12, **headers).decode()

    assert status() == status(Authorization="Bearer wrong") == "HTTP/1.1 401"
    assert status(Authorization="Bearer s3cret") == "HTTP/1.1 200"
    # http://atlas:s3cret@host, which HTTP libraries turn into this.
    assert status(Authorization="Basic YXRsYXM6czNjcmV0") == "HTTP/1.1 200"
    ending = api.end(signal.SIGINT)
    assert "s3cret" not in "".join(api.said) + ending
    assert "what waits is kept" in ending
    assert api.returncode == 130
