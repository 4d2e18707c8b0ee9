from __future__ import annotations

import pytest

from atlas.reports import wording
from atlas.reports.comparison import adjusted, compare
from atlas.reports.metrics import Rate
from atlas.reports.statistics.intervals import Interval
from tests.reports.played import arm


def test_numbers() -> None:
    assert wording.percent(5 / 6) == "83.3 %"
    assert wording.percent(None) == "-"
    assert wording.percent_interval(Interval(0.7456, 0.894)) == "74.6 to 89.4 %"
    assert wording.points(0.125) == "+12.5"
    assert wording.points(-0.004) == "-0.4"
    assert wording.points_interval(Interval(-0.031, 0.214)) == "-3.1 to +21.4"
    assert wording.amount(12345.6) == "12,346"
    assert wording.score(0.98765) == "0.988"


@pytest.mark.parametrize(
    ("cost", "text"),
    [(None, "unknown"), (0.0, "$0.00"), (0.00123, "$0.0012"), (12.5, "$12.50"), (4321.0, "$4,321.00")],
)
def test_money(cost: float | None, text: str) -> None:
    assert wording.money(cost) == text


@pytest.mark.parametrize(("p", "text"), [(0.0002, "< 0.001"), (0.0312, "0.031"), (1.0, "1.000")])
def test_p_values(p: float, text: str) -> None:
    assert wording.p_value(p) == text


def test_a_finding_says_no_more_than_the_data() -> None:
    better = compare(arm("old", [False] * 12) + arm("new", [True] * 12), "old", "new")
    assert wording.finding(better).startswith("new against old: +100.0 points (95 % interval +")
    assert wording.finding(better).endswith("p < 0.001: better.")
    few = compare(arm("old", [False] * 3) + arm("new", [True] * 3), "old", "new")
    assert wording.finding(few).endswith("p = 0.250: underpowered, so few pairs cannot show any difference.")
    more = compare(arm("old", [False] * 20) + arm("new", [True] + [False] * 19), "old", "new")
    assert "underpowered, only a difference of" in wording.finding(more)
    assert wording.finding(more).endswith("5.0 points would matter.")
    nothing = compare(arm("old", [False]), "old", "new")
    assert wording.finding(nothing) == "new against old: nothing to compare, no task was scored in both arms."
    many = [n % 2 == 0 for n in range(1500)]
    equal = compare(arm("old", many) + arm("new", many), "old", "new")
    assert "no difference found, and one of 0.5 points would probably have shown." in wording.finding(equal)


def test_a_rate_never_stands_alone() -> None:
    assert wording.rated(Rate.of([True] * 28 + [False] * 372, range(400))) == "7.0 % (4.9 to 9.9 %), 28 of 400"
    assert wording.rated(Rate.of([], [])) == "-"


def test_differences_and_means() -> None:
    assert wording.plain_points(0.125) == "12.5 points"
    assert wording.plain_points(None) == "-"
    assert [wording.signed_money(cost) for cost in (-0.00123, 0.0, 2.5)] == ["-$0.0012", "$0.00", "$2.50"]
    assert [wording.mean(value) for value in (None, 1.255)] == ["-", "1.25"]
    assert wording.seconds(1.5) == "1.50 s"


def test_a_finding_says_that_it_is_one_of_several() -> None:
    sessions = arm("old", [False] * 8) + arm("new", [True] * 8)
    made = [compare(sessions, "old", "new", made_together=3)] * 3
    assert "p = 0.008 (0.008 adjusted for 3 comparisons): better." in wording.finding(adjusted(made)[0])
    assert "adjusted" not in wording.finding(compare(sessions, "old", "new"))
