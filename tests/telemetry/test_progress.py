from __future__ import annotations

import io
from dataclasses import dataclass

from rich.console import Console

from atlas.core.events import Event
from atlas.core.session import SessionId
from atlas.telemetry.progress import Progress
from tests.reports.played import OUTAGE, session


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def console(terminal: bool) -> tuple[Console, io.StringIO]:
    screen = io.StringIO()
    return Console(file=screen, force_terminal=terminal, width=160, color_system=None), screen


def test_without_a_terminal_a_line_now_and_then_and_one_at_the_end() -> None:
    (out, screen), clock = console(terminal=False), Clock()
    with Progress(out, clock=clock, every_s=10.0) as progress:
        progress.start_arm("before", 6)
        for number in range(6):
            clock.now += 4.0
            progress.finished(session(f"t{number}", number != 2, simulated=True))
    assert screen.getvalue().splitlines() == [
        "before 3/6, success 66.7 % (2/3), cost $0.0060, ETA 0:12, SIMULATED",
        "before 6/6, success 83.3 % (5/6), cost $0.0120, ETA 0:00, SIMULATED",
    ]


def test_each_arm_is_counted_anew() -> None:
    (out, screen), clock = console(terminal=False), Clock()
    with Progress(out, clock=clock) as progress:
        for arm in ("before", "after"):
            progress.start_arm(arm, 1)
            progress.finished(session("t", arm == "after", arm))
    assert screen.getvalue().splitlines() == [
        "before 1/1, success 0.0 % (0/1), cost $0.0020, ETA 0:00",
        "after 1/1, success 100.0 % (1/1), cost $0.0020, ETA 0:00",
    ]


async def test_on_a_terminal_the_bar_shows_how_the_run_stands() -> None:
    (out, screen), clock = console(terminal=True), Clock()
    with Progress(out, clock=clock) as progress:
        progress.start_arm("before", 4)
        await progress.record(Event(SessionId("s"), "student.step", "student"))
        await progress.record(Event(SessionId("s"), "teacher.validation", "teacher"))
        clock.now = 2.0
        progress.finished(session("a", True, simulated=True))
        progress.finished(session("b", None, failure=OUTAGE))
    last = screen.getvalue().split("\n")[-2]
    assert "before" in last
    assert "2/4" in last
    assert "SIMULATED  success 100.0 % (1/1)  cost $0.0040  ETA 0:02  1 steps  1 infra failures" in last


async def test_before_the_first_arm_there_is_nothing_to_show() -> None:
    out, screen = console(terminal=False)
    with Progress(out) as progress:
        await progress.record(Event(SessionId("s"), "student.step", "student"))
        progress.finished(session("a", True))
    assert screen.getvalue() == ""
