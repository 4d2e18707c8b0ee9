"""Impact evidence: what the sessions of one learning key say about an entry of its playbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.playbook import EntryId

Treatment: TypeAlias = Literal["shown", "withheld"]

MEASURES = (
    "fired",
    "fired_reward",
    "fired_checked",
    "fired_passed",
    "fired_tokens",
    "fired_sent_back",
    "idle",
    "idle_reward",
    "idle_checked",
    "idle_passed",
    "idle_tokens",
    "idle_sent_back",
    "cue_hits",
    "adoptions",
)
"""What is summed a task. An entry fired in a session that was shown it, and was idle in one whose brief did not
call for it. `checked` sessions had a required verdict; `sent_back` are attempts that the teacher refused;
`adoptions` are the successful ones of sessions in which it fired."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Sessions that called for the entry, drew for it at one rate, treated it alike and came out alike."""

    treatment: Treatment
    withhold_rate: float
    reward: float
    success: bool | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All sessions that read the entry in its present wording, summed.

    `outcomes` are those in which chance decided whether it was shown. `totals` has a number for each of `MEASURES`,
    over all sessions; `products[i][j]` is the sum over tasks of (total of measure i) x (total of measure j) of the
    task, from which the variance of any ratio clustered by task follows. `tasks` are all, `tasks_fired` and
    `tasks_passed` those in which it fired, and did so with success.
    """

    entry_id: EntryId
    outcomes: tuple[Outcomes, ...]
    tasks: int
    tasks_fired: int
    tasks_passed: int
    left_out: int
    failed_adoptions: int
    totals: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    def total(self, measure: str) -> float:
        """One of `totals` by its name."""
        return self.totals[MEASURES.index(measure)]
