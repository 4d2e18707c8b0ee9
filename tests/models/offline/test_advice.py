"""Advice: only the two blocks of the system message are read, line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from atlas.models.offline.advice import advice_in
from atlas.models.offline.habits import HabitProfile
from atlas.runtime.system_text import system_text

Talk = Callable[..., Awaitable[list[Any]]]


def test_reads_the_blocks_as_the_runtime_writes_them() -> None:
    text = system_text("Use ISO dates.", "- When a: do b\n- When c: do d", ["Compare names.", "Be brief."])
    assert advice_in(text) == ("When a: do b", "When c: do d", "Compare names.", "Be brief.")


def test_standing_orders_are_not_advice() -> None:
    assert advice_in("- Write dates as YYYY-MM-DD.\n- Compare the names of all hits.") == ()
    assert advice_in(">>> Student Playbook >>>\n- never closed") == ()


async def test_the_same_words_outside_the_blocks_do_not_help(talk: Talk) -> None:
    request = "Set the close date of Cobalt Rollout to June 9, 2026. Write dates as YYYY-MM-DD."
    profile = HabitProfile({**HabitProfile.only("date_format").rates}, compliance={"date_format": 1.0})
    (plain,) = await talk(request, profile=profile)
    (advised,) = await talk(request, profile=profile, advice=["Write dates as YYYY-MM-DD."])
    assert plain.changes.empty
    assert advised.changed == {"close_date": "2026-06-09"}
