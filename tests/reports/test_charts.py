from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray

from atlas.core.tasks import TaskId
from atlas.reports.breakdown import Group, Outcome, breakdown
from atlas.reports.charts import BarPanel, ChartRow, bar_chart, heat_map, interval_chart
from atlas.reports.page import Picture


def group(passed: int, total: int, tasks: int | None = None) -> Group:
    outcomes = [Outcome("g", n < passed, TaskId(str(n % (tasks or total)))) for n in range(total)]
    return breakdown(outcomes)[0]


ROWS = (ChartRow("quotes", (group(12, 20), group(3, 20))), ChartRow("clients", (group(5, 20), None)))


def pixels(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(imread(io.BytesIO(picture.png), format="png"))


def differing(one: Picture, other: Picture) -> int:
    here, there = pixels(one), pixels(other)
    assert here.shape == there.shape
    return int(np.any(here != there, axis=2).sum())


@pytest.mark.parametrize("chart", [interval_chart, heat_map])
def test_numbers_move_the_picture_and_equal_ones_do_not(chart: type) -> None:
    shown = chart("Rates", ("one", "two"), ROWS)
    assert chart("Rates", ("one", "two"), ROWS) == shown
    other = (ROWS[0], ChartRow("clients", (group(15, 20), None)))
    assert differing(shown, chart("Rates", ("one", "two"), other)) > 50
    assert differing(shown, chart("Other", ("one", "two"), ROWS)) > 50


@pytest.mark.parametrize("chart", [interval_chart, heat_map])
def test_a_small_group_looks_different(chart: type) -> None:
    enough, few = group(20, 20), group(20, 20, tasks=1)
    assert few.rate.value == enough.rate.value
    small = Group("g", enough.rate, 1)
    assert differing(
        chart("Rates", ("one",), (ChartRow("a", (enough,)),)), chart("Rates", ("one",), (ChartRow("a", (small,)),))
    )


@pytest.mark.parametrize("chart", [interval_chart, heat_map])
def test_nothing_to_show_is_a_picture_too(chart: type) -> None:
    assert pixels(chart("Rates", ("one",), ())).shape[1] > 500
    assert pixels(chart("Rates", ("one",), (ChartRow("a", (None,)),))).shape[1] > 500


def test_more_rows_make_a_higher_picture() -> None:
    short, tall = (pixels(interval_chart("Rates", ("one", "two"), ROWS * n)) for n in (1, 6))
    assert tall.shape[0] > short.shape[0] + 300


def test_bars_are_as_long_as_their_numbers() -> None:
    def blue(value: float | None) -> int:
        panel = BarPanel("tokens", (("a", value, "x"), ("b", 100.0, "x")))
        image = pixels(bar_chart("Spent", (panel,)))[..., :3]
        return int(np.all(np.abs(image - np.array([0, 0x72, 0xB2]) / 255) < 0.01, axis=2).sum())

    none, half, whole = blue(None), blue(50.0), blue(100.0)
    assert none < half < whole
    assert whole - none == pytest.approx(2 * (half - none), rel=0.02)


def test_bars_without_any_number() -> None:
    panels = (BarPanel("tokens", (("a", None, "no success"),)), BarPanel("cost", (("a", None, "unknown"),)))
    assert pixels(bar_chart("Spent", panels)).shape[1] == 1440
