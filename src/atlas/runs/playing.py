"""Playing an arm: sessions as they finish, shown on the screen and held against the budget."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.errors import BudgetExceeded, RunFailed
from atlas.telemetry.progress import Progress


class Player:
    """Collects the sessions of a run, arm after arm."""

    def __init__(self, progress: Progress, budget_usd: float | None = None) -> None:
        """`budget_usd` limits what all sessions of the run may cost together, earlier ones included."""
        self.sessions: list[Session] = []
        self._progress, self._budget_usd = progress, budget_usd
        self._spent = Usage()

    async def arm(self, name: str, total: int, sessions: AsyncIterator[Session]) -> None:
        """Play one arm to its end. Raises `BudgetExceeded` once the budget is spent; what is finished is stored."""
        self._progress.start_arm(name, total)
        async for session in sessions:
            self.sessions.append(session)
            self._progress.finished(session)
            self._spent += session.spent
            self._hold_budget(total)

    def require_one_played(self) -> None:
        """Raise `RunFailed` with the first reason when no session at all got through."""
        failures = [session.failure for session in self.sessions if session.failure is not None]
        if failures and len(failures) == len(self.sessions):
            raise RunFailed(
                f"all {len(failures)} sessions failed, the first one because the {failures[0].message}; "
                "once that is mended, the same command plays them again"
            )

    def _hold_budget(self, total: int) -> None:
        if self._budget_usd is None or len(self.sessions) == total:
            return
        if self._spent.cost_usd is None:
            raise BudgetExceeded("a model of this run has no known price, so --budget-usd cannot be held; set "
                                 "price_per_million in its llm block, or leave the budget out")  # fmt: skip
        if self._spent.cost_usd >= self._budget_usd:
            raise BudgetExceeded(
                f"the budget of ${self._budget_usd:.2f} is spent after {len(self.sessions)} of {total} sessions; "
                "what is finished is stored, and the same command with a larger --budget-usd goes on from there"
            )
