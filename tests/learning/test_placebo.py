"""A playbook that says nothing."""

from __future__ import annotations

from atlas.learning.placebo import placebo
from atlas.learning.render import render
from tests.learning.making import book, brief, make_entry


def test_the_same_entries_fire_and_say_nothing() -> None:
    real = book(make_entry(total=0.5), make_entry("quote", kind="keyword", imperative="Check it", total=0.4))
    turns = brief("Close the deal")
    shown, emptied = render(real, turns, 4000), render(placebo(real), turns, 4000)
    assert emptied.shown == shown.shown
    assert "Search the deal" in shown.student_text
    assert "Search the deal" not in emptied.student_text
    assert "opportunity_search" not in emptied.student_text
    assert placebo(real).author == "placebo"
