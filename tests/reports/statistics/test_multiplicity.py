from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from atlas.reports.statistics.multiplicity import benjamini_hochberg

# The fifteen p-values of section 3.2 of Benjamini & Hochberg (1995).
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_published_example_has_four_discoveries() -> None:
    discoveries = [p for p, q in zip(PUBLISHED, benjamini_hochberg(PUBLISHED), strict=True) if q <= 0.05]
    assert discoveries == PUBLISHED[:4]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_it_equals_scipy_in_any_order(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values), abs=1e-12)


def test_it_holds_the_false_discovery_rate() -> None:
    """200 families of 40 true nulls and 10 strong effects: at most 5 % of the discoveries are false on average."""
    draw = np.random.default_rng(3)
    shares = []
    for _ in range(200):
        nulls, effects = draw.uniform(size=40), draw.uniform(0, 1e-4, size=10)
        adjusted = benjamini_hochberg([*nulls, *effects])
        false, true = sum(q <= 0.05 for q in adjusted[:40]), sum(q <= 0.05 for q in adjusted[40:])
        shares.append(false / max(1, false + true))
    assert 0.01 < float(np.mean(shares)) < 0.06


def test_nothing_to_adjust() -> None:
    assert benjamini_hochberg([]) == []
