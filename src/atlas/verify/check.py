"""A check: every verifier's verdict on one trajectory."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.protocols import Verifier
from atlas.core.tasks import Brief, Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.errors import VerifierError
from atlas.verify.llm_judge import LlmJudge


@dataclass(frozen=True, slots=True)
class Checks:
    """What a trajectory is checked with: rules, and a judge where one is asked for."""

    rules: tuple[Verifier, ...]
    judge: LlmJudge | None = None

    @property
    def versions(self) -> dict[str, str]:
        """Verifier -> its version."""
        return {rule.name: rule.version for rule in self.rules} | (
            {self.judge.name: self.judge.version} if self.judge else {}
        )

    async def check(self, brief: Brief, trajectory: Trajectory, target: Target) -> tuple[Verdict, ...]:
        """One verdict a rule, in order, then the judge's.

        The judge's is a metric, unless the target has a turn that only a judge can decide. Raises what `by_rule`
        raises, `VerifierError` for such a turn without a judge, and `ModelError` when the judge fails.
        """
        judged = [number for number, turn in enumerate(target.turns, 1) if turn.judged]
        if judged and self.judge is None:
            raise VerifierError(f"only a judge can decide turn {judged[0]} of task {brief.task_id}; add llm_judge")
        verdicts = self.by_rule(trajectory, target)
        if self.judge is None:
            return verdicts
        return (*verdicts, await self.judge.grade(brief, trajectory, required=bool(judged)))

    def by_rule(self, trajectory: Trajectory, target: Target) -> tuple[Verdict, ...]:
        """One verdict a rule, in order.

        Raises `VerifierError` naming the verifier, the task and the cause when one crashes or gives a score outside
        [0, 1], and when there is no rule at all: nothing checked is never a pass.
        """
        if not self.rules:
            raise VerifierError(f"no verifier to check task {trajectory.task_id} with; name at least one")
        return tuple(_verdict(verifier, trajectory, target) for verifier in self.rules)


def _verdict(verifier: Verifier, trajectory: Trajectory, target: Target) -> Verdict:
    who = f"verifier {verifier.name} (version {verifier.version}) on task {trajectory.task_id}"
    try:
        verdict = verifier.check(trajectory, target)
    except Exception as error:  # any crash of a grader is its own outcome, whatever its type
        raise VerifierError(f"{who} crashed: {type(error).__name__}: {error}") from error
    if not 0.0 <= verdict.score <= 1.0:
        raise VerifierError(f"{who} gave a score of {verdict.score}, which is not in [0, 1]")
    return verdict
