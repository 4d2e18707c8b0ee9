"""Duplicates, word for word and but for names and numbers."""

from __future__ import annotations

from atlas.datasets.audit import duplicates
from atlas.datasets.audit.subject import Subject
from tests.datasets.audit.making import current, old, says, spots, talk
from tests.datasets.samples import DEAL


def test_an_utterance_said_before_names_both_places() -> None:
    found = spots(duplicates.UTTERANCES, current(line=1), current(name="c-2", line=7))
    assert found == [(7, 1, "says the same as line 1, turn 1: 'Move the Pilot deal to Proposal.'")]
    assert spots(duplicates.UTTERANCES, current(), talk(says("Find Acme Foods"), line=2)) == []


def test_a_conversation_id_is_used_once() -> None:
    assert len(spots(duplicates.CONVERSATION_IDS, old(line=1), old(line=2))) == 1
    assert spots(duplicates.CONVERSATION_IDS, old(line=1), old(name="o-2", line=2)) == []


def test_a_script_with_other_names_is_found_and_one_turn_is_no_script() -> None:
    def two(name: str, amount: int, line: int) -> Subject:
        first = says(f"Find {name}", name=name)
        second = says(f"Make it ${amount}", "modify_opportunity", opportunity_id=DEAL, amount=amount)
        return talk(first, second, name=f"c-{line}", line=line)

    rows = [two("Acme Foods", 5000, 1), two("Zenith Tools", 77, 2)]
    assert spots(duplicates.SCRIPTS, *rows) == [(2, None, "is line 1 with other names and numbers, turn for turn")]
    assert spots(duplicates.SCRIPTS, talk(says("Find Acme Foods")), talk(says("Find Acme Foods"), line=2)) == []
    other = talk(says("Look up Acme Foods"), says("Thanks, and Zenith?"), line=3)
    assert spots(duplicates.SCRIPTS, rows[0], other) == []


def test_a_call_asked_for_again_is_found_unless_something_was_written_in_between() -> None:
    find, again = says("Find Acme Foods"), says("Who was that?")
    write = says("Move Pilot to Proposal", "modify_opportunity", opportunity_id=DEAL, stage="Proposal")
    assert spots(duplicates.CALLS, talk(find, again)) == [
        (1, 2, "expects the call of turn 1 again, nothing written since")
    ]
    assert spots(duplicates.CALLS, talk(find, write, again)) == []
