"""Habits among files: rates, draws, and what advice does to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.models.offline.gaia.habits import BY_NAME, FILE_HABITS, FileHabits


def test_rates() -> None:
    habits = FileHabits()
    for habit in FILE_HABITS:
        assert 0 < habit.rate < 0.5
        assert habits.rate(habit.name) == habit.rate
        assert FileHabits.flawless().rate(habit.name) == 0
    assert FileHabits.only("wordy").rate("wordy") == 1
    assert FileHabits.only("wordy").rate("boundary") == 0


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("unit_kept", "Convert the result to the unit that is asked for."),
        ("boundary", "Mind whether a limit is inclusive."),
        ("condition_dropped", "Apply every one of the conditions."),
        ("wrong_sheet", "Read the sheet that the question names."),
        ("wordy", "Give only the bare answer."),
        ("unrounded", "Round as asked."),
    ],
)
def test_advice(name: str, line: str) -> None:
    lowered = {habit for habit in BY_NAME if FileHabits().rate(habit, (line,)) < BY_NAME[habit].rate}
    assert lowered == {name}
    assert FileHabits().rate(name, (line,)) == pytest.approx(BY_NAME[name].rate * (1 - BY_NAME[name].compliance))


def test_draws_come_as_often_as_the_rate_says() -> None:
    habits = FileHabits({"wordy": 0.3}, seed=4)
    struck = sum(habits.strikes("wordy", f"question {number}") for number in range(4000))
    assert 0.27 < struck / 4000 < 0.33
    assert habits.strikes("wordy", "q") == habits.drawn_by(None).strikes("wordy", "q")
    assert any(habits.drawn_by(n).strikes("wordy", "q") != habits.strikes("wordy", "q") for n in range(20))


def test_wrong_habits() -> None:
    with pytest.raises(ConfigError, match="did you mean 'wordy'"):
        FileHabits({"wordyy": 0.1})
    with pytest.raises(ConfigError, match="from 0 to 1"):
        FileHabits({"wordy": 1.1})


def test_the_page_lists_them_as_they_are() -> None:
    page = (Path(__file__).parents[4] / "docs" / "gaia.md").read_text()
    listed = {name: float(rate) for name, rate in re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", page, re.MULTILINE)}
    assert listed == {habit.name: habit.rate for habit in FILE_HABITS}
