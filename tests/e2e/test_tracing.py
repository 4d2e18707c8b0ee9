"""Traces: off unless an endpoint is set, and never worth a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas

EVAL = ("crm", "eval", "--backend", "mock", "--agent", "offline", "--sample", "2", "--dataset")


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """The base URL of an OTLP endpoint, and the bodies that it got."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def test_sessions_and_calls_are_traced(
    atlas: Atlas, dataset: Callable[..., Path], collector: tuple[str, list[bytes]]
) -> None:
    url, bodies = collector
    done = atlas(*EVAL, dataset(), OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert done.returncode == 0, done.stderr
    sent = b"".join(bodies)
    for text in (b"invoke_agent", b"chat offline/student", b"gen_ai.usage.input_tokens", b"service.name"):
        assert text in sent


def test_an_endpoint_that_is_away_costs_the_spans_only(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    done = atlas(*EVAL, dataset(), OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "success" in done.stdout
