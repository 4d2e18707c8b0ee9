"""A fan-out recorder: one stream of events to several sinks."""

from __future__ import annotations

from atlas.core.events import Event
from atlas.core.protocols import Recorder


class FanOut:
    """Hands every event to every sink, in the order of the sinks: put the durable one first."""

    def __init__(self, *sinks: Recorder) -> None:
        self._sinks = sinks

    async def record(self, event: Event) -> None:
        """Record with each sink. The first that raises stops the event, and the caller learns of it."""
        for sink in self._sinks:
            await sink.record(event)
