"""What the flags of `atlas sft-gen` and `atlas dpo-gen` come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from atlas.errors import ConfigError
from atlas.rollouts.training.picking import Standard
from atlas.rollouts.training.reader import Registration
from atlas.runs.training.generate import Kind, TrainingPlan
from atlas.runs.training.sources import ApiSource, SessionSource
from atlas.storage.reviews import ReviewStatus


@dataclass(frozen=True, slots=True)
class Source:
    """Where groups are to come from, as the flags say it."""

    groups: Path | None
    sessions: bool
    api_url: str
    api_key: str | None
    wait_s: float
    environment: str | None
    database_url: str | None
    statuses: tuple[ReviewStatus, ...]
    learning_key: str | None


@dataclass(frozen=True, slots=True)
class Pick:
    """Which of them are wanted, and how many."""

    at_most: int
    count: int
    allow_negative: bool
    difference: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written. `batch_size` is in sequences, for an API."""

    output: Path
    tokenizer: str | None
    save_messages: bool
    max_tokens: int
    append: bool
    batch_size: int


def plan(kind: Kind, asked: Asked, source: Source, pick: Pick) -> TrainingPlan:
    """The plan. Raises `ConfigError` for flags that exclude each other."""
    if source.groups is not None and source.sessions:
        raise ConfigError("--groups and --sessions exclude each other; name one source")
    sessions = SessionSource(source.database_url, source.statuses, source.learning_key) if source.sessions else None
    live = source.groups is None and sessions is None
    return TrainingPlan(
        kind,
        asked.output,
        source.groups,
        sessions,
        _api(kind, asked, source, pick) if live else None,
        source.environment,
        asked.tokenizer,
        asked.save_messages,
        Standard(pick.at_most, pick.allow_negative, pick.difference),
        pick.count,
        asked.max_tokens,
        asked.append,
        pick.seed,
    )


def _api(kind: Kind, asked: Asked, source: Source, pick: Pick) -> ApiSource:
    registration = Registration(f"atlas-{kind}-gen", asked.batch_size, asked.max_tokens, 2 * pick.count)
    return ApiSource(source.api_url, source.api_key, source.wait_s, registration)
