"""Generated sets that several tests look at; each is made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from atlas.datasets.conversation import Conversation, Split
from atlas.datasets.generator import generate, generate_set

SPLITS: tuple[Split, ...] = ("train", "test", "transfer")
SEED = 7
EACH = 60
DATA = Path(__file__).resolve().parents[3] / "data" / "conversations"


@cache
def shipped() -> tuple[Conversation, ...]:
    """The set that comes with the project."""
    return tuple(generate_set(42, {"train": 40, "test": 40, "transfer": 20}))


@cache
def benchmark() -> tuple[Conversation, ...]:
    """The benchmark that comes with the project: 1,200 conversations."""
    return tuple(generate_set(42, {"train": 500, "test": 400, "transfer": 300}))


@cache
def of_split(split: Split) -> tuple[Conversation, ...]:
    """60 conversations of one split."""
    return tuple(generate(SEED, EACH, split))


def everything() -> tuple[Conversation, ...]:
    """The shipped set and 60 of each split."""
    return (*shipped(), *(row for split in SPLITS for row in of_split(split)))


def utterances(rows: tuple[Conversation, ...]) -> list[str]:
    return [turn.user_utterance for row in rows for turn in row.turns]
