"""Intents: each fits some scene, writes exactly one turn there, and leaves no trace where it does not fit."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from atlas.core.json import dumps
from atlas.datasets.generator.families import FAMILIES, Family
from atlas.datasets.generator.population import populate
from atlas.datasets.generator.scene import Intent, Scene

TODAY = date(2026, 3, 2)
SCENES = 60


def scenes(family: Family) -> list[Scene]:
    """Scenes in which the family's conversation has begun."""
    made = []
    for seed in range(SCENES):
        rng = Random(f"{family.name}/{seed}")
        scene = Scene(rng, populate(rng, TODAY), TODAY, set())
        if any(scene.attempt(intent) for intent in rng.sample(family.opening, len(family.opening))):
            made.append(scene)
    return made


def tried(scene: Scene, intent: Intent) -> bool:
    """Whether the intent fitted; either way the scene is as it has to be then."""
    turns, state = list(scene.turns), dumps(scene.world.changes())
    if not scene.attempt(intent):
        assert scene.turns == turns
        assert dumps(scene.world.changes()) == state
        return False
    assert scene.turns[:-1] == turns
    turn = scene.turns[-1]
    assert turn.turn_id == len(turns) + 1
    assert turn.user_utterance[0].isupper() or not turn.user_utterance[0].isalpha()
    assert turn.expected_response.text
    if not turn.expect_success:
        assert dumps(scene.world.changes()) == state
        assert turn.expected_response.refusal_facts
    return True


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_intent_of_a_family_fits_somewhere(family: Family) -> None:
    begun = scenes(family)
    assert len(begun) >= SCENES // 2
    for intent in dict.fromkeys((*family.following, *family.refusals)):
        assert any(tried(scene, intent) for scene in begun), intent


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_refusals_refuse_and_other_intents_do_not(family: Family) -> None:
    for scene in scenes(family)[:15]:
        for intents, succeed in ((family.following, True), (family.refusals, False)):
            for intent in intents:
                if tried(scene, intent):
                    assert scene.turns[-1].expect_success is succeed, intent
                    assert (scene.turns[-1].failure_category is None) is succeed
