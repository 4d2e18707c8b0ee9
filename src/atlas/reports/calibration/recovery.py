"""Recovery: planted effects against what the impact statistics made of the sessions, plant by plant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal, TypeAlias

from atlas.reports.statistics.intervals import Interval, wilson, z_value
from atlas.reports.statistics.power import difference_power

Kind: TypeAlias = Literal["useful", "useless", "harmful"]
SIGN: dict[Kind, int] = {"useful": 1, "useless": 0, "harmful": -1}
EFFECT, POWER = 0.2, 0.8


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one replication made of one plant at one rate of withholding.

    `effect` is on the mean reward, which is what findings rest on, and the interval is its; `found` is +1 or -1
    where the impact report says that the entry helps or harms, else 0. The naive figures are the observed reward
    delta (fired minus silent cue) and what its interval would claim.
    """

    panel: int
    plant: str
    kind: Kind
    withhold_rate: float
    replication: int
    matched: int
    withheld: int
    effect: float | None
    interval: Interval | None
    found: int
    deviation: float
    naive: float | None
    naive_claim: int


@dataclass(frozen=True, slots=True)
class PairedPlay:
    """The rewards of one session played twice, with the plant shown and without it, all else being equal."""

    panel: int
    plant: str
    withhold_rate: float
    with_it: float
    without_it: float


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the Wilson interval."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> Interval:
        return wilson(self.count, self.of)


@dataclass(frozen=True, slots=True)
class PlantScore:
    """One plant at one rate over all replications.

    `truth` is the planted effect on the mean reward of sessions whose cue matched, from `pairs` sessions played
    twice, with its 95 % interval; 0 for a useless plant by construction. `power` is what so many sessions promise
    for the true effect by the normal approximation, before the adjustment for several entries; `needed` is how many
    matched sessions an effect of 0.2 would need for 80 %.
    """

    panel: int
    plant: str
    kind: Kind
    withhold_rate: float
    pairs: int
    truth: float
    truth_interval: Interval
    matched: float
    withheld: float
    mean_effect: float
    spread: float
    sign_right: Share
    found_right: Share
    found_wrong: Share
    covered: Share
    power: float
    needed: int
    naive_mean: float | None
    naive_sign_right: Share
    naive_claims_wrong: Share


@dataclass(frozen=True, slots=True)
class RateScore:
    """All plants at one rate: the goals. `false_discovery_rate` is the mean, over playbooks, of the wrong share of
    what was found; the naive one is the same of what the observed intervals claim."""

    withhold_rate: float
    playbooks: int
    findings: int
    sign_right_of_findings: Share
    sign_right_of_estimates: Share
    false_discovery_rate: float
    useless_found: Share
    naive_sign_right: Share
    naive_false_discovery_rate: float
    naive_useless_claimed: Share


def plant_scores(recovered: Sequence[Recovered], paired: Sequence[PairedPlay]) -> tuple[PlantScore, ...]:
    """A score for each plant at each rate, in the order they first appear."""
    keys = dict.fromkeys((each.withhold_rate, each.panel, each.plant) for each in recovered)
    return tuple(
        _plant_score(
            [r for r in recovered if (r.withhold_rate, r.panel, r.plant) == key],
            [p for p in paired if (p.withhold_rate, p.panel, p.plant) == key],
        )
        for key in keys
    )


def rate_scores(recovered: Sequence[Recovered]) -> tuple[RateScore, ...]:
    """A score for each rate of withholding."""
    rates = dict.fromkeys(each.withhold_rate for each in recovered)
    return tuple(_rate_score(rate, [r for r in recovered if r.withhold_rate == rate]) for rate in rates)


def pooled(shares: Iterable[Share]) -> Share:
    """All of them as one."""
    gathered = list(shares)
    return Share(sum(share.count for share in gathered), sum(share.of for share in gathered))


