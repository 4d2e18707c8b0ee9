"""Draws: even, repeatable, and the same in every process."""

from __future__ import annotations

from statistics import fmean

import pytest

from atlas.models.offline.draws import uniform


def test_a_known_value_holds_on_every_machine() -> None:
    assert uniform(7, "habit", "first_hit", "hello", "0") == pytest.approx(0.8001955456432113, abs=1e-12)


def test_draws_are_even() -> None:
    drawn = [uniform(1, "x", str(number)) for number in range(4000)]
    assert all(0 <= value < 1 for value in drawn)
    assert fmean(drawn) == pytest.approx(0.5, abs=0.02)
    assert sum(value < 0.1 for value in drawn) / 4000 == pytest.approx(0.1, abs=0.02)


def test_parts_are_not_run_together() -> None:
    assert uniform(1, "ab", "c") != uniform(1, "a", "bc")
