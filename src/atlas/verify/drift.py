"""Drift, measured: a reward against the earlier rewards of its learning key, which it is not one of."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from atlas.core.drift import Baseline, Drift, DriftOutcome, Spread
from atlas.core.playbook import LearningKey
from atlas.core.protocols import LearningHistory
from atlas.verify.config import DriftConfig

MAD_TO_SIGMA = 1.4826
"""1 / 0.6745: with it the MAD of normal values is their standard deviation (Iglewicz and Hoaglin, 1993)."""

MEAN_DEVIATION_TO_SIGMA = 1.2533
"""sqrt(pi / 2): the same for the mean absolute deviation, which stands in where the MAD is 0."""

MIN_SCALE = 0.05
"""The least spread that is believed: rewards nearer to each other than that are equal for all that matters."""


class DriftWatch:
    """Measures the drift of finished sessions."""

    def __init__(self, history: LearningHistory, config: DriftConfig) -> None:
        self._history, self._config = history, config

    async def look(self, key: LearningKey, reward: float, *, simulated: bool) -> Drift:
        """The drift of a session that is not stored yet. Raises `StorageError`."""
        history = await self._history.of(key, self._config.window, simulated=simulated)
        return drift(reward, [past.reward for past in history.recent], self._config)


def drift(reward: float, earlier: Sequence[float], config: DriftConfig) -> Drift:
    """`reward` against `earlier`, of which the last `config.window` count, in robust z-scores."""
    counted = earlier[-config.window :]
    if len(counted) < config.min_baseline:
        return _drift("insufficient_baseline", reward, len(counted), config)
    known = baseline(counted)
    z = (reward - known.median) / known.scale
    return _drift(_outcome(z, config.z_threshold), reward, len(counted), config, known, z)


def baseline(rewards: Sequence[float]) -> Baseline:
    """Median and spread of at least one reward.

    The spread is that of the MAD. Where more than half of the rewards are equal the MAD is 0 and the mean absolute
    deviation from the median takes its place; neither is ever taken for less than `MIN_SCALE`.
    """
    middle = median(rewards)
    away = [abs(reward - middle) for reward in rewards]
    mad = median(away)
    scale, spread = _scale(mad, fmean(away))
    return Baseline(len(rewards), middle, mad, scale, spread)


def _scale(mad: float, mean_deviation: float) -> tuple[float, Spread]:
    scale = MAD_TO_SIGMA * mad or MEAN_DEVIATION_TO_SIGMA * mean_deviation
    if scale < MIN_SCALE:
        return MIN_SCALE, "floor"
    return scale, "mad" if mad else "mean_deviation"


def _outcome(z: float, threshold: float) -> DriftOutcome:
    if abs(z) < threshold:
        return "steady"
    return "fell" if z < 0 else "rose"


def _drift(
    outcome: DriftOutcome,
    reward: float,
    sessions: int,
    config: DriftConfig,
    known: Baseline | None = None,
    z: float | None = None,
) -> Drift:
    return Drift(outcome, reward, sessions, config.min_baseline, config.window, config.z_threshold, known, z)
