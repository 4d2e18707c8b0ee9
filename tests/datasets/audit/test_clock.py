"""The clock: dates that stop being right."""

from __future__ import annotations

from atlas.datasets.audit import clock
from tests.datasets.audit.making import current, old, spots, talk
from tests.datasets.samples import DEAL, bent, failing_turn

DATED = ("turns.0.expected_args.close_date", "2025-12-31")


def test_a_date_that_is_compared_with_the_wall_clock_is_a_bomb() -> None:
    assert spots(clock.BOMBS, old(DATED)) == [
        (
            1,
            1,
            "modify_opportunity.close_date 2025-12-31 is compared with the wall clock, the row has none of its own",
        )
    ]
    assert spots(clock.BOMBS, old(("turns.0.expected_args.valid_until", "2025-12-31"))) == []


def test_counting_from_today_needs_a_clock() -> None:
    said = ("turns.0.user_utterance", "Move the Pilot deal to Proposal by next month")
    assert len(spots(clock.BOMBS, old(said))) == 1
    assert spots(clock.BOMBS, current(said)) == []


def test_a_date_before_the_world_began_is_a_bomb_unless_it_must_be_refused() -> None:
    assert "lies before the world's today, 2026-03-02" in spots(clock.BOMBS, current(DATED))[0][2]
    assert spots(clock.BOMBS, current(("turns.0.expected_args.close_date", "2026-03-02"))) == []
    refused = bent(failing_turn(), "expected_args", {"opportunity_id": DEAL, "close_date": "2025-12-31"})
    assert spots(clock.BOMBS, talk(refused)) == []


def test_a_text_that_is_no_date_is_left_to_others() -> None:
    assert spots(clock.BOMBS, current(("turns.0.expected_args.close_date", "soon"))) == []
