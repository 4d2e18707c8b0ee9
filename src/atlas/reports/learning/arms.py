"""Arms: the conditions that a key's sessions were played in, held against each other on the tasks they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import PairPattern, Tally, Thread
from atlas.reports.document import rate_json
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.wording import group_of, rate_of
from atlas.reports.page import Figure, Section, Table, numbers, words
from atlas.reports.statistics.intervals import Interval, paired_bootstrap
from atlas.reports.statistics.multiplicity import benjamini_hochberg
from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact, sign_flip_test, tango_interval
from atlas.reports.statistics.power import Conclusion, conclude, minimal_detectable_effect
from atlas.reports.wording import (
    NOTHING,
    amount,
    money,
    p_value,
    plain_points,
    points,
    points_interval,
    rated,
    score,
)

SMALLEST_SUCCESS = 0.05
"""The difference of success rates that matters, named beforehand."""


@dataclass(frozen=True, slots=True)
class Paired:
    """An arm against the baseline arm over the (run, task, trial) that both scored; the p-value is adjusted."""

    arm: str
    counts: PairedCounts
    tasks: int
    interval: Interval
    p_value: float
    adjusted_p: float
    detectable: float | None
    conclusion: Conclusion


@dataclass(frozen=True, slots=True)
class Arms:
    """All arms, and those that share tasks with the baseline arm held against it."""

    tallies: tuple[Tally, ...]
    baseline: str | None
    paired: tuple[Paired, ...]

    @property
    def unpaired(self) -> tuple[str, ...]:
        """Arms that played no task of the baseline arm."""
        compared = {paired.arm for paired in self.paired} | {self.baseline}
        return tuple(tally.name for tally in self.tallies if tally.name not in compared)


def measure(thread: Thread) -> Arms:
    """Every arm, compared where it can be. Each comparison is two-sided; p-values are adjusted together."""
    found: dict[str, list[PairPattern]] = {}
    for pattern in thread.pairs:
        found.setdefault(pattern.arm, []).append(pattern)
    names = [tally.name for tally in thread.arms if tally.name in found]
    tested = [_test(found[name]) for name in names]
    adjusted = benjamini_hochberg([p for _, _, p in tested])
    paired = tuple(
        _paired(name, found[name], *test, adjusted_p=p, together=len(names))
        for name, test, p in zip(names, tested, adjusted, strict=True)
    )
    return Arms(thread.arms, thread.baseline_arm, paired)


def part(thread: Thread, labels: Labels) -> Part:
    """Key `arms`."""
    arms = measure(thread)
    draw = partial(_figures, arms, thread.id.simulated) if len(arms.tallies) > 1 else None
    return Part({"arms": _json(arms)}, _section(arms), draw)


def _test(patterns: Sequence[PairPattern]) -> tuple[PairedCounts, Interval, float]:
    counts = _counts(patterns)
    if all(pattern.both + pattern.gained + pattern.lost + pattern.neither == 1 for pattern in patterns):
        return counts, tango_interval(counts), mcnemar_exact(counts)
    differences, tasks = zip(*_differences(patterns), strict=True)
    several = len(set(tasks)) > 1
    zeros = [0.0] * len(differences)
    interval = paired_bootstrap(zeros, differences, tasks, seed=0) if several else Interval(-1.0, 1.0)
    return counts, interval, sign_flip_test(differences, tasks, seed=0)


def _counts(patterns: Sequence[PairPattern]) -> PairedCounts:
    return PairedCounts(
        sum(pattern.both * pattern.tasks for pattern in patterns),
        sum(pattern.gained * pattern.tasks for pattern in patterns),
        sum(pattern.lost * pattern.tasks for pattern in patterns),
        sum(pattern.neither * pattern.tasks for pattern in patterns),
    )


def _differences(patterns: Sequence[PairPattern]) -> Iterator[tuple[float, int]]:
    """The difference of each pair and a number for its task."""
    task = 0
    for pattern in patterns:
        ones = [1.0] * pattern.gained + [-1.0] * pattern.lost + [0.0] * (pattern.both + pattern.neither)
        for _ in range(pattern.tasks):
            yield from ((one, task) for one in ones)
            task += 1


def _paired(
    name: str,
    patterns: Sequence[PairPattern],
    counts: PairedCounts,
    interval: Interval,
    p: float,
    *,
    adjusted_p: float,
    together: int,
) -> Paired:
    tasks = sum(pattern.tasks for pattern in patterns)
    # One pair of each kind is added (Laplace), so that a run in which nothing changed does not claim nothing could.
    discordance = (counts.discordant + 1) / (counts.pairs + 2)
    detectable = minimal_detectable_effect(tasks, discordance, 0.05 / together)
    conclusion = conclude(adjusted_p, counts.difference, detectable, SMALLEST_SUCCESS)
    return Paired(name, counts, tasks, interval, p, adjusted_p, detectable, conclusion)


def _json(arms: Arms) -> JsonObject:
    return {
        "baseline": arms.baseline,
        "arms": [
            {
                "arm": tally.name,
                "sessions": tally.sessions,
                "failed": tally.failed,
                "success": rate_json(rate_of(tally.success)),
                "reward_mean": tally.reward.mean,
                "tokens_mean": tally.tokens.mean,
                "cost_usd": tally.cost_usd,
                "playbook_versions": list(tally.versions),
            }
            for tally in arms.tallies
        ],
        "comparisons": [
            {**to_json(paired), "pairs": paired.counts.pairs, "difference": paired.counts.difference}
            for paired in arms.paired
        ],
        "not_compared": list(arms.unpaired),
    }


def _section(arms: Arms) -> Section:
    rows = tuple(_row(tally) for tally in arms.tallies)
    columns = (
        *words("arm"),
        *numbers("sessions", "lost", "strict success", "mean reward", "tokens", "cost in all", "playbook versions"),
    )
    tables = [Table("By arm", columns, rows)] if rows else []
    if arms.paired:
        tables.append(_comparisons(arms))
    return Section("Arms", _paragraphs(arms), points=tuple(map(_finding, arms.paired)), tables=tuple(tables))


def _paragraphs(arms: Arms) -> tuple[str, ...]:
    if not arms.tallies:
        return ("Cannot say: no session of this key counts yet.",)
    if len(arms.tallies) == 1:
        return (
            f"All sessions of this key belong to the arm {arms.tallies[0].name}, so there is no condition to "
            "compare it with: what learning does cannot be told from what else changed meanwhile.",
        )
    said = (
        f"Pairs are sessions of the same run, task and trial. The arm that the others are held against is "
        f"{arms.baseline}. Tests are two-sided (exact McNemar, Tango's score interval; sign flips and a bootstrap "
        "by task where a task was played more than once); p-values are adjusted together by Benjamini and Hochberg."
    )
    if not arms.unpaired:
        return (said,)
    return (said, f"Other tasks, hence not compared: {', '.join(arms.unpaired)}.")


def _row(tally: Tally) -> tuple[str, ...]:
    oldest, newest = tally.versions
    return (
        tally.name,
        str(tally.sessions),
        str(tally.failed),
        rated(rate_of(tally.success)),
        score(tally.reward.mean),
        amount(tally.tokens.mean),
        money(tally.cost_usd),
        str(newest) if oldest == newest else f"{oldest} to {newest}",
    )


def _comparisons(arms: Arms) -> Table:
    columns = (
        *words(f"against {arms.baseline}"),
        *numbers("pairs", "gained", "lost", "points", "95 % interval", "p", "adjusted p", "detectable"),
        *words("verdict"),
    )
    rows = tuple(
        (
            paired.arm,
            str(paired.counts.pairs),
            str(paired.counts.gained),
            str(paired.counts.lost),
            points(paired.counts.difference),
            points_interval(paired.interval),
            p_value(paired.p_value),
            p_value(paired.adjusted_p),
            NOTHING if paired.detectable is None else plain_points(paired.detectable),
            paired.conclusion,
        )
        for paired in arms.paired
    )
    return Table("Paired comparison", columns, rows)


def _finding(paired: Paired) -> str:
    found = (
        f"{paired.arm}: {points(paired.counts.difference)} points (95 % interval "
        f"{points_interval(paired.interval)}), adjusted p {p_value(paired.adjusted_p)}: {paired.conclusion}"
    )
    if paired.conclusion != "underpowered":
        return f"{found}."
    if paired.detectable is None:
        return f"{found}, so few pairs cannot show any difference."
    return f"{found}, only a difference of {plain_points(paired.detectable)} or more would probably have shown."


def _figures(arms: Arms, simulated: bool) -> tuple[Figure, ...]:
    # Imported where something is drawn: matplotlib takes a second that a summary need not wait for.
    from atlas.reports.charts import ChartRow, interval_chart
    from atlas.reports.learning.figures import titled

    rows = [ChartRow(tally.name, (group_of(tally.name, tally.success),)) for tally in arms.tallies]
    alt = "; ".join(f"{tally.name} {rated(rate_of(tally.success))}" for tally in arms.tallies)
    return (Figure("arms", alt, interval_chart(titled("Strict success by arm", simulated), ("success",), rows)),)
