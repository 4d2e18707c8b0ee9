"""Wording: how numbers and findings are written for people, the same in tables, documents and plots."""

from __future__ import annotations

from atlas.reports.comparison import Comparison
from atlas.reports.metrics import PassK, Rate
from atlas.reports.statistics.intervals import Interval

NOTHING = "-"


def percent(share: float | None) -> str:
    """A share in [0, 1] as "83.3 %"."""
    return NOTHING if share is None else f"{100 * share:.1f} %"


def percent_interval(interval: Interval) -> str:
    """An interval of shares as "74.6 to 89.4 %"."""
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points: "+12.5"."""
    return NOTHING if difference is None else f"{100 * difference:+.1f}"


def points_interval(interval: Interval) -> str:
    """An interval of differences as "+3.1 to +21.4"."""
    return f"{100 * interval.low:+.1f} to {100 * interval.high:+.1f}"


def plain_points(difference: float | None) -> str:
    """A difference without a sign: "12.5 points"."""
    return NOTHING if difference is None else f"{100 * difference:.1f} points"


def p_value(p: float) -> str:
    """A p-value; small ones as a bound."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def money(cost_usd: float | None) -> str:
    """Dollars with as many decimals as small amounts need."""
    if cost_usd is None:
        return "unknown"
    return f"${cost_usd:,.2f}" if cost_usd >= 1 or cost_usd == 0 else f"${cost_usd:.4f}"


def signed_money(cost_usd: float) -> str:
    """A difference of dollars: "-$0.0012"."""
    return f"{'-' if cost_usd < 0 else ''}{money(abs(cost_usd))}"


def mean(value: float | None) -> str:
    """A mean of small counts: "1.25"."""
    return NOTHING if value is None else f"{value:.2f}"


def amount(number: float | None) -> str:
    """A count or a mean of large counts, without decimals: "12,345"."""
    return NOTHING if number is None else f"{number:,.0f}"


def score(number: float | None) -> str:
    """A score in [0, 1] with three decimals."""
    return NOTHING if number is None else f"{number:.3f}"


def counted(rate: Rate) -> str:
    """A rate as "83 of 100"; nothing when there is nothing to count."""
    return f"{rate.passed} of {rate.total}" if rate.total else NOTHING


def rated(rate: Rate) -> str:
    """A rate that never stands alone: "83.3 % (74.6 to 89.4 %), 83 of 100"."""
    if not rate.total:
        return NOTHING
    return f"{percent(rate.value)} ({percent_interval(rate.interval)}), {counted(rate)}"


def pass_k(entry: PassK) -> str:
    """pass^k with its interval and the tasks behind it."""
    return f"{percent(entry.value)} ({percent_interval(entry.interval)}), n {entry.tasks}"


def seconds(duration_s: float) -> str:
    """A duration as "1.25 s"."""
    return f"{duration_s:.2f} s"


def finding(comparison: Comparison) -> str:
    """What a comparison allows to say, in one sentence."""
    named = f"{comparison.after} against {comparison.before}"
    if comparison.difference is None:
        return f"{named}: nothing to compare, no task was scored in both arms."
    said = (
        f"{named}: {points(comparison.difference)} points"
        f" (95 % interval {points_interval(comparison.interval)}), p {_equals(comparison.p_value)}"
        f"{_adjustment(comparison)}"
    )
    if comparison.conclusion in ("better", "worse"):
        return f"{said}: {comparison.conclusion}."
    if comparison.conclusion == "no difference found":
        shown = plain_points(comparison.detectable)
        return f"{said}: no difference found, and one of {shown} would probably have shown."
    if comparison.detectable is None:
        return f"{said}: underpowered, so few pairs cannot show any difference."
    return (
        f"{said}: underpowered, only a difference of {plain_points(comparison.detectable)} or more would probably"
        f" have shown, and {plain_points(comparison.smallest_effect)} would matter."
    )


def _adjustment(comparison: Comparison) -> str:
    if comparison.made_together == 1:
        return ""
    return f" ({p_value(comparison.adjusted_p)} adjusted for {comparison.made_together} comparisons)"


def _equals(p: float) -> str:
    return p_value(p) if p < 0.001 else f"= {p_value(p)}"
