"""A poisoned synthesizer against the acceptance gate, on a real store."""

from __future__ import annotations

import pytest

from atlas.learning.config import AcceptanceMode
from atlas.reports.calibration.poisoning import PoisonedArm
from atlas.runs.poisoned import PoisonedPlan, play_poisoned
from atlas.settings import Settings

PLAN = PoisonedPlan(seed=42, rounds=2, heldout=16, train=4, validation=16)


@pytest.fixture
def settings(atlas_url: str) -> Settings:
    return Settings.load({"STORAGE__DATABASE_URL": atlas_url, "DB_HOST": "unused"})


async def arm(gate: AcceptanceMode, settings: Settings, said: list[str]) -> PoisonedArm:
    return await play_poisoned(PLAN, gate, settings, said.append)


async def test_without_a_gate_poison_gets_in_and_with_one_it_does_not(settings: Settings) -> None:
    said: list[str] = []
    off, validated = await arm("off", settings, said), await arm("validated", settings, said)
    assert off.rounds[0] == validated.rounds[0], "both begin alike"
    assert off.rounds[-1].entries > 0
    assert off.points < -20
    assert not off.safe
    assert [each.entries for each in validated.rounds] == [0, 0, 0]
    assert validated.points == 0
    assert validated.safe
    assert len(said) == 2
    assert all("dropped (SIMULATED)" in line for line in said)


def test_the_splits_are_as_large_as_the_plan_says() -> None:
    splits = PLAN.splits
    assert {split: len(tasks) for split, tasks in splits.items()} == {"train": 8, "test": 16}
