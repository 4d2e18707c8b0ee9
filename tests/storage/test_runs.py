"""Runs: begun once, loaded as they were begun, completed."""

import pytest

from atlas.core.session import RunId
from atlas.errors import ConfigError, StorageError
from atlas.storage.store import Store
from tests.storage.samples import RUN

CONFIG = {"seed": 7, "rim": {"models": ["a", "b"], "variance_threshold": 0.15}}


async def test_a_run_from_begin_to_end(store: Store) -> None:
    await store.runs.begin(RUN, "quickstart", CONFIG)
    begun = await store.runs.load(RUN)
    assert begun is not None
    assert (begun.command, begun.config, begun.status, begun.completed_at) == (
        "quickstart",
        CONFIG,
        "running",
        None,
    )
    await store.runs.complete(RUN, "interrupted")
    ended = await store.runs.load(RUN)
    assert ended is not None
    assert ended.status == "interrupted"
    assert ended.completed_at is not None
    await store.runs.reopen(RUN)
    assert await store.runs.load(RUN) == begun


async def test_an_id_is_used_once(store: Store) -> None:
    await store.runs.begin(RUN, "run", CONFIG)
    with pytest.raises(StorageError, match="run-1 exists already"):
        await store.runs.begin(RUN, "run", {})
    loaded = await store.runs.load(RUN)
    assert loaded is not None
    assert loaded.config == CONFIG


async def test_an_unknown_run(store: Store) -> None:
    assert await store.runs.load(RunId("none")) is None
    with pytest.raises(StorageError, match="no run none"):
        await store.runs.complete(RunId("none"), "succeeded")
    with pytest.raises(StorageError, match="no run none"):
        await store.runs.reopen(RunId("none"))


async def test_the_latest_run_of_a_config(store: Store) -> None:
    assert await store.runs.latest("run", CONFIG) is None
    await store.runs.begin(RunId("a"), "run", CONFIG)
    await store.runs.begin(RunId("b"), "run", {"rim": CONFIG["rim"], "seed": 7})
    await store.runs.begin(RunId("c"), "run", {**CONFIG, "seed": 8})
    await store.runs.begin(RunId("d"), "quickstart", CONFIG)
    assert await store.runs.latest("run", CONFIG) == "b", "the order of keys does not matter"


async def test_a_run_is_held_by_one_at_a_time(store: Store) -> None:
    async with store.runs.held(RUN):
        with pytest.raises(ConfigError, match="run-1 is being played by another process"):
            async with store.runs.held(RUN):
                pass
        async with store.runs.held(RunId("another")):
            pass
    async with store.runs.held(RUN):
        pass
