"""What an utterance holds, and when two wordings hold the same."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.datasets.held import held, strangers

TODAY = date(2026, 3, 2)
NAMES = ("Acme Foods", "Acme Foods Europe", "Pilot", "Zenith", "v1", "v2", "new.jane@acme.com")
SAID = 'Please raise the amount of the Acme Foods deal "Pilot" by 10% and close it on April 17.'


def difference(old: str, new: str) -> str | None:
    return held(old, NAMES, TODAY).difference(held(new, NAMES, TODAY))


@pytest.mark.parametrize(
    "text",
    [
        'The amount of the Acme Foods opportunity "Pilot" should go up by 10 percent; April 17 is its close.',
        'Could you increase the value of the deal "Pilot" of Acme Foods by 10%? It is to close on 17 April.',
        SAID,
    ],
)
def test_other_words_for_the_same_request_hold_the_same(text: str) -> None:
    assert difference(SAID, text) is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("Find Acme Foods", "Find the client", "names missing"),
        ("Find Acme Foods", "Find acme foods", "names missing"),
        ("Find Acme Foods", "Find Acme Foods Europe", "names added"),
        ("Find Acme Foods", "Find Acme Foods, not Zenith", "names added"),
        ('Set it to "draft "', 'Set it to "draft"', "quoted texts missing"),
        ("Make it $48,500", "Make it $48,000", "numbers missing"),
        ("Make it 48.5k", "Make it 48.5k, that is 3 of them", "numbers added"),
        ("Make it 5", "Make it 5 for $5", "dollars added"),
        ("Make it 5", "Make it 5 at 5%", "percents added"),
        ("Close on April 17", "Close on April 18", "numbers missing"),
        ("Close on April 17", "Close on May 17", "dates missing"),
        ("Push by two weeks", "Push by two days", "dates missing"),
        ("Mail to jo@acme.com", "Mail to joe@acme.com", "codes missing"),
        ("Cancel quote v3", "Cancel quote v4", "codes missing"),
        ("Mark the quote as sent", "Mark the quote as approved", "states missing"),
        ("It is closed won", "It is closed", "states missing"),
        ("Cancel that quote", "Delete that quote", "steering words missing"),
        ("Cancel the second quote", "Cancel the quote", "steering words missing"),
        ("Cancel the largest quote", "Cancel the cheapest quote", "steering words missing"),
        ("Who owns that deal?", "Who owns that client?", "steering words missing"),
        ("Who owns it and at what stage is it?", "Who owns it?", "steering words missing"),
        ("Do it", "Don't do it", "steering words added"),
        ("Do not do it", "You can do it", "steering words missing"),
        ("Call her", "Call him", "steering words missing"),
        ("Show the deals", "Show all deals", "steering words added"),
    ],
)
def test_what_decides_a_request_must_stay(old: str, new: str, what: str) -> None:
    assert difference(old, new) == what


def test_one_is_too_common_to_count() -> None:
    assert difference("One more thing: find Pilot", "And find Pilot") is None


def test_a_date_may_be_written_another_way_with_its_numbers() -> None:
    assert difference("Close on April 17, 2026", "Close on 17 April 2026") is None


def test_capitalised_words_from_nowhere_are_strangers() -> None:
    assert strangers("Please tell Robert that Pilot is due in April", "Pilot is due 2026-04-01") == ["Robert"]
    assert strangers("Could you, Pilot being due, move it to Proposal?", "pilot to proposal") == []
    assert strangers("Robert", "x") == [], "at the start of a sentence any word is capitalised"
