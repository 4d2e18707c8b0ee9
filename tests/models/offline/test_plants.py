"""Plants: each does to the student's habits what it is planted for, and nothing else."""

from __future__ import annotations

import pytest

from atlas.learning.cue import matches
from atlas.learning.render import line
from atlas.models.offline.habits import BY_NAME, effects
from atlas.models.offline.plants import BACKGROUND, HARD_CUE, PANELS, Plant, planted_profile

PLANTS = [pytest.param(panel, plant, id=plant.name) for panel in PANELS for plant in panel]


@pytest.mark.parametrize(("panel", "plant"), PLANTS)
def test_the_words_of_a_plant_change_its_own_habit_alone(panel: tuple[Plant, ...], plant: Plant) -> None:
    changed = effects(line(plant.entry), planted_profile(panel, seed=1))
    expected = {
        "useful": {plant.habit: (plant.rate, 0.0)},
        "harmful": {plant.habit: (0.0, plant.rate)},
        "useless": {},
    }
    assert changed == expected[plant.kind]


def test_nothing_else_is_wrong_with_the_student_but_the_background() -> None:
    profile = planted_profile(PANELS[0], seed=1)
    everything = tuple(line(plant.entry) for plant in PANELS[0])
    useful = {plant.habit for plant in PANELS[0] if plant.kind == "useful"}
    harmful = {plant.habit for plant in PANELS[0] if plant.kind == "harmful"}
    assert {name for name in BY_NAME if profile.rate(name)} == useful | set(BACKGROUND)
    assert {name for name in BY_NAME if profile.rate(name, everything)} == harmful | set(BACKGROUND)


def test_every_panel_plants_help_harm_and_nothing_under_ids_of_their_own() -> None:
    for panel in PANELS:
        assert {plant.kind for plant in panel} == {"useful", "useless", "harmful"}
        assert len({plant.name for plant in panel}) == len(panel)
    assert matches(HARD_CUE, "Please set the stage of the deal")
    assert not matches(HARD_CUE, "Which deals does Northwind have?")
