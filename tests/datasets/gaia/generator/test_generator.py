"""The generator: the shipped dataset is what it makes, whole, small, and without answers beside the questions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from atlas.datasets.gaia.card import card
from atlas.datasets.gaia.generator.draw import gives_away
from atlas.datasets.gaia.generator.generator import PER_LEVEL, files, generate
from atlas.datasets.gaia.layout import GaiaLayout
from atlas.datasets.gaia.loader import faults

MINI = Path(__file__).parents[4] / "data" / "gaia_mini"
SHIPPED = generate(42)


def test_the_shipped_files_are_what_seed_42_gives() -> None:
    made = dict(files(SHIPPED))
    there = {path.relative_to(MINI).as_posix(): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    size = sum(map(len, made.values()))
    assert there.pop("README.md").decode() == card(SHIPPED, 42, PER_LEVEL, size)
    assert there == made
    assert size < 3_000_000


def test_levels_and_kinds() -> None:
    assert Counter(task.row["Level"] for task in SHIPPED) == {1: 22, 2: 22, 3: 22}
    kinds = Counter(task.name.rpartition(".")[2] for task in SHIPPED)
    assert set(kinds) == {"csv", "json", "txt", "xlsx", "pdf", "png", "zip"}
    assert kinds["png"] == 6
    assert len({task.row["task_id"] for task in SHIPPED}) == len(SHIPPED)
    assert len({task.row["Question"] for task in SHIPPED if not task.name.endswith("png")}) == 60


def test_the_dataset_is_sound() -> None:
    layout = GaiaLayout(MINI, "validation")
    rows = layout.rows()
    assert list(faults(layout, rows)) == []
    assert [row.answer for row in rows] == [task.answer for task in SHIPPED]
    lines = (layout.folder / "metadata.jsonl").read_text().splitlines()
    assert {json.loads(line)["Final answer"] for line in lines} == {"?"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_are_other_questions_that_give_nothing_away(seed: int) -> None:
    tasks = generate(seed, 12)
    assert files(tasks) == files(generate(seed, 12))
    assert not {task.row["Question"] for task in tasks if "picture" not in task.row["Question"]} & {
        task.row["Question"] for task in SHIPPED
    }
    assert [task.row["Question"] for task in tasks if gives_away(task.row["Question"], task.answer)] == []


@pytest.mark.parametrize(
    ("text", "answer", "away"),
    [
        ("How many of the 12?", "12", True),
        ("How many of the 12.5?", "12", False),
        ("Is it in North or South?", "south", True),
        ("Is it northern?", "North", False),
        ("Which? On 2026-03-04", "4", False),
        ("Name A-12 and others", "A-13, A-12", True),
    ],
)
def test_gives_away(text: str, answer: str, away: bool) -> None:
    assert gives_away(text, answer) is away
