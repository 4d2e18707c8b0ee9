"""The budget of a rollout run."""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.core.messages import Usage
from atlas.errors import BudgetExceeded


@dataclass(slots=True)
class Budget:
    """What a run may cost, and what it has cost so far, earlier processes of it included."""

    limit_usd: float | None
    spent: Usage = field(default_factory=Usage)

    @property
    def left(self) -> bool:
        if self.limit_usd is None:
            return True
        return self.spent.cost_usd is not None and self.spent.cost_usd < self.limit_usd

    @property
    def cost(self) -> str:
        """The money spent, for the screen."""
        return "unknown" if self.spent.cost_usd is None else f"${self.spent.cost_usd:.4f}"

    def stopped(self, done: int, what: str) -> BudgetExceeded:
        """What is said of a run that the budget ended after `done` groups or trajectories."""
        if self.spent.cost_usd is None:
            return BudgetExceeded(
                "a model has no known price, so --budget-usd cannot be held; give price_per_million.prompt and "
                ".completion of block openai (and of judge, where one is asked), or leave the budget out"
            )
        return BudgetExceeded(
            f"the budget of ${self.limit_usd:.2f} is spent after {done} {what} ({self.cost}); they are kept, and "
            "the same command with a larger --budget-usd and --resume goes on from there"
        )
