"""Tracing: sessions and model calls as OpenTelemetry spans, after the semantic conventions for generative AI.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/. A span says who was asked, how long it took and
what it cost in tokens; never what was said. The library is an extra and imported only where an endpoint is set.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from atlas import __version__
from atlas.core.events import Event
from atlas.core.messages import ChatRequest, Completion, ModelRole
from atlas.core.protocols import ChatModel
from atlas.core.session import SessionId
from atlas.errors import ConfigError, ModelError

TIMEOUT_S = 5
QUIET = ("student.step", "teacher.step", "session.started", "session.finished")
"""Events that become no span event: the calls inside a step have spans of their own."""


class Spans(Protocol):
    """Where sessions and model calls are traced to, or nowhere."""

    async def record(self, event: Event) -> None:
        """Open, mark or end the span of the event's session."""

    def around(self, model: ChatModel, role: ModelRole) -> ChatModel:
        """`model` with a span for every call."""


class Untraced:
    """Implements `Spans` where no endpoint is set: nothing is traced and models stay as they are."""

    async def record(self, event: Event) -> None: ...

    def around(self, model: ChatModel, role: ModelRole) -> ChatModel:
        return model


class Tracing:
    """Records sessions as spans, and wraps models so that their calls are children of the session's span.

    A recorder: `session.started` opens the span of a session in the running task, `session.finished` ends it.
    """

    def __init__(self, tracer: Any) -> None:
        """`tracer` is an OpenTelemetry tracer."""
        self._tracer = tracer
        self._open: dict[SessionId, tuple[Any, object]] = {}

    async def record(self, event: Event) -> None:
        """Open, mark or end the span of the event's session."""
        from opentelemetry import context, trace

        if event.event_type == "session.started":
            attributes = {"gen_ai.conversation.id": event.session_id, "gen_ai.operation.name": "invoke_agent"}
            span = self._tracer.start_span("invoke_agent", attributes=attributes)
            # Set in the task that plays the session, so that its model calls find their parent.
            self._open[event.session_id] = (span, context.attach(trace.set_span_in_context(span)))
        span, token = self._open.get(event.session_id, (None, None))
        if span is None:
            return
        if event.event_type == "session.finished":
            del self._open[event.session_id]
            _conclude(span, event)
            span.end()
            context.detach(token)  # type: ignore[arg-type]
        elif event.event_type not in QUIET:
            span.add_event(event.event_type, {"atlas.actor": event.actor})

    def around(self, model: ChatModel, role: ModelRole) -> ChatModel:
        """`model` with a span for every call."""
        return _TracedModel(model, role, self._tracer)


@contextmanager
def tracing(endpoint: str | None) -> Iterator[Spans]:
    """Spans sent to an OTLP/HTTP endpoint (its base URL), or nowhere without one. Leaving sends what is left.

    Raises `ConfigError` when an endpoint is set and the library is not installed. An endpoint that does not answer
    costs the spans, never the run.
    """
    if endpoint is None:
        yield Untraced()
        return
    if importlib.util.find_spec("opentelemetry.exporter") is None:
        raise ConfigError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: pip install 'atlas[otel]', or "
            "unset it"
        )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "atlas", "service.version": __version__}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Tracing(provider.get_tracer("atlas", __version__))
    finally:
        provider.shutdown()


class _TracedModel:
    """Implements `ChatModel`."""

    def __init__(self, model: ChatModel, role: ModelRole, tracer: Any) -> None:
        self._model, self._role, self._tracer = model, role, tracer

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def simulated(self) -> bool:
        return self._model.simulated

    async def complete(self, request: ChatRequest) -> Completion:
        from opentelemetry.trace import SpanKind, Status, StatusCode

        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": self.name,
            "atlas.role": self._role,
            "atlas.simulated": self.simulated,
        }
        if request.temperature is not None:
            attributes["gen_ai.request.temperature"] = request.temperature
        with self._tracer.start_as_current_span(
            f"chat {self.name}", kind=SpanKind.CLIENT, attributes=attributes, record_exception=False
        ) as span:
            try:
                completion = await self._model.complete(request)
            except ModelError as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise
            span.set_attributes(_of(completion))
            return completion

    async def close(self) -> None:
        await self._model.close()


def _of(completion: Completion) -> dict[str, Any]:
    return {
        "gen_ai.response.model": completion.model,
        "gen_ai.response.finish_reasons": [completion.finish_reason],
        "gen_ai.usage.input_tokens": completion.usage.prompt_tokens,
        "gen_ai.usage.output_tokens": completion.usage.completion_tokens,
    }


def _conclude(span: Any, event: Event) -> None:
    """Whether the session succeeded, or what below us failed."""
    from opentelemetry.trace import Status, StatusCode

    failure = event.payload.get("failure")
    if failure:
        span.set_attribute("error.type", f"{failure['boundary']}/{failure['kind']}")
        span.set_status(Status(StatusCode.ERROR))
    elif event.payload.get("success") is not None:
        span.set_attribute("atlas.success", event.payload["success"])
