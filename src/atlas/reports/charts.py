"""Charts: rates with intervals, a heat map of rates, and bars, each made from labelled numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from atlas.reports.breakdown import Group
from atlas.reports.drawing import BLUE, GREY, INK, MARKERS, ORANGE, PALETTE, drawing_style, picture_of
from atlas.reports.learning_curve import LearningCurve
from atlas.reports.page import Picture
from atlas.reports.statistics.intervals import Interval
from atlas.reports.wording import percent

_COLOURS = colormaps["cividis"]


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One label and its group in each series; None where a series has nothing there."""

    label: str
    groups: tuple[Group | None, ...]


@dataclass(frozen=True, slots=True)
class BarPanel:
    """One bar a label; a bar without a value says `missing` instead."""

    title: str
    bars: tuple[tuple[str, float | None, str], ...]
    """Label, length, and the length in words."""


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One paired difference of rates with its interval, and what is concluded from it."""

    label: str
    difference: float
    interval: Interval
    conclusion: str


def interval_chart(title: str, series: Sequence[str], rows: Sequence[ChartRow]) -> Picture:
    """Each rate as a point with its 95 % interval, hollow for a small group; series stand below each other."""
    step = 0.17
    height = max(0.45, 0.16 + step * len(series))
    with drawing_style():
        figure = _figure(title, 9, 1.5 + height * len(rows))
        axes = figure.subplots()
        for place, name in enumerate(series):
            shift = (place - (len(series) - 1) / 2) * step / height
            _draw_series(axes, place, name, [row.groups[place] for row in rows], shift)
        _label_rows(axes, [row.label for row in rows])
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        axes.grid(axis="x", color="#E4E6EA", linewidth=0.8)
        if len(series) > 1 and rows:
            figure.legend(loc="outside lower left", frameon=False, ncols=2, fontsize=8)
        return picture_of(figure)


def heat_map(title: str, columns: Sequence[str], rows: Sequence[ChartRow]) -> Picture:
    """Rates as a grid of colours with the numbers in it, in brackets for small groups."""
    with drawing_style():
        figure = _figure(title, max(6.0, 3.2 + 1.5 * len(columns)), 1.2 + 0.3 * len(rows))
        axes = figure.subplots()
        for line, row in enumerate(rows):
            for place, group in enumerate(row.groups):
                _draw_cell(axes, place, line, group)
        _label_rows(axes, [row.label for row in rows])
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_xticks(range(len(columns)), [textwrap.fill(name, 20) for name in columns])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
        return picture_of(figure)


def bar_chart(title: str, panels: Sequence[BarPanel]) -> Picture:
    """Panels of horizontal bars side by side, each on its own scale from zero."""
    tallest = max((len(panel.bars) for panel in panels), default=0)
    with drawing_style():
        figure = _figure(title, 9, 1.3 + 0.45 * max(1, tallest))
        for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
            _draw_bars(axes, panel)
        return picture_of(figure)


def difference_chart(title: str, rows: Sequence[DifferenceRow]) -> Picture:
    """Each difference as a point with its interval around zero, in percentage points; filled where it is shown."""
    with drawing_style():
        figure = _figure(title, 9, 1.3 + 0.42 * max(1, len(rows)))
        axes = figure.subplots()
        axes.axvline(0, color=GREY, linewidth=1)
        for line, row in enumerate(rows):
            shown = row.conclusion in ("better", "worse")
            colour = ORANGE if row.conclusion == "worse" else BLUE
            low, high = 100 * row.interval.low, 100 * row.interval.high
            axes.plot([low, high], [line, line], color=colour, linewidth=1.6)
            face = colour if shown else "white"
            axes.plot([100 * row.difference], [line], "o", color=colour, markerfacecolor=face, markersize=6)
            axes.annotate(row.conclusion, (high, line), (6, 0), textcoords="offset points", va="center", fontsize=8)
        _label_rows(axes, [row.label for row in rows])
        axes.grid(axis="x", color="#E4E6EA", linewidth=0.8)
        axes.margins(x=0.18)
        axes.set_xlabel("points")
        return picture_of(figure)


def curve_chart(
    title: str, curves: Sequence[LearningCurve], starts: Mapping[str, int], orders: int, seeded: int
) -> Picture:
    """Trailing success by place in the order, with bands; each curve begins after `starts` places.

    A curve has `orders` sessions a place. A line marks where the `seeded` sessions end.
    """
    with drawing_style():
        figure = _figure(title, 9, 4.2)
        axes = figure.subplots()
        for number, curve in enumerate(curve for curve in curves if curve.points):
            # What rests on fewer sessions than the window jumps about and says nothing.
            drawn = [point for point in curve.points if point.count == curve.window] or curve.points[-1:]
            colour, places = PALETTE[number], [starts[curve.arm] + point.session / orders for point in drawn]
            low, high = [point.interval.low for point in drawn], [point.interval.high for point in drawn]
            axes.fill_between(places, low, high, color=colour, alpha=0.14, linewidth=0)
            axes.plot(places, [point.rate for point in drawn], color=colour, linewidth=1.8, label=curve.arm)
        axes.axvline(seeded, color=GREY, linewidth=1, linestyle=":")
        axes.annotate(
            "the stream begins", (seeded, 0.02), (4, 0), textcoords="offset points", fontsize=8, color=GREY
        )
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        axes.grid(axis="y", color="#E4E6EA", linewidth=0.8)
        axes.set_xlabel("place in the order")
        axes.set_ylabel("strict success, trailing")
        if any(curve.points for curve in curves):
            axes.legend(loc="lower right", frameon=False, fontsize=8)
        return picture_of(figure)


def _figure(title: str, width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=160, layout="constrained")
    figure.suptitle(textwrap.fill(title, int(width * 11)), x=0.02, ha="left", fontsize=11, fontweight="bold")
    return figure


def _draw_series(axes: Axes, place: int, name: str, groups: Sequence[Group | None], shift: float) -> None:
    colour, marker = PALETTE[place % len(PALETTE)], MARKERS[place % len(MARKERS)]
    # Drawn outside the axes, so that the legend names every series, also one without a single rate.
    axes.plot([-9], [0], linestyle="none", marker=marker, color=colour, label=name)
    for line, group in enumerate(groups):
        if group is None or group.rate.value is None:
            continue
        value, interval = group.rate.value, group.rate.interval
        axes.errorbar(
            value,
            line + shift,
            xerr=[[value - interval.low], [interval.high - value]],
            fmt=marker,
            color=colour,
            markerfacecolor="white" if group.few else colour,
            capsize=3,
            markersize=5.5,
            linewidth=1.4,
        )


def _draw_cell(axes: Axes, place: int, line: int, group: Group | None) -> None:
    if group is None or group.rate.value is None:
        axes.text(place, line, "-", ha="center", va="center", color=GREY, fontsize=8)
        return
    value = group.rate.value
    axes.add_patch(Rectangle((place - 0.48, line - 0.46), 0.96, 0.92, color=_COLOURS(value), linewidth=0))
    text = f"{percent(value)}, n {group.rate.total}"
    ink = "white" if value < 0.55 else INK
    said = f"({text})" if group.few else text
    axes.text(place, line, said, ha="center", va="center", color=ink, fontsize=7.5)


def _label_rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_axisbelow(True)
    if not labels:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center", va="center", color=GREY)


def _draw_bars(axes: Axes, panel: BarPanel) -> None:
    axes.set_title(panel.title)
    known = [value for _, value, _ in panel.bars if value is not None]
    most = max(known, default=0.0) or 1.0
    for line, (_, value, said) in enumerate(panel.bars):
        axes.barh(line, value or 0.0, height=0.62, color=BLUE)
        axes.annotate(said, (value or 0.0, line), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xlim(0, most * 1.35)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    _label_rows(axes, [textwrap.fill(label, 24) for label, _, _ in panel.bars])
