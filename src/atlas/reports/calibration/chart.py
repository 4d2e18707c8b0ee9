"""The calibration chart: estimated against planted effects, by withholding and by the observed figures."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from atlas.reports.calibration.recovery import PlantScore
from atlas.reports.drawing import BLUE, GREY, INK, MARKERS, ORANGE, PALETTE, drawing_style, picture_of
from atlas.reports.page import Picture

_REACH = 0.55


def recovery_chart(plants: Sequence[PlantScore]) -> Picture:
    """A panel a rate: each plant's mean estimate over the replications, with one standard deviation either way."""
    rates = list(dict.fromkeys(plant.withhold_rate for plant in plants))
    with drawing_style():
        figure = Figure(figsize=(4.6 * len(rates), 4.4), layout="constrained", dpi=120)
        figure.suptitle(
            "Planted and estimated effects on the mean reward (SIMULATED)", x=0.01, ha="left", fontsize=10
        )
        for axes, rate in zip(figure.subplots(1, len(rates), squeeze=False)[0], rates, strict=True):
            _draw(axes, rate, [plant for plant in plants if plant.withhold_rate == rate])
        return picture_of(figure)


def _draw(axes: Axes, rate: float, plants: Sequence[PlantScore]) -> None:
    axes.set_title(f"withheld {rate:.0%} of the time")
    axes.axline((0, 0), slope=1, color=GREY, linewidth=0.8)
    axes.axhline(0, color=GREY, linewidth=0.5, linestyle=":")
    truths = [plant.truth for plant in plants]
    axes.errorbar(
        truths,
        [plant.mean_effect for plant in plants],
        yerr=[plant.spread for plant in plants],
        fmt=MARKERS[0],
        color=BLUE,
        ecolor=PALETTE[5],
        capsize=2,
        label="shown against withheld",
    )
    seen = [plant for plant in plants if plant.naive_mean is not None]
    axes.plot(
        [plant.truth for plant in seen],
        [plant.naive_mean or 0.0 for plant in seen],
        MARKERS[1],
        color=ORANGE,
        label="observed: fired against cue silent",
    )
    axes.set_xlim(-_REACH, _REACH)
    axes.set_ylim(-_REACH, _REACH)
    axes.set_xlabel("planted effect", color=INK)
    axes.set_ylabel("estimated effect", color=INK)
    axes.legend(loc="upper left", frameon=False, fontsize=8)
