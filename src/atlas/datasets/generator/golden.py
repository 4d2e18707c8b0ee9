"""Golden negatives: one conversation for each way to ask for what must be refused."""

from __future__ import annotations

from random import Random

from atlas.datasets.conversation import Conversation
from atlas.datasets.generator.families import FAMILIES, Family
from atlas.datasets.generator.scene import Intent
from atlas.datasets.generator.staging import staged

ATTEMPTS = 50


def golden_negatives(seed: int) -> list[Conversation]:
    """Conversations of one turn that must leave the database as it is, sorted by failure category.

    Every refusal of every family is in it once, and so is every failure category. Equal seeds give equal rows.
    """
    intents: dict[Intent, Family] = {}
    for family in FAMILIES:
        intents |= {intent: family for intent in family.refusals if intent not in intents}
    taken = set[str]()
    rows = [_written(seed, intent, family, taken) for intent, family in intents.items()]
    return sorted(rows, key=lambda row: (row.turns[0].failure_category or "", row.conversation_id))


def _written(seed: int, intent: Intent, family: Family, taken: set[str]) -> Conversation:
    label = f"{intent.__module__.rpartition('.')[2]}_{intent.__name__}"
    for attempt in range(ATTEMPTS):
        stage = staged(Random(f"{seed}/golden/{label}/{attempt}"), taken)
        if stage.scene.attempt(intent):
            category = stage.scene.turns[0].failure_category
            return stage.conversation(f"golden-{category}-{label}-{seed}", family, "dev", "simple")
    raise AssertionError(f"{label} fits none of {ATTEMPTS} fresh worlds")
