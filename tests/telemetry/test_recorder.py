from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from atlas.core.events import Event
from atlas.core.session import SessionId
from atlas.errors import StorageError
from atlas.telemetry.recorder import FanOut

EVENT = Event(SessionId("s"), "student.step", "student", {"turn": 1})


@dataclass
class Sink:
    name: str
    seen: list[tuple[str, Event]] = field(default_factory=list)

    async def record(self, event: Event) -> None:
        self.seen.append((self.name, event))


class Broken:
    async def record(self, event: Event) -> None:
        raise StorageError("the disk is full")


async def test_every_sink_gets_every_event_in_order() -> None:
    seen: list[tuple[str, Event]] = []
    await FanOut(Sink("store", seen), Sink("screen", seen)).record(EVENT)
    assert seen == [("store", EVENT), ("screen", EVENT)]


async def test_a_sink_that_fails_is_not_hidden() -> None:
    screen = Sink("screen")
    with pytest.raises(StorageError, match="the disk is full"):
        await FanOut(Broken(), screen).record(EVENT)
    assert screen.seen == []


async def test_no_sinks() -> None:
    await FanOut().record(EVENT)
