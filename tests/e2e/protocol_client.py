"""A client of the trainer protocol, written from its description alone, with nothing but the standard library.

    python protocol_client.py environment URL NAME GROUPS LOG     posts groups, logs the marks of acknowledged ones
    python protocol_client.py trainer URL LOG                     polls, logs the marks of each batch, one a line

The mark of a group is its first token. An environment registers again and again until it is let in; it sends with
gzip, and again when there is no answer. A trainer throws away what it could not read whole.
"""

from __future__ import annotations

import gzip
import http.client
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

GROUP_SIZE = 2
GROUPS_A_BATCH = 2
TOKENS = 400
PATIENCE_S = 60.0
TRAINER = {
    "wandb_group": "group",
    "wandb_project": "project",
    "batch_size": GROUP_SIZE * GROUPS_A_BATCH,
    "max_token_len": 2048,
    "checkpoint_dir": "checkpoints",
    "save_checkpoint_interval": 10,
    "starting_step": 0,
    "num_steps": 1000,
}


class Client:
    """Requests to one server, each tried until it is answered."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self._address, timeout=10)

    def ask(self, method: str, path: str, value: Any = None) -> Any:
        """The answer to one request, repeated while there is none or the server is busy."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                status, body = self._once(method, path, value)
                if status < 500:
                    assert status == 200, (status, body)
                    return json.loads(body)
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self._connection = http.client.HTTPConnection(self._address, timeout=10)
            assert time.monotonic() < deadline, f"no answer to {method} {path}"
            time.sleep(0.05)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _once(self, method: str, path: str, value: Any) -> tuple[int, bytes]:
        body = None if value is None else json.dumps(value).encode()
        headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
        if body is not None and len(body) >= 1024:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        return response.status, gzip.decompress(answer) if response.headers[
            "Content-Encoding"
        ] == "gzip" else answer


def group(mark: int, env_id: int | None, size: int = GROUP_SIZE) -> dict[str, Any]:
    """A group that can be told from every other one."""
    tokens = [[mark, *range(number, number + TOKENS)] for number in range(size)]
    return {
        "tokens": tokens,
        "masks": [[-100, *row[1:]] for row in tokens],
        "scores": [float(number) for number in range(size)],
        "overrides": None,
        "group_overrides": None,
        "env_id": env_id,
    }


def play_environment(url: str, name: str, groups: int, log: Path) -> None:
    """Register, then send, asking between groups how full the queue is."""
    client = Client(url)
    wanted = {"max_token_length": 2048, "desired_name": name, "weight": 1.0, "group_size": GROUP_SIZE}
    while (answer := client.ask("POST", "/register-env", wanted))["status"] != "success":
        time.sleep(0.05)
    env_id = answer["env_id"]
    with log.open("a") as acknowledged:
        for number in range(groups):
            while client.ask("GET", "/status-env", {"env_id": env_id})["queue_size"] > 40:
                time.sleep(0.05)
            mark = (env_id + 1) * 100_000 + number
            assert client.ask("POST", "/scored_data", group(mark, env_id))["status"] == "received"
            acknowledged.write(f"{mark}\n")
            acknowledged.flush()


def train(url: str, log: Path) -> None:
    """Poll for ever."""
    client = Client(url)
    client.ask("GET", "/info")
    client.ask("POST", "/register", TRAINER)
    with log.open("a") as received:
        while True:
            batch = client.ask("GET", "/batch")["batch"]
            if batch is None:
                time.sleep(0.05)
                continue
            received.write(" ".join(str(each["tokens"][0][0]) for each in batch) + "\n")
            received.flush()


if __name__ == "__main__":
    if sys.argv[1] == "trainer":
        train(sys.argv[2], Path(sys.argv[3]))
    else:
        play_environment(sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]))
