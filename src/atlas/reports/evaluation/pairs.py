"""The pairs: every run against the baseline, conversation by conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from atlas.reports.comparison import Comparison, PairedMean
from atlas.reports.evaluation.economy import Economy
from atlas.reports.evaluation.report import EvaluationReport
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import (
    amount,
    finding,
    p_value,
    plain_points,
    points,
    points_interval,
    signed_money,
)


def against_baseline(report: EvaluationReport) -> Section:
    """What each comparison found, what it could have found, and what it says about cost."""
    tables = [comparison_table(report), _spending_table(report.comparisons)]
    if report.economies:
        tables.append(_claim_table(report.economies))
    return Section(
        "Against the baseline",
        (_how_to_read(report), *((_adjustment(report),) if len(report.comparisons) > 1 else ())),
        points=tuple(finding(comparison) for comparison in report.comparisons),
        tables=tuple(tables),
    )


def comparison_table(report: EvaluationReport) -> Table:
    """One row a comparison with the baseline."""
    adjusted = len(report.comparisons) > 1
    columns = (
        *words(f"against {report.baseline}"),
        *numbers("pairs", "gained", "lost", "points", "95 % interval", "p"),
        *(numbers("adjusted p") if adjusted else ()),
        *numbers("detectable"),
        *words("verdict"),
    )
    rows = tuple(_comparison_row(comparison, adjusted) for comparison in report.comparisons)
    return Table("Paired comparison", columns, rows)


def _how_to_read(report: EvaluationReport) -> str:
    methods = "; ".join(sorted({comparison.method for comparison in report.comparisons}))
    matters = plain_points(report.comparisons[0].smallest_effect)
    return (
        f"Each run against {report.baseline}, conversation by conversation: gained failed there and succeeds "
        "here, lost the reverse. The detectable difference is the smallest that a comparison of this size would "
        f"find four times in five; where it is more than {matters}, the difference that matters here, a comparison "
        f"that finds nothing is underpowered and no evidence of equality. Method: {methods}."
    )


def _adjustment(report: EvaluationReport) -> str:
    return (
        f"There are {len(report.comparisons)} comparisons. Verdicts rest on p-values adjusted by Benjamini and "
        "Hochberg, and the detectable difference is that of the strictest test. The intervals are not adjusted."
    )


def _comparison_row(comparison: Comparison, adjusted: bool) -> tuple[str, ...]:
    counts = comparison.counts
    return (
        comparison.after,
        str(counts.pairs),
        str(counts.gained),
        str(counts.lost),
        points(comparison.difference),
        points_interval(comparison.interval),
        p_value(comparison.p_value),
        *((p_value(comparison.adjusted_p),) if adjusted else ()),
        "none" if comparison.detectable is None else plain_points(comparison.detectable),
        comparison.conclusion,
    )


def _spending_table(comparisons: Sequence[Comparison]) -> Table:
    columns = (*words("run", "per conversation"), *numbers("baseline", "run", "difference", "95 % interval"))
    rows = tuple(row for comparison in comparisons for row in _spending_rows(comparison))
    return Table("Tokens and cost on the same pairs, all roles", columns, rows)


def _spending_rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    if comparison.tokens is not None:
        yield (comparison.after, "tokens", *_mean_cells(comparison.tokens, amount))
    if comparison.cost_usd is not None:
        yield (comparison.after, "cost", *_mean_cells(comparison.cost_usd, signed_money))


def _mean_cells(mean: PairedMean, said: Callable[[float], str]) -> tuple[str, ...]:
    interval = f"{said(mean.interval.low)} to {said(mean.interval.high)}"
    return said(mean.before), said(mean.after), said(mean.difference), interval


def _claim_table(economies: Sequence[Economy]) -> Table:
    rows = tuple(
        (claim.after, p_value(claim.cost.p_value), plain_points(claim.margin), claim.claim) for claim in economies
    )
    return Table(
        "Does it cost less, and does its success bear it?",
        (*words("run"), *numbers("p of cheaper", "margin of success"), *words("claim")),
        rows,
        (
            "Cheaper: a one-sided paired t-test by conversation, at 2.5 %. Not worse: the whole 95 % interval of "
            "the difference in success lies above minus the margin. Each claim stands alone, unadjusted.",
        ),
    )
