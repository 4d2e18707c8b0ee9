"""A comparison: two arms that played the same tasks, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.reports.measure import in_slot_order
from atlas.reports.statistics.intervals import Interval, design_effect, paired_bootstrap
from atlas.reports.statistics.multiplicity import benjamini_hochberg
from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact, sign_flip_test, tango_interval
from atlas.reports.statistics.power import Conclusion, conclude, minimal_detectable_effect

Method: TypeAlias = Literal["Tango score interval, exact McNemar test", "bootstrap and sign flips by task", "none"]


@dataclass(frozen=True, slots=True)
class PairedMean:
    """A mean before and after over the same pairs, and its difference with a 95 % bootstrap interval by task."""

    before: float
    after: float
    interval: Interval

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class FamilyChange:
    """The pairs of one task family."""

    family: str
    counts: PairedCounts


@dataclass(frozen=True, slots=True)
class Comparison:
    """Arm `after` against arm `before` over the pairs (task, trial) that both scored; `unpaired` are left out.

    `detectable` is the smallest difference this comparison would have found four times in five, None when it
    could not have found any; `smallest_effect` is the one that matters, named beforehand. `tokens` and `cost_usd`
    are per conversation, all roles; None without two tasks, the cost also where a price is unknown. `adjusted_p` is
    the p-value among the `made_together` comparisons that this one is read with, and `conclusion` rests on it.
    """

    before: str
    after: str
    simulated: bool
    counts: PairedCounts
    tasks: int
    unpaired: int
    interval: Interval
    p_value: float
    adjusted_p: float
    made_together: int
    method: Method
    detectable: float | None
    smallest_effect: float
    conclusion: Conclusion
    families: tuple[FamilyChange, ...]
    tokens: PairedMean | None
    cost_usd: PairedMean | None

    @property
    def difference(self) -> float | None:
        """Success rate after minus before; None without pairs."""
        return self.counts.difference if self.counts.pairs else None


@dataclass(frozen=True, slots=True)
class _Pair:
    task: TaskId
    before: Session
    after: Session

    @property
    def change(self) -> float:
        return float(self.after.success is True) - float(self.before.success is True)


def compare(
    sessions: Iterable[Session],
    before: str,
    after: str,
    *,
    seed: int = 0,
    smallest_effect: float = 0.05,
    made_together: int = 1,
) -> Comparison:
    """Compare two arms among `sessions`.

    With one trial a task: Tango's score interval and the exact McNemar test. With several, pairs of one task are
    not independent: a bootstrap interval over tasks and a permutation test that flips whole tasks, both seeded.
    Of comparisons `made_together` the p-values are adjusted afterwards, by `adjusted`; the detectable effect is
    at once that of the strictest of them (0.05 / `made_together`). Raises `ValueError` when a slot occurs twice.
    """
    everything = list(sessions)
    pairs, unpaired = _pairs(everything, before, after)
    counts = _counts(pairs)
    interval, p_value, method = _test(pairs, counts, seed)
    detectable = _detectable(pairs, counts, made_together)
    return Comparison(
        before=before,
        after=after,
        simulated=any(session.simulated for session in everything if session.slot.arm in (before, after)),
        counts=counts,
        tasks=len({pair.task for pair in pairs}),
        unpaired=unpaired,
        interval=interval,
        p_value=p_value,
        adjusted_p=p_value,
        made_together=made_together,
        method=method,
        detectable=detectable,
        smallest_effect=smallest_effect,
        conclusion=conclude(p_value, counts.difference, detectable, smallest_effect),
        families=_families(pairs),
        tokens=_paired_mean(pairs, lambda usage: float(usage.total_tokens), seed),
        cost_usd=_paired_mean(pairs, lambda usage: usage.cost_usd, seed),
    )


def adjusted(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Comparisons made together, concluded from p-values that hold the share of false discoveries at 5 %."""
    p_values = benjamini_hochberg([comparison.p_value for comparison in comparisons])
    return tuple(_concluded(comparison, p) for comparison, p in zip(comparisons, p_values, strict=True))


def _concluded(comparison: Comparison, p: float) -> Comparison:
    counts, detectable = comparison.counts, comparison.detectable
    conclusion = conclude(p, counts.difference, detectable, comparison.smallest_effect)
    return replace(comparison, adjusted_p=p, conclusion=conclusion)


def _pairs(sessions: Sequence[Session], before: str, after: str) -> tuple[list[_Pair], int]:
    """The pairs in slot order, and how many slots of either arm have no scored partner."""
    arms = [in_slot_order(session for session in sessions if session.slot.arm == arm) for arm in (before, after)]
    first, second = ({(s.slot.task_id, s.slot.trial): s for s in arm if s.success is not None} for arm in arms)
    places = {(session.slot.task_id, session.slot.trial) for arm in arms for session in arm}
    both = sorted(first.keys() & second.keys())
    return [_Pair(place[0], first[place], second[place]) for place in both], len(places) - len(both)


def _counts(pairs: Sequence[_Pair]) -> PairedCounts:
    return PairedCounts.of(
        [pair.before.success is True for pair in pairs], [pair.after.success is True for pair in pairs]
    )


def _test(pairs: Sequence[_Pair], counts: PairedCounts, seed: int) -> tuple[Interval, float, Method]:
    tasks = [pair.task for pair in pairs]
    if not pairs:
        return Interval(-1.0, 1.0), 1.0, "none"
    if len(set(tasks)) == len(tasks):
        return tango_interval(counts), mcnemar_exact(counts), "Tango score interval, exact McNemar test"
    changes = [pair.change for pair in pairs]
    interval = Interval(-1.0, 1.0)
    if not any(changes):
        # Resampling what never changed gives no interval at all, so each task counts as one pair.
        interval = tango_interval(PairedCounts(len(set(tasks)), 0, 0, 0))
    elif len(set(tasks)) > 1:
        interval = paired_bootstrap([0.0] * len(changes), changes, tasks, seed=seed)
    return interval, sign_flip_test(changes, tasks, seed=seed), "bootstrap and sign flips by task"


def _detectable(pairs: Sequence[_Pair], counts: PairedCounts, made_together: int) -> float | None:
    """The detectable effect at the effective number of pairs, with the discordance that was seen.

    The discordance is smoothed by one pair of each kind (Laplace), so that a run in which nothing changed does
    not claim that nothing ever could.
    """
    if not pairs:
        return None
    effect = design_effect([pair.change for pair in pairs], [pair.task for pair in pairs])
    discordance = (counts.discordant + 1) / (counts.pairs + 2)
    return minimal_detectable_effect(math.floor(counts.pairs / effect), discordance, 0.05 / made_together)


def _families(pairs: Sequence[_Pair]) -> tuple[FamilyChange, ...]:
    grouped: dict[str, list[_Pair]] = {}
    for pair in pairs:
        grouped.setdefault(pair.before.family, []).append(pair)
    return tuple(FamilyChange(family, _counts(members)) for family, members in sorted(grouped.items()))


def _paired_mean(pairs: Sequence[_Pair], measure: Callable[[Usage], float | None], seed: int) -> PairedMean | None:
    before = [measure(pair.before.spent) for pair in pairs]
    after = [measure(pair.after.spent) for pair in pairs]
    first, second = _known(before), _known(after)
    tasks = [pair.task for pair in pairs]
    if first is None or second is None or len(set(tasks)) < 2:
        return None
    interval = paired_bootstrap(first, second, tasks, seed=seed)
    return PairedMean(math.fsum(first) / len(first), math.fsum(second) / len(second), interval)


def _known(values: Sequence[float | None]) -> list[float] | None:
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None
