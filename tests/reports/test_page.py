from __future__ import annotations

import pytest

from atlas.reports.page import Page, Section, Table, numbers, words


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="Rates: 1 cells under 2 columns"):
        Table("Rates", (*words("run"), *numbers("n")), (("a", "1"), ("b",)))


def test_simulated_stands_in_the_heading() -> None:
    assert Page("Report", True, "", (), (), "").heading == "Report (SIMULATED)"
    assert Page("Report", False, "", (), (), "").heading == "Report"


def test_an_anchor_is_safe_in_a_link() -> None:
    assert Section("Checks: state, replies & tool calls").anchor == "checks-state-replies-tool-calls"
