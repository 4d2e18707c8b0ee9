"""Withholding: who draws, when nobody does, and what the draw depends on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.playbook import EntryId
from atlas.learning.config import LearningConfig, UsageConfig
from atlas.learning.render import lessons_for, line, render
from atlas.learning.withhold import NOTHING_WITHHELD, Withholding, withholding
from tests.learning.making import book, brief, make_entry

DEAL = brief("Close the deal with Northwind")


def config(rate: float = 0.1, **learning: object) -> LearningConfig:
    return LearningConfig.model_validate({"usage_tracking": {"withhold_rate": rate}, **learning})


def each_at(rate: float, seed: str = "s") -> Withholding:
    return Withholding({EntryId("a"): rate, EntryId("b"): rate}, seed)


def withheld(entry_id: str, sessions: int, learning: LearningConfig | None = None) -> list[bool]:
    """What 4,000 sessions draw for an entry that `sessions` others have drawn for."""
    entry, drawn = make_entry(name=entry_id), {EntryId(entry_id): sessions}
    chosen = (withholding(book(entry), learning or LearningConfig(), f"run/arm/t{n}/0", drawn) for n in range(4000))
    return [each.withholds(EntryId(entry_id)) for each in chosen]


def test_a_new_entry_is_withheld_more_often_and_the_draw_is_the_sessions_own() -> None:
    assert sum(withheld("e", 0)) / 4000 == pytest.approx(0.3, abs=0.025)
    assert sum(withheld("e", 199)) / 4000 == pytest.approx(0.3, abs=0.025)
    old = withheld("e", 200)
    assert sum(old) / 4000 == pytest.approx(0.1, abs=0.015)
    assert old == withheld("e", 4000)
    both = sum(one and two for one, two in zip(old, withheld("f", 200), strict=True))
    assert both / 4000 == pytest.approx(0.01, abs=0.006), "two entries of a session are drawn for apart"


@pytest.mark.parametrize(
    ("tracking", "new", "old"),
    [
        ({}, 0.3, 0.1),
        ({"withhold_rate": 0.5}, 0.5, 0.5),
        ({"withhold_rate": 0}, 0.0, 0.0),
        ({"new_entry_withhold_rate": 0}, 0.1, 0.1),
        ({"new_entry_sessions": 0}, 0.1, 0.1),
        ({"new_entry_sessions": 20, "new_entry_withhold_rate": 0.5}, 0.5, 0.1),
    ],
)
def test_the_rate_falls_when_an_entry_is_no_longer_new(tracking: dict[str, float], new: float, old: float) -> None:
    usage = UsageConfig.model_validate(tracking)
    assert (usage.rate_after(19), usage.rate_after(200)) == (new, old)


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
    (entry,) = playbook.entries
    chosen = [withholding(playbook, config(0.9, **block), f"s{n}", {}) for n in range(300)]
    assert not any(each.withholds(entry.id) or each.rate(entry.id) for each in chosen)


def test_what_is_withheld_is_recorded_and_its_text_is_gone() -> None:
    first, second = make_entry(total=0.9, name="a"), make_entry(imperative="Look twice", total=0.5, name="b")
    all_of_it = render(book(first, second), DEAL, 4000)
    none_of_it = render(book(first, second), DEAL, 4000, each_at(1.0))
    assert (none_of_it.student_text, none_of_it.shown) == ("", ())
    assert none_of_it.withheld == all_of_it.shown == ("a", "b")
    assert none_of_it.withhold_rates == {"a": 1.0, "b": 1.0}
    assert (all_of_it.withhold_rates, all_of_it.withheld) == ({}, ())
    seed = next(
        s for s in map(str, range(99)) if len(render(book(first, second), DEAL, 4000, each_at(0.5, s)).shown) == 1
    )
    some = render(book(first, second), DEAL, 4000, each_at(0.5, seed))
    (left,) = [entry for entry in (first, second) if entry.id in some.shown]
    assert some.student_text == line(left)
    assert set(some.matched) == {"a", "b"}


def test_the_room_of_a_withheld_entry_stays_empty() -> None:
    """Else whether one entry is shown would depend on the draw of another, and no draw would be a fair one."""
    first, second = make_entry(total=0.9, name="a"), make_entry(imperative="Look twice", total=0.5, name="b")
    budget = len(line(first)) + 5
    plain = render(book(first, second), DEAL, budget)
    drawn = render(book(first, second), DEAL, budget, each_at(1.0))
    assert (plain.shown, plain.left_out) == (("a",), ("b",))
    assert (drawn.shown, drawn.withheld, drawn.left_out) == ((), ("a",), ("b",))


def test_lessons_are_whole_unless_something_is_to_be_withheld() -> None:
    playbook = book(make_entry(name="a"))
    assert lessons_for(playbook, DEAL, config(0.9)).shown == ("a",)
    assert lessons_for(playbook, DEAL, config(0.9), each_at(1.0)).withheld == ("a",)
    assert lessons_for(playbook, DEAL, config(0.9, apply_to_prompts=False), each_at(1.0)).withheld == ()
    assert not NOTHING_WITHHELD.withholds(EntryId("a"))
