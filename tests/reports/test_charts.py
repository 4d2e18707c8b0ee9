from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray

from atlas.core.tasks import TaskId
from atlas.reports.breakdown import Group, Outcome, breakdown
from atlas.reports.charts import (
    BarPanel,
    ChartRow,
    DifferenceRow,
    bar_chart,
    curve_chart,
    difference_chart,
    heat_map,
    interval_chart,
)
from atlas.reports.learning_curve import learning_curve
from atlas.reports.page import Picture
from atlas.reports.statistics.intervals import Interval
from tests.reports.played import session


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


def difference(shift: float, conclusion: str = "better") -> DifferenceRow:
    return DifferenceRow("a -> b", shift, Interval(shift - 0.1, shift + 0.1), conclusion)


def test_differences_stand_where_they_are_and_show_what_is_concluded() -> None:
    shown = difference_chart("Differences", [difference(0.2), difference(-0.1)])
    assert difference_chart("Differences", [difference(0.2), difference(-0.1)]) == shown
    assert differing(shown, difference_chart("Differences", [difference(0.3), difference(-0.1)])) > 50
    assert differing(shown, difference_chart("Differences", [difference(0.2, "worse"), difference(-0.1)])) > 50
    assert difference_chart("Differences", []).png.startswith(b"\x89PNG")


def test_curves_begin_where_they_are_told_and_only_with_a_full_window() -> None:
    stream = [session(str(number), number % 3 > 0, "one") for number in range(40)]
    curve = learning_curve(stream, 10)
    shown = curve_chart("Curves", [curve], {"one": 0}, 2, 5)
    assert curve_chart("Curves", [curve], {"one": 0}, 2, 5) == shown
    assert differing(shown, curve_chart("Curves", [curve], {"one": 0}, 2, 15)) > 50
    late = [session(str(number), number % 3 > 0 or number < 9, "one") for number in range(40)]
    assert differing(shown, curve_chart("Curves", [learning_curve(late, 10)], {"one": 0}, 2, 5)) > 50
    assert curve_chart("Curves", [learning_curve([])], {"": 0}, 2, 5).png.startswith(b"\x89PNG")
    assert curve_chart("Curves", [learning_curve(stream[:4], 10)], {"one": 0}, 2, 5).svg
