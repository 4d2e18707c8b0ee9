"""Staging: a fresh world on a day of its own, and the conversation that a scene in it has become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from atlas.datasets.conversation import Complexity, Conversation, InitialEntities, Split
from atlas.datasets.generator.families import Family
from atlas.datasets.generator.population import populate
from atlas.datasets.generator.scene import Scene

FIRST_DAY = date(2026, 1, 5)
DAYS = 690


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene and the moment its world's clock shows."""

    as_of: datetime
    scene: Scene

    def conversation(self, name: str, family: Family, split: Split, complexity: Complexity) -> Conversation:
        """The dataset row of everything that was said and done in the scene."""
        scene = self.scene
        failing = [turn.turn_id for turn in scene.turns if not turn.expect_success]
        return Conversation(
            conversation_id=name,
            workflow_category=family.category,
            family=family.name,
            split=split,
            complexity_level=complexity,
            as_of=self.as_of.isoformat(),
            turns=tuple(scene.turns),
            initial_entities=InitialEntities(scene.world.seed_data()),
            final_expected_state=scene.world.changes(),
            success_criteria="both",
            contains_failure=bool(failing),
            failure_turn=failing[0] if failing else None,
            verification_mode="database",
            chain_id=None,
            segment_number=None,
            segment_boundaries=None,
            expected_outcome=None,
        )


def staged(rng: Random, taken: set[str]) -> Stage:
    """A new world on some working hour. `taken` holds the utterances of the set so far; it is added to."""
    today = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    as_of = datetime(
        today.year, today.month, today.day, rng.randint(8, 16), rng.choice((0, 15, 30, 45)), tzinfo=UTC
    )
    return Stage(as_of, Scene(rng, populate(rng, today), today, taken))
