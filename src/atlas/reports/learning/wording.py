"""Wording: how the learning report writes rates, differences and verdicts."""

from __future__ import annotations

from collections.abc import Callable

from atlas.core.thread import Moments
from atlas.reports.breakdown import Group
from atlas.reports.learning.estimate import Estimate
from atlas.reports.metrics import Rate
from atlas.reports.statistics.moments import rate_interval
from atlas.reports.wording import NOTHING


def rate_of(passed: Moments) -> Rate:
    """A share of sessions with its interval, widened where several belong to one task."""
    return Rate(round(passed.total), round(passed.n), rate_interval(passed))


def group_of(name: str, passed: Moments) -> Group:
    """A share as a chart shows it."""
    return Group(name, rate_of(passed), passed.tasks)


def signed_score(value: float | None) -> str:
    """A difference of scores: "+0.042"."""
    return NOTHING if value is None else f"{value:+.3f}"


def signed_amount(value: float | None) -> str:
    """A difference of large counts: "-1,204"."""
    return NOTHING if value is None else f"{value:+,.0f}"


def interval_of(estimate: Estimate, said: Callable[[float | None], str]) -> str:
    """Its 95 % interval, a dash where there is none."""
    if estimate.interval is None:
        return NOTHING
    return f"{said(estimate.interval.low)} to {said(estimate.interval.high)}"


def judged(what: str, estimate: Estimate, said: Callable[[float | None], str]) -> str:
    """What an estimate allows to say, in one sentence."""
    if estimate.verdict == "cannot say":
        seen = f" ({said(estimate.value)} was seen)" if estimate.value is not None else ""
        return f"{what}: cannot say{seen}; {estimate.reason}."
    found = f"{what}: {said(estimate.value)} (95 % interval {interval_of(estimate, said)})"
    if estimate.verdict in ("higher", "lower"):
        return f"{found}: {estimate.verdict}."
    if estimate.verdict == "underpowered" and estimate.smallest is not None:
        return (
            f"{found}: underpowered, only a difference of {_size(said(estimate.detectable))} or more would "
            f"probably have shown, and {_size(said(estimate.smallest))} would matter."
        )
    shown = _size(said(estimate.detectable))
    return f"{found}: no difference found, and one of {shown} would probably have shown."


def _size(signed: str) -> str:
    return signed.removeprefix("+")
