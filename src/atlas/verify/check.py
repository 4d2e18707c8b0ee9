"""A check: every verifier's verdict on one trajectory."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.protocols import Verifier
from atlas.core.tasks import Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.errors import VerifierError


def check(verifiers: Sequence[Verifier], trajectory: Trajectory, target: Target) -> tuple[Verdict, ...]:
    """One verdict a verifier, in order.

    Raises `VerifierError` naming the verifier, the task and the cause when one crashes or gives a score outside
    [0, 1], and when there is no verifier at all: nothing checked is never a pass.
    """
    if not verifiers:
        raise VerifierError(f"no verifier to check task {trajectory.task_id} with; name at least one")
    return tuple(_verdict(verifier, trajectory, target) for verifier in verifiers)


def _verdict(verifier: Verifier, trajectory: Trajectory, target: Target) -> Verdict:
    who = f"verifier {verifier.name} (version {verifier.version}) on task {trajectory.task_id}"
    try:
        verdict = verifier.check(trajectory, target)
    except Exception as error:  # any crash of a grader is its own outcome, whatever its type
        raise VerifierError(f"{who} crashed: {type(error).__name__}: {error}") from error
    if not 0.0 <= verdict.score <= 1.0:
        raise VerifierError(f"{who} gave a score of {verdict.score}, which is not in [0, 1]")
    return verdict
