"""Families: which splits they belong to, and what they can say."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from atlas.datasets.generator.families import FAMILIES, Family, families
from atlas.datasets.generator.population import populate
from atlas.datasets.generator.scene import Intent, Scene
from atlas.environments.crm.tools import TOOLS

TODAY = date(2026, 3, 2)


def test_transfer_has_families_of_its_own() -> None:
    home, away = {f.name for f in families("train")}, {f.name for f in families("transfer")}
    assert home
    assert away
    assert not home & away
    assert families("train") == families("test")
    assert home | away == {family.name for family in FAMILIES}


def test_transfer_needs_skills_that_the_other_splits_never_ask_for() -> None:
    known = {intent for family in families("train") for intent in (*family.opening, *family.following)}
    for family in families("transfer"):
        new = {*family.opening, *family.following} - known
        assert len(new) >= (0 if family.name == "onboarding" else 3), family.name


def test_names_are_unique() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_can_open_go_on_and_refuse(family: Family) -> None:
    assert family.weight > 0
    assert family.opening
    assert len(family.following) >= 5
    assert family.refusals
    assert not {*family.opening, *family.following} & {*family.refusals}


def deciding_tools(intent: Intent) -> set[str]:
    """The tools that decide a turn of this intent, over some worlds."""
    found = set[str]()
    for seed in range(25):
        rng = Random(f"tools/{seed}")
        scene = Scene(rng, populate(rng, TODAY), TODAY, set())
        if scene.attempt(intent):
            found |= {call.tool for call in scene.turns[0].calls[-1:]}
    return found


def test_every_tool_decides_a_turn_of_some_family() -> None:
    intents = dict.fromkeys(intent for family in FAMILIES for intent in (*family.opening, *family.following))
    assert {tool for intent in intents for tool in deciding_tools(intent)} >= set(TOOLS)
