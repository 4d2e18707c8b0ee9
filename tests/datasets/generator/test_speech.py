"""Speech: phrase banks, tidy sentences, amounts and days in words."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from atlas.datasets.generator import speech
from atlas.datasets.generator.speech import Bank, expand, expansions, sentence, unless_taken

TODAY = date(2026, 3, 2)


def test_choices_are_expanded() -> None:
    assert set(expansions("[a|b] {x} [c|]")) == {"a {x} c", "b {x} c", "a {x} ", "b {x} "}
    assert {expand(Random(n), "[a|b] c") for n in range(20)} == {"a c", "b c"}
    assert {expand(Random(n), "[a|[b|c]]") for n in range(40)} == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("close {deal}.", "Close acme Pilot."),
        ("now  close {deal} , please.", "Now close acme Pilot, please."),
        ("{deal} is won", "Acme Pilot is won"),
        ("thanks. {deal} is won?.", "Thanks. Acme Pilot is won?"),
    ],
)
def test_sentences_are_tidied_and_values_kept(template: str, text: str) -> None:
    assert sentence(template, deal="acme Pilot") == text


def test_braces_and_spaces_in_a_value_stay() -> None:
    assert sentence("set {x}", x="a  , {b}") == "Set a  , {b}"


def test_a_bank_is_worded_in_all_its_ways() -> None:
    bank = Bank(do=("close {deal}",), ask=("is {deal} closed",), want=("the stage of {deal}",), say=("{deal}!",))
    first = {bank.worded(Random(n), first=True, deal="Pilot") for n in range(300)}
    later = {bank.worded(Random(n), first=False, deal="Pilot") for n in range(300)}
    assert len(bank) == 4
    assert "Pilot!" in first & later
    assert "Good morning! Please close Pilot." in first - later
    assert any(text.startswith("And ") for text in later - first)
    assert all("{" not in text and text[0].isupper() for text in first | later)


def test_frames_in_which_the_user_acts_do_not_take_tell_me() -> None:
    bank = Bank(do=("tell me the stage of {deal}",))
    said = {bank.worded(Random(n), first=first, deal="X") for n in range(200) for first in (True, False)}
    assert not any(text.startswith(speech.JOINT) for text in said)


def test_money_and_dates() -> None:
    assert [speech.money(amount) for amount in (48_500, 48_512.5, 1_000_000)] == [
        "$48,500",
        "$48,512.50",
        "$1,000,000",
    ]
    assert speech.long_date(date(2026, 4, 7)) == "April 7, 2026"
    assert {speech.spoken_percent(Random(n), 12.5) for n in range(20)} == {"12.5%", "12.5 percent"}
    assert {speech.spoken_money(Random(n), 48_500) for n in range(80)} == {
        "$48,500", "48,500 dollars", "USD 48,500", "48500", "48.5k", "$48.5k",
    }  # fmt: skip


def test_a_day_far_off_is_said_with_its_year() -> None:
    day = TODAY + timedelta(days=400)
    assert all("2027" in speech.spoken_date(Random(n), day, TODAY) for n in range(60))


def test_future_days_lie_ahead() -> None:
    days = [speech.future_day(Random(n), TODAY) for n in range(300)]
    assert min(days) >= TODAY + timedelta(days=8)
    assert max(days) <= TODAY + timedelta(days=271)


def test_number_words_and_lists() -> None:
    assert [speech.number_word(n) for n in (0, 3, 12, 13, -1)] == ["no", "three", "twelve", "13", "-1"]
    assert speech.listed(["a"]) == "a"
    assert speech.listed(["a", "b", "c"], "or") == "a, b or c"


def test_a_wording_nobody_used_is_preferred() -> None:
    taken = {"a"}
    words = iter(["a", "a", "b"])
    assert unless_taken(taken, 5, lambda: next(words)) == "b"
    assert taken == {"a", "b"}
    assert unless_taken(taken, 3, lambda: "a") == "a"
