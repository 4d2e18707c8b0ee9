"""The effect of an entry: sessions that were shown it against sessions from which it was withheld, by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from atlas.core.impact import Outcomes
from atlas.reports.statistics.intervals import Interval
from atlas.reports.statistics.power import detectable_difference
from atlas.reports.statistics.randomized import (
    Arm,
    Stratum,
    difference,
    informative,
    newcombe,
    null_error,
    randomization_test,
    shares,
)
from atlas.reports.statistics.sequential import always_valid_p

EXPECTED_EFFECT = 0.2
"""The size of effect that the test which may be repeated finds soonest."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean outcome of the shown sessions minus that of the withheld ones, in the sessions that took place.

    `p_value` is for one look at these sessions, `always_valid_p` holds however often one looks while they grow.
    `deviation` is the standard deviation within an arm, `detectable` the smallest effect that so many sessions
    would have found with 80 % power at level 0.05.
    """

    difference: float
    interval: Interval
    p_value: float
    always_valid_p: float
    shown: int
    withheld: int
    shown_mean: float
    withheld_mean: float
    deviation: float
    detectable: float | None


def reward_effect(outcomes: Sequence[Outcomes], seed: int) -> Effect | None:
    """The effect on the reward, with a t interval; None while no session was shown it or none went without.

    Sessions that were drawn for at different rates are compared among themselves, each rate weighing by what its
    numbers tell. The p-value is that of the randomization test, so it holds whatever the rewards look like.
    """
    return _effect(outcomes, lambda outcome: outcome.reward, difference_interval, seed)


def success_effect(outcomes: Sequence[Outcomes], seed: int) -> Effect | None:
    """The effect on strict success, with Newcombe's interval; over the sessions in which it was checked."""
    checked = [outcome for outcome in outcomes if outcome.success is not None]
    return _effect(checked, lambda outcome: float(bool(outcome.success)), newcombe, seed)


def difference_interval(strata: Sequence[Stratum]) -> Interval | None:
    """The t interval of the difference over the strata."""
    found = difference(strata)
    return found.interval() if found else None


def strata_of(outcomes: Sequence[Outcomes], value: Callable[[Outcomes], float]) -> list[Stratum]:
    """Both arms at each rate of withholding."""

    def arm(cells: Sequence[Outcomes], treatment: str) -> Arm:
        return Arm.of((value(cell), cell.sessions) for cell in cells if cell.treatment == treatment)

    by_rate = groupby(sorted(outcomes, key=_rate), key=_rate)
    gathered = [list(cells) for _, cells in by_rate]
    return [Stratum(arm(cells, "shown"), arm(cells, "withheld")) for cells in gathered]


def _rate(outcome: Outcomes) -> float:
    return outcome.withhold_rate


def _effect(
    outcomes: Sequence[Outcomes],
    value: Callable[[Outcomes], float],
    interval_of: Callable[[Sequence[Stratum]], Interval | None],
    seed: int,
) -> Effect | None:
    strata = informative(strata_of(outcomes, value))
    found, interval = difference(strata), interval_of(strata)
    if found is None or interval is None:
        return None
    return Effect(
        found.value,
        interval,
        randomization_test(strata, seed=seed),
        always_valid_p(found.value, null_error(strata), EXPECTED_EFFECT),
        found.treated,
        found.control,
        *_means(strata),
        found.deviation,
        detectable_difference(found.treated, found.control, found.deviation),
    )


def _means(strata: Sequence[Stratum]) -> tuple[float, float]:
    """Both arms' means, the strata weighted as in the difference."""
    parts = list(zip(shares(strata), strata, strict=True))
    shown = sum(share * stratum.treated.mean for share, stratum in parts)
    return shown, sum(share * stratum.control.mean for share, stratum in parts)
