"""Metrics: what the sessions of one arm amount to."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from atlas.core.messages import ModelRole, Usage
from atlas.core.session import Mode
from atlas.core.tasks import TaskId
from atlas.core.verdicts import DecidedBy
from atlas.reports.statistics.intervals import Interval, wilson_clustered


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % Wilson interval, widened where several outcomes belong to one task."""

    passed: int
    total: int
    interval: Interval

    @classmethod
    def of(cls, outcomes: Sequence[bool], tasks: Sequence[Hashable]) -> Rate:
        return cls(sum(outcomes), len(outcomes), wilson_clustered(outcomes, tasks))

    @property
    def value(self) -> float | None:
        """The share in [0, 1]; None when there is nothing to share."""
        return self.passed / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class PassK:
    """pass^k with its interval over tasks; `tasks` counts those with at least k scored trials."""

    k: int
    value: float
    interval: Interval
    tasks: int


@dataclass(frozen=True, slots=True)
class CheckMetrics:
    """How one verifier judged the scored sessions, as a whole and turn by turn where it says so."""

    verifier: str
    versions: tuple[str, ...]
    required: bool
    decided_by: DecidedBy
    sessions: Rate
    turns: Rate
    mean_score: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Count, mean and range of a number; the last three are None when nothing has it."""

    count: int
    mean: float | None
    least: float | None
    most: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        if not values:
            return cls(0, None, None, None)
        return cls(len(values), math.fsum(values) / len(values), min(values), max(values))

    @classmethod
    def over(cls, spreads: Sequence[Spread]) -> Spread:
        """The spread of all the values behind several."""
        count = sum(spread.count for spread in spreads)
        total = math.fsum(spread.mean * spread.count for spread in spreads if spread.mean is not None)
        least = [spread.least for spread in spreads if spread.least is not None]
        most = [spread.most for spread in spreads if spread.most is not None]
        return cls(count, total / count, min(least), max(most)) if count else cls.of(())


@dataclass(frozen=True, slots=True)
class RoleUsage:
    """Tokens and money of one role: `spent` by all sessions, `scored` by the scored ones alone."""

    role: ModelRole
    spent: Usage
    scored: Usage
    conversations: int

    @property
    def tokens_per_conversation(self) -> float | None:
        """Mean over the scored sessions."""
        return self.scored.total_tokens / self.conversations if self.conversations else None

    @property
    def cost_per_conversation_usd(self) -> float | None:
        """Mean over the scored sessions; None when a price is unknown."""
        if not self.conversations or self.scored.cost_usd is None:
            return None
        return self.scored.cost_usd / self.conversations


@dataclass(frozen=True, slots=True)
class LearningTotals:
    """How often cues matched and their actions were taken, over the scored sessions."""

    cue_hits: int = 0
    action_adoptions: int = 0
    failed_adoptions: int = 0
    sessions_with_cues: int = 0


@dataclass(frozen=True, slots=True)
class FailedSession:
    """A session lost to something below us: no score, counted apart."""

    session_id: str
    task_id: TaskId
    boundary: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class ArmMetrics:
    """One arm of a run. Every rate and mean is over the scored sessions; failures are counted apart.

    `unscored` counts sessions without failure and without verdict. `first_failed_turns` maps a turn to how many
    sessions failed there first. `modes` counts the scored sessions.
    """

    arm: str
    simulated: bool
    sessions: int
    tasks: int
    success: Rate
    pass_k: tuple[PassK, ...]
    unscored: int
    failed: tuple[FailedSession, ...]
    checks: tuple[CheckMetrics, ...]
    turns: Rate
    first_failed_turns: dict[int, int]
    reward: Spread
    usage: tuple[RoleUsage, ...]
    modes: dict[Mode, int]
    learning: LearningTotals

    @property
    def spent(self) -> Usage:
        """Everything this arm cost, failed sessions included."""
        return sum((role.spent for role in self.usage), Usage())

    @property
    def tokens_per_conversation(self) -> float | None:
        """Mean over the scored sessions, all roles."""
        return self._per_conversation(sum(role.scored.total_tokens for role in self.usage))

    @property
    def cost_per_conversation_usd(self) -> float | None:
        """Mean over the scored sessions, all roles; None when a price is unknown."""
        return self._per_conversation(sum((role.scored for role in self.usage), Usage()).cost_usd)

    def _per_conversation(self, total: float | None) -> float | None:
        return None if total is None or not self.success.total else total / self.success.total

    @property
    def cost_per_success_usd(self) -> float | None:
        """All the money spent over the successes; None without a success or with an unknown price."""
        cost = self.spent.cost_usd
        return None if cost is None or not self.success.passed else cost / self.success.passed

    @property
    def tokens_per_success(self) -> float | None:
        """All the tokens spent over the successes; None without a success."""
        return self.spent.total_tokens / self.success.passed if self.success.passed else None
