"""Withholding: who draws, when nobody does, and what the draw depends on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.playbook import EntryId
from atlas.learning.config import LearningConfig
from atlas.learning.render import lessons_for, line, render
from atlas.learning.withhold import NOTHING_WITHHELD, Withholding, withholding
from tests.learning.making import book, brief, make_entry

DEAL = brief("Close the deal with Northwind")


def config(rate: float = 0.1, **learning: object) -> LearningConfig:
    return LearningConfig.model_validate({"usage_tracking": {"withhold_rate": rate}, **learning})


def test_a_tenth_is_withheld_by_default_and_the_draw_is_the_sessions_own() -> None:
    drawn = [withholding(book(), LearningConfig(), f"run/arm/t{n}/0").withholds(EntryId("e")) for n in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(0.1, abs=0.015)
    again = [withholding(book(), LearningConfig(), f"run/arm/t{n}/0").withholds(EntryId("e")) for n in range(4000)]
    assert drawn == again
    other = [withholding(book(), LearningConfig(), f"run/arm/t{n}/0").withholds(EntryId("f")) for n in range(4000)]
    both = sum(one and two for one, two in zip(drawn, other, strict=True))
    assert both / 4000 == pytest.approx(0.01, abs=0.006), "two entries of a session are drawn for apart"


@pytest.mark.parametrize(
    ("frozen", "block"),
    [
        (True, {}),
        (False, {"enabled": False}),
        (False, {"update_enabled": False}),
        (False, {"usage_tracking": {"withhold_rate": 0.9, "enabled": False}}),
        (False, {"usage_tracking": {"withhold_rate": 0}}),
    ],
)
def test_nothing_is_withheld_where_nothing_is_learned_or_recorded(frozen: bool, block: dict[str, object]) -> None:
    playbook = replace(book(make_entry()), frozen=frozen)
    chosen = withholding(playbook, config(0.9, **block), "s")
    assert not any(chosen.withholds(EntryId(str(n))) for n in range(300))
    assert chosen.rate == 0


def test_what_is_withheld_is_recorded_and_its_text_is_gone() -> None:
    first, second = make_entry(total=0.9, name="a"), make_entry(imperative="Look twice", total=0.5, name="b")
    all_of_it = render(book(first, second), DEAL, 4000)
    none_of_it = render(book(first, second), DEAL, 4000, Withholding(1.0, "s"))
    assert (none_of_it.student_text, none_of_it.shown) == ("", ())
    assert none_of_it.withheld == all_of_it.shown == ("a", "b")
    assert (none_of_it.withhold_rate, all_of_it.withhold_rate, all_of_it.withheld) == (1.0, 0.0, ())
    seed = next(
        s
        for s in map(str, range(99))
        if len(render(book(first, second), DEAL, 4000, Withholding(0.5, s)).shown) == 1
    )
    some = render(book(first, second), DEAL, 4000, Withholding(0.5, seed))
    (left,) = [entry for entry in (first, second) if entry.id in some.shown]
    assert some.student_text == line(left)
    assert set(some.matched) == {"a", "b"}


def test_the_room_of_a_withheld_entry_stays_empty() -> None:
    """Else whether one entry is shown would depend on the draw of another, and no draw would be a fair one."""
    first, second = make_entry(total=0.9, name="a"), make_entry(imperative="Look twice", total=0.5, name="b")
    budget = len(line(first)) + 5
    plain = render(book(first, second), DEAL, budget)
    drawn = render(book(first, second), DEAL, budget, Withholding(1.0, "s"))
    assert (plain.shown, plain.left_out) == (("a",), ("b",))
    assert (drawn.shown, drawn.withheld, drawn.left_out) == ((), ("a",), ("b",))


def test_lessons_are_whole_unless_something_is_to_be_withheld() -> None:
    playbook = book(make_entry(name="a"))
    assert lessons_for(playbook, DEAL, config(0.9)).shown == ("a",)
    assert lessons_for(playbook, DEAL, config(0.9), Withholding(1.0, "s")).withheld == ("a",)
    assert lessons_for(playbook, DEAL, config(0.9, apply_to_prompts=False), Withholding(1.0, "s")).withheld == ()
    assert not NOTHING_WITHHELD.withholds(EntryId("a"))
