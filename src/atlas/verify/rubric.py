"""The rubric: verdicts and judges combined into the reward."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from atlas.core.verdicts import PanelVerdict, Reward, RewardPart, Verdict
from atlas.errors import VerifierError
from atlas.verify.config import RIMConfig

_MOST_FOR_A_FAILURE = 0.5


def combine(verdicts: Sequence[Verdict], panel: PanelVerdict | None, config: RIMConfig) -> Reward:
    """The reward: `verifier_weight` parts of the verifiers, the rest of the judges.

    The verifiers' part is 1 when every required verdict passed, else half the mean of the required scores: a
    conversation that is nearly right teaches more than one that is all wrong, but never as much as a right one.
    Metrics do not count. Without a panel, or when all its judges failed, the verifiers have all the weight. The
    uncertainty is the judges' mean uncertainty times their weight; verifiers have none. Raises `VerifierError` when
    there is no required verdict.
    """
    required = [verdict for verdict in verdicts if verdict.required]
    if not required:
        raise VerifierError("no required verdict, so there is nothing to reward; check with at least one verifier")
    checked = _checked(required)
    if panel is None or panel.score is None:
        return Reward(checked, (RewardPart("verifiers", checked, 1.0),))
    weight = config.verifier_weight
    parts = (RewardPart("verifiers", checked, weight), RewardPart("judges", panel.score, 1.0 - weight))
    unsure = fmean(sample.uncertainty for sample in panel.samples)
    return Reward(sum(part.score * part.weight for part in parts), parts, (1.0 - weight) * unsure)


def _checked(required: Sequence[Verdict]) -> float:
    if all(verdict.passed for verdict in required):
        return 1.0
    return _MOST_FOR_A_FAILURE * fmean(verdict.score for verdict in required)
