"""The record of a run: its id, and the rule that it resumes under an equal config only."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from atlas.core.json import JsonObject, JsonValue
from atlas.core.session import RunId
from atlas.errors import AtlasError, ConfigError, StorageError
from atlas.storage.runs import PostgresRuns, RunRecord


def new_run_id() -> RunId:
    """`<UTC stamp>-<8 hex digits>`: sorts by time, never collides."""
    return RunId(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}")


async def begin_or_resume(runs: PostgresRuns, command: str, config: JsonObject, resume: str | None) -> RunId:
    """The id of the run: a new one, or `resume` when that run is known and was begun under an equal config.

    Raises `ConfigError` for a run that is not known, and naming the keys that differ otherwise.
    """
    if resume is None:
        run_id = new_run_id()
        await runs.begin(run_id, command, config)
        return run_id
    stored = await runs.load(RunId(resume))
    if stored is None:
        raise ConfigError(f"there is no run {resume!r} in this store; start a new one without --resume")
    require_equal(stored, command, config)
    await runs.reopen(stored.run_id)
    return stored.run_id


async def begin_or_continue(runs: PostgresRuns, run_id: RunId, command: str, config: JsonObject) -> None:
    """Record the run `run_id`, or go on with it under an equal config. Raises `ConfigError` like the above."""
    stored = await runs.load(run_id)
    if stored is None:
        await runs.begin(run_id, command, config)
    else:
        require_equal(stored, command, config)
        await runs.reopen(run_id)


@asynccontextmanager
async def concluded(runs: PostgresRuns, run_id: RunId) -> AsyncIterator[None]:
    """Hold the run, and store how it ends: succeeded, failed, or interrupted by Ctrl-C.

    Raises `ConfigError` when another process plays it.
    """
    async with runs.held(run_id):
        try:
            yield
        except asyncio.CancelledError:
            await runs.complete(run_id, "interrupted")
            raise
        except AtlasError as error:
            # When it is the store that failed, its sentence matters more than the status it cannot take any more.
            if not isinstance(error, StorageError):
                await runs.complete(run_id, "failed")
            raise
        await runs.complete(run_id, "succeeded")


def require_equal(stored: RunRecord, command: str, config: JsonObject) -> None:
    """Raise `ConfigError` unless the stored run was begun by this command under this config."""
    run_id = stored.run_id
    if stored.command != command:
        raise ConfigError(f"run {run_id} was begun by `atlas {stored.command}`; resume it with that command")
    differing = differing_keys(stored.config, config)
    if differing:
        raise ConfigError(
            f"run {run_id} was begun under another config; these keys differ: {', '.join(differing)}. "
            "Restore them, or start a new run"
        )


def differing_keys(one: JsonObject, other: JsonObject) -> list[str]:
    """The dotted names of what two configs do not agree in."""
    return sorted(_differing("", one, other))


def _differing(key: str, one: JsonValue, other: JsonValue) -> set[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        inner = {name: f"{key}.{name}".lstrip(".") for name in {*one, *other}}
        return {found for name in inner for found in _differing(inner[name], one.get(name), other.get(name))}
    return set() if one == other else {key}
