"""Playing an arm: sessions as they finish, shown on the screen and held against the budget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.errors import BudgetExceeded, RunFailed
from atlas.loop import Play
from atlas.telemetry.progress import Progress


class Player:
    """Collects the sessions of a run, arm after arm."""

    def __init__(self, progress: Progress, budget_usd: float | None = None) -> None:
        """`budget_usd` limits what all sessions of the run may cost together, earlier ones included."""
        self.sessions: list[Session] = []
        self._progress, self._budget_usd = progress, budget_usd
        self._spent = Usage()

    def affordable(self, plays: Iterable[Play]) -> Iterator[Play]:
        """The plays, until the budget is spent: those begun by then are finished, so that their cost is known."""
        for play in plays:
            if not self._may_spend:
                return
            yield play

    async def arm(self, name: str, total: int, sessions: AsyncIterator[Session]) -> None:
        """Play one arm to its end. Raises `BudgetExceeded` when the budget ended it before `total` sessions."""
        self._progress.start_arm(name, total)
        before = len(self.sessions)
        async for session in sessions:
            self._spent += session.spent
            self.sessions.append(session)
            self._progress.finished(session)
        if (played := len(self.sessions) - before) < total:
            raise self._stopped(played, total)

    def tried(self, session: Session) -> None:
        """Count what a session of a trial cost; it is none of the run's own."""
        self._spent += session.spent

    def require_one_played(self) -> None:
        """Raise `RunFailed` with the first reason when no session at all got through."""
        failures = [session.failure for session in self.sessions if session.failure is not None]
        if failures and len(failures) == len(self.sessions):
            raise RunFailed(
                f"all {len(failures)} sessions failed, the first one because the {failures[0].message}; "
                "once that is mended, the same command plays them again"
            )

    @property
    def _may_spend(self) -> bool:
        if self._budget_usd is None:
            return True
        return self._spent.cost_usd is not None and self._spent.cost_usd < self._budget_usd

    def _stopped(self, played: int, total: int) -> BudgetExceeded:
        if self._spent.cost_usd is None:
            return BudgetExceeded(
                "a model of this run has no known price, so --budget-usd cannot be held; set price_per_million in "
                "its llm block, or leave the budget out"
            )
        return BudgetExceeded(
            f"the budget of ${self._budget_usd:.2f} is spent after {played} of {total} sessions "
            f"(${self._spent.cost_usd:.4f}); what is finished is stored, and the same command with a larger "
            "--budget-usd goes on from there"
        )
