"""Plain history: what happened, the newest first to be kept, never more than the budget."""

from __future__ import annotations

import pytest

from atlas.models.offline.advice import advice_in
from atlas.runs.experiment.history import as_playbook_block, history_text, transcript
from tests.reports.played import OUTAGE, session

ONE, TWO = session("one", True), session("two", False)


def test_a_transcript_says_what_was_asked_called_answered_guided_and_how_it_ended() -> None:
    assert transcript(ONE).splitlines() == [
        "User: request 1",
        "Call: quote_search(name='Q1') -> ok",
        "Reply: Quote Q1 is $1,500.00.",
        "User: request 2",
        "Call: quote_search(name='Q1') -> ok",
        "Reply: It is sent.",
        "Teacher: Search first.",
        "Outcome: right",
    ]
    assert transcript(TWO).endswith("Outcome: wrong")
    assert transcript(session("lost", None, failure=OUTAGE)) == ""


@pytest.mark.parametrize("budget", [0, 1, 2, 10, 60, 200, 300, 10_000])
def test_it_keeps_within_the_budget_and_to_whole_lines(budget: int) -> None:
    text = history_text([ONE, TWO], budget)
    assert len(text) <= budget
    lines = [*transcript(ONE).splitlines(), *transcript(TWO).splitlines()]
    assert set(text.splitlines()) <= set(lines)


def test_the_newest_is_kept_and_the_order_is_that_of_play() -> None:
    assert history_text([ONE, TWO], 10_000) == f"{transcript(ONE)}\n{transcript(TWO)}"
    assert history_text([ONE, TWO], len(transcript(TWO)) + 1) == transcript(TWO)
    assert history_text([], 100) == ""


def test_it_is_shown_in_the_frame_of_a_playbook() -> None:
    assert advice_in(f"Orders.\n\n{as_playbook_block(transcript(ONE))}")[6] == "Teacher: Search first."
