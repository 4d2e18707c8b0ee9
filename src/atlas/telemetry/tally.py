"""A tally: how one arm of a run stands so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from atlas.core.messages import Usage
from atlas.core.session import Session


@dataclass(slots=True)
class Tally:
    """Counts of an arm's sessions. `total` is how many it will have, None where nobody knows.

    `started_s` is the clock at its start.
    """

    arm: str
    total: int | None
    started_s: float
    done: int = 0
    passed: int = 0
    failed: int = 0
    steps: int = 0
    simulated: bool = False
    spent: Usage = field(default_factory=Usage)

    def add(self, session: Session) -> None:
        """Count a finished session."""
        self.done += 1
        self.passed += session.success is True
        self.failed += session.failure is not None
        self.simulated = self.simulated or session.simulated
        self.spent += session.spent

    @property
    def complete(self) -> bool:
        return self.total is not None and self.done >= self.total

    def success(self) -> str:
        """The success rate so far, over the sessions that have a score."""
        scored = self.done - self.failed
        return f"success {100 * self.passed / scored:.1f} % ({self.passed}/{scored})" if scored else "success -"

    def cost(self) -> str:
        """The money spent so far."""
        return "cost unknown" if self.spent.cost_usd is None else f"cost ${self.spent.cost_usd:.4f}"

    def eta(self, now_s: float) -> str:
        """The time left at the pace so far, as m:ss."""
        if not self.done or self.total is None:
            return "ETA -"
        left = math.ceil((now_s - self.started_s) / self.done * max(0, self.total - self.done))
        return f"ETA {left // 60}:{left % 60:02d}"

    def line(self, now_s: float) -> str:
        """All of it on one line of text."""
        done = str(self.done) if self.total is None else f"{self.done}/{self.total}"
        parts = [f"{self.arm} {done}", self.success(), self.cost(), self.eta(now_s)]
        if self.failed:
            parts.append(f"{self.failed} infra failures")
        if self.simulated:
            parts.append("SIMULATED")
        return ", ".join(parts)
