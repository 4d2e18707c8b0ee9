from __future__ import annotations

import pytest

from atlas.reports.evaluation.published import Board, PublishedValue, published

BOARDS = published()


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_every_figure_has_a_source_a_meaning_and_a_reason_not_to_compare(board: Board) -> None:
    assert board.source
    assert board.measured
    assert len(board.not_comparable) > 40
    assert board.rows
    assert all(len(row.values) == len(board.metrics) for row in board.rows)


@pytest.mark.parametrize(
    "value", [value for board in BOARDS for row in board.rows for value in row.values], ids=lambda value: value.text
)
def test_no_percentage_stands_without_its_number_or_the_word_that_there_is_none(value: PublishedValue) -> None:
    if "%" in value.text:
        assert value.counts or "(no " in value.text
    if value.counts:
        passed, total = value.counts
        # Rounding of the source: 51 of 400 is printed there as 12.7.
        assert 100 * passed / total == pytest.approx(float(value.text.removesuffix(" %")), abs=0.0501)


def test_the_older_benchmark_is_there_with_its_interval() -> None:
    atlas = BOARDS[0].rows[-1].values[0]
    assert atlas.interval is not None
    assert (round(atlas.interval.low, 3), round(atlas.interval.high, 3)) == (0.248, 0.377)
    assert PublishedValue("$0.68").interval is None
