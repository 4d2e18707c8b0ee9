"""Where groups come from: a file, the store of sessions, or a trajectory API that environments feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from atlas.core.group import Group
from atlas.core.playbook import LearningKey
from atlas.errors import AtlasError
from atlas.rollouts.training.arrival import Arrival, arrival, arrivals
from atlas.rollouts.training.reader import BatchReader, Registration
from atlas.runs.store import open_database
from atlas.runs.training.session_groups import session_groups
from atlas.settings import Settings
from atlas.storage.reviews import PostgresReviews, ReviewStatus
from atlas.storage.stored_sessions import Selection, stored_sessions


@dataclass(frozen=True, slots=True)
class SessionSource:
    """Sessions of the store: of which review status, under which learning key; None is every key."""

    database_url: str | None
    statuses: tuple[ReviewStatus, ...]
    learning_key: str | None


@dataclass(frozen=True, slots=True)
class ApiSource:
    """A trajectory API. `wait_s` is for how long no batch may become ready before it is given up."""

    url: str
    api_key: str | None
    wait_s: float
    registration: Registration


async def from_file(path: Path, environment: str | None) -> AsyncIterator[Arrival]:
    """The groups of a file, of one environment or of all. Raises `DatasetError`; `AtlasError` if there is none."""
    others: set[str] = set()
    found = False
    for each in arrivals(path):
        if environment is None or each.environment == environment:
            found = True
            yield each
        else:
            others.add(each.environment or "one that is not named")
    if not found:
        known = f"; it holds groups of {', '.join(sorted(others))}" if others else ""
        wanted = f" of {environment}" if environment else ""
        raise AtlasError(f"{path} holds no group{wanted}{known}; nothing was written")


async def from_sessions(
    source: SessionSource, environment: str | None, settings: Settings
) -> AsyncIterator[Arrival]:
    """The groups of stored sessions, of one environment or of all. Raises `AtlasError` when no session fits."""
    for group in await groups_of_sessions(source, settings):
        if environment is None or group.environment == environment:
            yield arrival(group)


async def groups_of_sessions(source: SessionSource, settings: Settings) -> list[Group]:
    """Stored sessions as groups. Raises `AtlasError` when no session fits, saying which there are."""
    key = LearningKey(source.learning_key) if source.learning_key else None
    selection = Selection(source.statuses, key, event_limit=0)
    async with open_database(settings, source.database_url) as database:
        counts = await PostgresReviews(database).counts(key)
        if not any(counts[status] for status in source.statuses):
            others = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "none at all"
            raise AtlasError(
                f"no session in this store is {' or '.join(source.statuses)} ({others}), so nothing was written; "
                "approve some with `atlas review approve`, or name the status with --include-status"
            )
        async with aclosing(stored_sessions(database, selection)) as sessions:
            return await session_groups(sessions)


async def from_api(source: ApiSource, environment: str | None) -> AsyncIterator[Arrival]:
    """The groups of a trajectory API, batch by batch. Raises `DeliveryError`.

    A group on the wire names its environment in `group_overrides.environment`; one that names another than the
    wanted one is passed over, one that names none is taken. `group_overrides.simulated` labels a scripted model.
    """
    async with BatchReader(source.url, source.api_key, asyncio.sleep) as reader:
        await reader.register(source.registration)
        async with aclosing(reader.batches(source.wait_s)) as batches:
            async for batch in batches:
                for group in batch:
                    named = (group.group_overrides or {}).get("environment")
                    if environment is None or named is None or named == environment:
                        simulated = (group.group_overrides or {}).get("simulated") is True
                        yield Arrival(group, environment=named or "", simulated=simulated)