def _plant_score(mine: Sequence[Recovered], paired: Sequence[PairedPlay]) -> PlantScore:
    first = mine[0]
    truth, span = _truth(first.kind, paired)
    effects = [each.effect for each in mine if each.effect is not None]
    naive = [each.naive for each in mine if each.naive is not None]
    sign = SIGN[first.kind]
    matched, withheld = fmean(r.matched for r in mine), fmean(r.withheld for r in mine)
    deviation = fmean(r.deviation for r in mine)
    return PlantScore(
        panel=first.panel,
        plant=first.plant,
        kind=first.kind,
        withhold_rate=first.withhold_rate,
        pairs=len(paired),
        truth=truth,
        truth_interval=span,
        matched=matched,
        withheld=withheld,
        mean_effect=fmean(effects) if effects else 0.0,
        spread=stdev(effects) if len(effects) > 1 else 0.0,
        sign_right=_share(effects, lambda effect: effect * sign > 0) if sign else Share(0, 0),
        found_right=_share(mine, lambda r: r.found * sign > 0) if sign else Share(0, 0),
        found_wrong=_share(mine, lambda r: r.found != 0 and r.found != sign),
        covered=_share([r for r in mine if r.interval], lambda r: bool(r.interval and truth in r.interval)),
        power=difference_power(round(matched - withheld), round(withheld), deviation, truth),
        needed=_needed(first.withhold_rate, deviation),
        naive_mean=fmean(naive) if naive else None,
        naive_sign_right=_share(naive, lambda value: value * sign > 0) if sign else Share(0, 0),
        naive_claims_wrong=_share(mine, lambda r: r.naive_claim != 0 and r.naive_claim != sign),
    )


def _truth(kind: Kind, paired: Sequence[PairedPlay]) -> tuple[float, Interval]:
    """The mean difference of the pairs, with its t-free normal interval; 0 where nothing was to be measured."""
    if kind == "useless" or len(paired) < 2:
        return 0.0, Interval(0.0, 0.0)
    differences = [each.with_it - each.without_it for each in paired]
    mean, error = fmean(differences), stdev(differences) / math.sqrt(len(differences))
    return mean, Interval(mean - z_value(0.95) * error, mean + z_value(0.95) * error)


def _needed(rate: float, deviation: float) -> int:
    """Matched sessions at which an effect of 0.2 is found with 80 % power, by the normal approximation."""
    sessions = 10
    while difference_power(round(sessions * (1 - rate)), round(sessions * rate), deviation, EFFECT) < POWER:
        sessions += 10
    return sessions


def _rate_score(rate: float, mine: Sequence[Recovered]) -> RateScore:
    playbooks = dict.fromkeys((r.panel, r.replication) for r in mine)
    books = [[r for r in mine if (r.panel, r.replication) == book] for book in playbooks]
    acting = [r for r in mine if SIGN[r.kind]]
    useless = [r for r in mine if not SIGN[r.kind]]
    findings = [r for r in mine if r.found]
    naive = [r for r in acting if r.naive is not None]
    return RateScore(
        withhold_rate=rate,
        playbooks=len(books),
        findings=len(findings),
        sign_right_of_findings=_share([r for r in findings if SIGN[r.kind]], lambda r: r.found == SIGN[r.kind]),
        sign_right_of_estimates=_share(
            [r for r in acting if r.effect is not None], lambda r: (r.effect or 0) * SIGN[r.kind] > 0
        ),
        false_discovery_rate=fmean(_wrong_share(book, lambda r: r.found) for book in books),
        useless_found=_share(useless, lambda r: r.found != 0),
        naive_sign_right=_share(naive, lambda r: (r.naive or 0) * SIGN[r.kind] > 0),
        naive_false_discovery_rate=fmean(_wrong_share(book, lambda r: r.naive_claim) for book in books),
        naive_useless_claimed=_share(useless, lambda r: r.naive_claim != 0),
    )


def _wrong_share(book: Sequence[Recovered], claim: Callable[[Recovered], int]) -> float:
    claimed = [r for r in book if claim(r)]
    return sum(claim(r) != SIGN[r.kind] for r in claimed) / len(claimed) if claimed else 0.0


def _share(items: Iterable[object], holds: Callable[..., bool]) -> Share:
    outcomes = [bool(holds(item)) for item in items]
    return Share(sum(outcomes), len(outcomes))
