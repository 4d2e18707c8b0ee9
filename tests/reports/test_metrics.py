from __future__ import annotations

from atlas.reports.metrics import Rate, Spread


def test_a_spread_over_spreads_is_the_spread_of_all_values() -> None:
    one, two = [0.2, 0.9], [0.5, 0.1, 0.7]
    merged, whole = Spread.over([Spread.of(one), Spread.of([]), Spread.of(two)]), Spread.of(one + two)
    assert (merged.count, merged.least, merged.most) == (whole.count, whole.least, whole.most)
    assert merged.mean is not None
    assert whole.mean is not None
    assert abs(merged.mean - whole.mean) < 1e-12


def test_nothing_has_no_mean() -> None:
    assert Spread.of([]) == Spread(0, None, None, None) == Spread.over([])


def test_a_rate_of_nothing_is_unknown() -> None:
    rate = Rate.of([], [])
    assert rate.value is None
    assert (rate.interval.low, rate.interval.high) == (0.0, 1.0)
