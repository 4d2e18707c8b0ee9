"""The rubric: verdicts and judges combined into the reward."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from atlas.core.verdicts import PanelVerdict, Reward, RewardPart, Verdict
from atlas.errors import JudgesFailed, VerifierError
from atlas.verify.config import RIMConfig

_MOST_FOR_A_FAILURE = 0.5


def combine(verdicts: Sequence[Verdict], panel: PanelVerdict | None, config: RIMConfig) -> Reward:
    """The reward: `verifier_weight` parts of the verifiers, the rest of the judges.

    The verifiers' part is 1 when every required verdict passed, else half the mean of the required scores: a
    conversation that is nearly right teaches more than one that is all wrong, but never as much as a right one.
    Metrics do not count. Without a panel the verifiers have all the weight. The uncertainty is the judges' mean
    uncertainty times their weight; verifiers have none. Raises `VerifierError` when there is no required verdict,
    and `JudgesFailed` when all judges of the panel failed: a reward without them would be on another scale.
    """
    required = [verdict for verdict in verdicts if verdict.required]
    if not required:
        raise VerifierError("no required verdict, so there is nothing to reward; check with at least one verifier")
    checked = _checked(required)
    if panel is None:
        return Reward(checked, (RewardPart("verifiers", checked, 1.0),))
    if panel.score is None:
        reasons = [call.error for call in panel.audit if call.error]
        raise JudgesFailed(f"all {len(panel.audit)} judges failed, the first because the {reasons[0]}")
    weight = config.verifier_weight
    parts = (RewardPart("verifiers", checked, weight), RewardPart("judges", panel.score, 1.0 - weight))
    unsure = fmean(sample.uncertainty for sample in panel.samples)
    return Reward(sum(part.score * part.weight for part in parts), parts, (1.0 - weight) * unsure)


def _checked(required: Sequence[Verdict]) -> float:
    if all(verdict.passed for verdict in required):
        return 1.0
    return _MOST_FOR_A_FAILURE * fmean(verdict.score for verdict in required)
