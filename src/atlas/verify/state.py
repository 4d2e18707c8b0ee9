"""The state verifier: the database difference must be the expected one, over all tables."""

from __future__ import annotations

from atlas.core.tasks import Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.verify.comparison import Comparison, compare

_NAMED = 5


class StateVerifier:
    """Passes when every expected change was made, up to renaming of new ids, and nothing else changed.

    Score: the share of expected changes that are exactly right (an inserted row, a changed column, a deleted
    row count one each), but 0 as soon as there is collateral damage; 1 when nothing was to change and nothing did.
    """

    name = "structured"
    version = "1"
    required = True

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        """Compare the change over the whole conversation with the target's."""
        found = compare(target.state, trajectory.changes)
        differences = [str(difference) for difference in (*found.collateral, *found.unmet)]
        details = {
            "expected": found.expected,
            "met": found.met,
            "collateral": len(found.collateral),
            "differences": differences[:_NAMED],
        }
        return Verdict(
            self.name, self.version, not differences, _score(found), _reason(found, differences), details=details
        )


def _score(found: Comparison) -> float:
    if found.collateral:
        return 0.0
    return found.met / found.expected if found.expected else 1.0


def _reason(found: Comparison, differences: list[str]) -> str:
    if not differences:
        changes = f"all {found.expected} expected changes were made" if found.expected else "nothing was to change"
        return f"{changes}, and nothing else changed"
    more = f"; and {len(differences) - _NAMED} more" if len(differences) > _NAMED else ""
    return "; ".join(differences[:_NAMED]) + more
