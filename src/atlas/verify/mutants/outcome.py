"""The outcome of a mutant: killed, survived, or equivalent and so no mistake at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.verify.mutants.equality import fingerprint
from atlas.verify.mutants.script import Mutant, Original

Fate: TypeAlias = Literal["killed", "equivalent", "survived"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant. `reason` is the graders' where it was killed or survived."""

    task_id: str
    turn: int
    operator: str
    what: str
    fate: Fate
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The outcomes of one operator, or of all."""

    operator: str
    mutants: int
    killed: int
    equivalent: int
    survived: int

    @property
    def killed_share(self) -> float | None:
        """Killed of those that are not equivalent; None when all are."""
        wrong = self.killed + self.survived
        return self.killed / wrong if wrong else None


def outcome_of(original: Original, mutant: Mutant, played: Trajectory, verdicts: Sequence[Verdict]) -> Outcome:
    """Whether `verdicts` on the mutant as `played` tell it from the original.

    Whether it is equivalent is decided without them: by the final state, and by how the mutant was made.
    """
    required = [verdict for verdict in verdicts if verdict.required]
    failed = [verdict for verdict in required if not verdict.passed]
    same_state = fingerprint(played.changes) == fingerprint(original.trajectory.changes)

    def outcome(fate: Fate, reason: str) -> Outcome:
        task_id = str(original.task.task_id)
        return Outcome(task_id, mutant.turn, mutant.operator, mutant.what, fate, reason)

    if same_state and mutant.harmless is not None:
        return outcome("equivalent", mutant.harmless)
    if failed:
        return outcome("killed", f"{failed[0].verifier}: {failed[0].reason}")
    seen = "the final state is the same" if same_state else "the final state differs"
    return outcome("survived", f"{seen}; " + "; ".join(f"{v.verifier}: {v.reason}" for v in required))


def tally(operator: str, outcomes: Sequence[Outcome]) -> Tally:
    """Count `outcomes` by fate."""
    fates = [outcome.fate for outcome in outcomes]
    return Tally(operator, len(fates), fates.count("killed"), fates.count("equivalent"), fates.count("survived"))
