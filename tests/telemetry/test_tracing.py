"""Spans: one a session, one a model call inside it, and nothing of what was said."""

from __future__ import annotations

import importlib.util
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from atlas.core.events import Event
from atlas.core.messages import ChatRequest, Message
from atlas.core.session import SessionId
from atlas.errors import ConfigError, ModelError
from atlas.telemetry.tracing import Tracing, tracing
from tests.worlds import ScriptedModel, failing, saying

ID = SessionId("run/arm/task/0")
REQUEST = ChatRequest((Message("user", "the secret request"),), temperature=0.5)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Tracing:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Tracing(provider.get_tracer("test"))


async def test_a_call_is_a_child_of_its_session(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    model = spans.around(ScriptedModel(lambda request: saying("the secret reply")), "teacher")
    await spans.record(Event(ID, "session.started", "runtime"))
    await spans.record(Event(ID, "session.escalated", "runtime", {"cause": "the secret cause"}))
    await model.complete(REQUEST)
    await spans.record(Event(ID, "session.finished", "runtime", {"success": True, "failure": None}))
    call, session = exporter.get_finished_spans()
    assert call.parent is not None
    assert call.parent.span_id == session.context.span_id
    assert session.attributes is not None
    assert call.attributes is not None
    assert session.attributes["gen_ai.conversation.id"] == ID
    assert session.attributes["atlas.success"] is True
    assert [event.name for event in session.events] == ["session.escalated"]
    assert call.name == f"chat {model.name}"
    assert call.attributes["gen_ai.operation.name"] == "chat"
    assert call.attributes["atlas.role"] == "teacher"
    assert call.attributes["gen_ai.request.temperature"] == 0.5
    assert isinstance(call.attributes["gen_ai.usage.input_tokens"], int)
    assert "secret" not in call.to_json() + session.to_json()


async def test_after_a_session_there_is_no_parent(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    await spans.record(Event(ID, "session.started", "runtime"))
    await spans.record(Event(ID, "session.finished", "runtime", {"success": None, "failure": None}))
    await spans.around(ScriptedModel(lambda request: saying("x")), "judge").complete(REQUEST)
    assert exporter.get_finished_spans()[-1].parent is None


async def test_failures_are_marked(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    await spans.record(Event(ID, "session.started", "runtime"))
    with pytest.raises(ModelError):
        await spans.around(ScriptedModel(failing()), "student").complete(REQUEST)
    failure = {"boundary": "model", "kind": "ModelTimeout", "message": "the secret message"}
    await spans.record(Event(ID, "session.finished", "runtime", {"success": None, "failure": failure}))
    call, session = exporter.get_finished_spans()
    assert not call.status.is_ok
    assert not session.status.is_ok
    assert session.attributes is not None
    assert session.attributes["error.type"] == "model/ModelTimeout"
    assert "secret" not in call.to_json() + session.to_json()


async def test_events_of_unknown_sessions_are_nothing(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    await spans.record(Event(ID, "session.escalated", "runtime"))
    await spans.record(Event(ID, "session.finished", "runtime"))
    assert exporter.get_finished_spans() == ()


async def test_without_an_endpoint_nothing_is_traced() -> None:
    model = ScriptedModel(lambda request: saying("x"))
    with tracing(None) as off:
        await off.record(Event(ID, "session.started", "runtime"))
        assert off.around(model, "student") is model


def test_an_endpoint_needs_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'atlas\[otel\]'"), tracing("http://127.0.0.1:1"):
        pass


async def test_spans_reach_the_endpoint() -> None:
    paths: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            paths.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with tracing(f"http://127.0.0.1:{server.server_port}/") as on:
            await on.record(Event(ID, "session.started", "runtime"))
            await on.record(Event(ID, "session.finished", "runtime", {"success": True}))
        server.shutdown()
        thread.join()
    assert paths == ["/v1/traces"]
