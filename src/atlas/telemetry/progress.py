"""Progress: a run on the screen, live on a terminal and as a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from atlas.core.events import Event
from atlas.core.session import Session
from atlas.telemetry.tally import Tally


class Progress:
    """Shows each arm's sessions done, success rate, cost and time left; as a recorder it counts model steps.

    Used as a context. `clock` is monotonic, in seconds; without a terminal a line is printed at most every
    `every_s` seconds, and one when an arm is complete.
    """

    def __init__(
        self, console: Console, *, clock: Callable[[], float] = time.monotonic, every_s: float = 10.0
    ) -> None:
        self._console, self._clock, self._every_s = console, clock, every_s
        self._tally: Tally | None = None
        self._said_s = 0.0
        self._bar: TaskID | None = None
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[state]}"),
            console=console,
            get_time=clock,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start_arm(self, arm: str, total: int | None) -> None:
        """From now on sessions belong to `arm`, which will have `total` of them (None: nobody knows)."""
        self._tally = Tally(arm, total, self._clock())
        self._said_s = self._clock()
        self._bar = self._bars.add_task(arm, total=total, state="")

    def finished(self, session: Session) -> None:
        """Count a finished session and show how the arm stands."""
        if self._tally is not None:
            self._tally.add(session)
            self._show(self._tally)

    async def record(self, event: Event) -> None:
        """Count model steps, so that a long session is seen to move."""
        if self._tally is not None and event.event_type.endswith(".step"):
            self._tally.steps += 1
            self._show_bar(self._tally)

    def _show(self, tally: Tally) -> None:
        self._show_bar(tally)
        now = self._clock()
        if not self._console.is_terminal and (tally.complete or now - self._said_s >= self._every_s):
            self._console.print(tally.line(now), highlight=False, markup=False, soft_wrap=True)
            self._said_s = now

    def _show_bar(self, tally: Tally) -> None:
        if self._bar is None:
            return
        # What must not be overlooked comes first: a narrow terminal cuts the end.
        parts = ["[yellow]SIMULATED[/yellow]"] if tally.simulated else []
        parts += [tally.success(), tally.cost(), tally.eta(self._clock()), f"{tally.steps} steps"]
        if tally.failed:
            parts.append(f"[red]{tally.failed} infra failures[/red]")
        self._bars.update(self._bar, completed=tally.done, state="  ".join(parts))
