"""The data card: the shipped README says what the shipped files hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.datasets.card import data_card
from atlas.errors import DatasetError
from tests.datasets.generator.sets import DATA


def test_the_shipped_card_is_counted_from_the_shipped_files() -> None:
    card = data_card(DATA)
    assert (DATA / "README.md").read_text() == card, "write it anew with: atlas crm card"
    for said in ("| train | 500 |", "| test | 400 |", "| transfer | 300 |", "not by people", "Apache-2.0"):
        assert said in card
    assert "| deal_composites | 0 | 0 |" in card
    assert "| unsafe_filename |" in card


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"dev\.jsonl"):
        data_card(tmp_path)
