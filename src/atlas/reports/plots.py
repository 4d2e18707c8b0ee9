"""Plots: the learning curve as a PNG, the same bytes for the same numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from atlas.reports.drawing import BLUE, GREY, ORANGE, drawing_style, png_of
from atlas.reports.learning_curve import LearningCurve
from atlas.reports.metrics import ArmMetrics
from atlas.reports.run import RunReport
from atlas.reports.wording import finding, percent


def learning_curve_png(report: RunReport) -> bytes:
    """The stream's trailing success with its band, beside the compared arms with their intervals.

    A panel without data says so. The user's matplotlib settings have no influence.
    """
    with drawing_style():
        figure = Figure(figsize=(9, 4.4), dpi=160)
        figure.set_layout_engine("constrained", rect=(0.01, 0.1, 0.98, 0.82), wspace=0.05)
        left, right = figure.subplots(1, 2, width_ratios=(2.1, 1), sharey=True)
        figure.text(0.02, 0.945, _title(report), fontsize=12, fontweight="bold")
        _draw_stream(left, report.curve)
        _draw_arms(right, report.compared or report.arms)
        for comparison in report.comparisons[:1]:
            figure.text(0.02, 0.03, textwrap.fill(finding(comparison), 140), fontsize=8.5)
        return png_of(figure)


def _title(report: RunReport) -> str:
    return f"{report.context.title}: learning curve" + (" (simulated)" if report.simulated else "")


def _draw_stream(axes: Axes, curve: LearningCurve | None) -> None:
    axes.set_ylim(-0.06, 1.06)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.grid(axis="y", color="#E4E6EA", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_ylabel("strict success")
    unscored = ", x: no score" if curve and None in curve.outcomes else ""
    axes.set_xlabel(f"sessions in order of play (ticks: success above, failure below{unscored})")
    axes.set_title("While learning")
    if curve is None or not curve.points:
        _say_empty(axes)
        return
    sessions = [point.session for point in curve.points]
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, len(curve.outcomes) + 0.5)
    axes.fill_between(
        sessions,
        [point.interval.low for point in curve.points],
        [point.interval.high for point in curve.points],
        color=BLUE,
        alpha=0.16,
        linewidth=0,
        label="95 % interval",
    )
    _draw_rate(axes, curve)
    _draw_outcomes(axes, curve.outcomes)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.06), frameon=False, fontsize=8)


def _draw_rate(axes: Axes, curve: LearningCurve) -> None:
    """The trailing mean; dotted while it rests on fewer sessions than its window."""
    full = next((i for i, point in enumerate(curve.points) if point.count == curve.window), len(curve.points) - 1)
    sessions, rates = [point.session for point in curve.points], [point.rate for point in curve.points]
    axes.plot(sessions[: full + 1], rates[: full + 1], color=BLUE, linewidth=1.2, linestyle=":")
    label = f"mean of the last {curve.window} sessions"
    axes.plot(sessions[full:], rates[full:], color=BLUE, linewidth=1.8, label=label)


def _draw_outcomes(axes: Axes, outcomes: Sequence[bool | None]) -> None:
    """A tick a session: at the top a success, at the bottom a failure, a cross where there is no score."""
    for wanted, height, colour, marker in (
        (True, 1.03, BLUE, "|"),
        (False, -0.03, ORANGE, "|"),
        (None, -0.03, GREY, "x"),
    ):
        at = [position for position, outcome in enumerate(outcomes, 1) if outcome is wanted]
        axes.plot(at, [height] * len(at), linestyle="none", marker=marker, markersize=5, color=colour)


def _draw_arms(axes: Axes, arms: Sequence[ArmMetrics]) -> None:
    axes.grid(axis="y", color="#E4E6EA", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_title("On held-out tasks")
    axes.tick_params(axis="y", length=0)
    shown = [(arm, rate) for arm in arms if (rate := arm.success.value) is not None]
    if not shown:
        _say_empty(axes)
        return
    for place, (arm, rate) in enumerate(shown):
        colour = BLUE if place == len(shown) - 1 else GREY
        reach = [[rate - arm.success.interval.low], [arm.success.interval.high - rate]]
        axes.errorbar(place, rate, yerr=reach, fmt="o", color=colour, capsize=4, markersize=7, linewidth=1.6)
        axes.annotate(
            percent(rate), (place, rate), (9, 0), textcoords="offset points", va="center", fontweight="bold"
        )
    labels = [f"{textwrap.fill(arm.arm, 10)}\nn = {arm.success.total}" for arm, _ in shown]
    axes.set_xticks(range(len(shown)), labels)
    axes.set_xlim(-0.5, len(shown) - 0.2)


def _say_empty(axes: Axes) -> None:
    axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center", va="center", color=GREY)
    axes.set_xticks([])
