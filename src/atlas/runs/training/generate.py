"""`atlas sft-gen` and `atlas dpo-gen`: conversations to imitate, or pairs of them, picked by score from groups."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import typer

from atlas.core.json import JsonObject
from atlas.errors import AtlasError, ConfigError
from atlas.rollouts.tokens.loader import load_tokenizer
from atlas.rollouts.training.arrival import Arrival
from atlas.rollouts.training.picking import Standard, best, pairs
from atlas.rollouts.training.row_file import RowFile
from atlas.rollouts.training.rows import Rows, Unusable, check_tokenizer
from atlas.runs.store import redactor
from atlas.runs.training.sources import ApiSource, SessionSource, from_api, from_file, from_sessions
from atlas.runs.trajectory_api import TOKEN_VARIABLE
from atlas.settings import Settings

Kind: TypeAlias = Literal["sft", "dpo"]
_NAMES = {"sft": ("conversation", "conversations"), "dpo": ("pair", "pairs")}


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What `atlas sft-gen` or `atlas dpo-gen` was asked for. Of the sources exactly one is not None."""

    kind: Kind
    output: Path
    groups: Path | None
    sessions: SessionSource | None
    api: ApiSource | None
    environment: str | None
    tokenizer: str | None
    save_messages: bool
    standard: Standard
    count: int
    max_tokens: int
    append: bool
    seed: int


@dataclass(slots=True)
class _Tally:
    groups: int = 0
    rows: int = 0
    simulated: bool = False
    left_out: Counter[str] = field(default_factory=Counter)


async def generate(plan: TrainingPlan, settings: Settings) -> None:
    """Write rows until there are as many as wanted, or nothing more comes.

    Each row is on the disk before the next one is made, since a batch that was taken from an API is gone there.
    Raises `ConfigError` for wrong input, and `AtlasError` when nothing fits: then no file is made.
    """
    _check_output(plan)
    tokenizer = load_tokenizer(plan.tokenizer, datetime.now(UTC)) if plan.tokenizer else None
    check_tokenizer(tokenizer, save_messages=plan.save_messages)
    rows = Rows(tokenizer, save_messages=plan.save_messages, max_tokens=plan.max_tokens)
    database_url = plan.sessions.database_url if plan.sessions else None
    redact, tally = redactor(settings, database_url), _Tally()
    with RowFile(plan.output) as file:
        async with aclosing(_until(_picked(plan, rows, settings, tally), plan.count)) as picked:
            async for row in picked:
                file.append(redact(row))
                tally.rows += 1
    if not tally.rows:
        raise AtlasError(_nothing(plan, tally))
    typer.echo(_done(plan, tally))


async def _picked(
    plan: TrainingPlan, rows: Rows, settings: Settings, tally: _Tally
) -> AsyncGenerator[JsonObject, None]:
    chance = random.Random(plan.seed)
    async for arrived in _arrivals(plan, settings):
        tally.groups += 1
        tally.simulated |= arrived.simulated
        for row in _of_group(plan, rows, arrived, tally, chance):
            yield row


def _arrivals(plan: TrainingPlan, settings: Settings) -> AsyncIterator[Arrival]:
    if plan.groups is not None:
        return from_file(plan.groups, plan.environment)
    if plan.sessions is not None:
        return from_sessions(plan.sessions, plan.environment, settings)
    assert plan.api is not None, "a plan has one source"
    token = plan.api.api_key or settings.environ.get(TOKEN_VARIABLE) or None
    return from_api(replace(plan.api, api_key=token), plan.environment)


def _of_group(
    plan: TrainingPlan, rows: Rows, arrived: Arrival, tally: _Tally, chance: random.Random
) -> Iterator[JsonObject]:
    scores = arrived.group.scores
    usable = [index for index in range(len(scores)) if _usable(rows, arrived, index, tally)]
    if plan.kind == "sft":
        chosen = best(scores, usable, plan.standard)
        tally.left_out["by score"] += len(usable) - len(chosen)
        yield from (rows.imitate(arrived, index) for index in chosen)
        return
    matched = pairs(scores, usable, plan.standard, chance)
    tally.left_out["in no pair"] += len(set(usable) - {index for pair in matched for index in pair})
    yield from (rows.prefer(arrived, better, worse) for better, worse in matched)


def _usable(rows: Rows, arrived: Arrival, index: int, tally: _Tally) -> bool:
    try:
        rows.check(arrived, index)
    except Unusable as reason:
        tally.left_out[str(reason)] += 1
        return False
    return True


async def _until(rows: AsyncGenerator[JsonObject, None], count: int) -> AsyncGenerator[JsonObject, None]:
    given = 0
    async with aclosing(rows):
        async for row in rows:
            yield row
            given += 1
            if given == count:
                return


def _check_output(plan: TrainingPlan) -> None:
    if plan.output.is_dir():
        raise ConfigError(f"{plan.output} is a folder; name a file in it")
    if plan.output.exists() and not plan.append:
        raise ConfigError(
            f"{plan.output} is there already; name another file, or add to it with --append-to-previous"
        )


def _nothing(plan: TrainingPlan, tally: _Tally) -> str:
    if not tally.groups and plan.api is None:
        return f"no session of environment {plan.environment} is in this store, so nothing was written"
    if not tally.groups:
        serving = f"`atlas rollout serve {plan.environment or 'crm'}`"
        return f"no group came in time, so nothing was written; is an environment running, for example {serving}?"
    groups = "group" if tally.groups == 1 else "groups"
    return f"of {tally.groups} {groups} nothing fits, so nothing was written{_reasons(tally)}"


def _done(plan: TrainingPlan, tally: _Tally) -> str:
    what = _NAMES[plan.kind][tally.rows != 1]
    fewer = f" of {plan.count} wanted" if tally.rows < plan.count else ""
    groups = "group" if tally.groups == 1 else "groups"
    label = ". SIMULATED" if tally.simulated else ""
    return (
        f"{tally.rows} {what}{fewer} from {tally.groups} {groups} written to {plan.output}{_reasons(tally)}{label}"
    )


def _reasons(tally: _Tally) -> str:
    reasons = [f"{count} {reason}" for reason, count in tally.left_out.most_common() if count]
    return f"; left out: {', '.join(reasons)}" if reasons else ""
