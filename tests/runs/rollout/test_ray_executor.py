"""Ray: a local cluster plays like this process, and is gone afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("ray")

from atlas.core.session import Session
from atlas.rollouts.benchmark import assignments
from atlas.rollouts.config import EnvConfig, RayConfig, RolloutConfig
from atlas.runs.rollout.executors import Executor, LocalExecutor
from atlas.runs.rollout.player import open_player
from atlas.runs.rollout.ray_executor import Silent, Spec, Worker, open_ray
from atlas.settings import Settings
from atlas.telemetry.tracing import Untraced

CONFIG = RolloutConfig(
    env=EnvConfig(backend="mock", max_concurrent_processes=4), offline=True, seed=7, ray=RayConfig(workers=2)
)
PLACES = [each for step in range(5) for each in assignments(step, 100, 4, seed=7)]


async def play(executor: Executor) -> list[Session]:
    played = await asyncio.gather(*(executor.play(assignment) for assignment in PLACES))
    return [replace(session, started_at="", finished_at="") for session in played]


def workers() -> list[str]:
    """The command lines of Ray's processes that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "raylet" in line or line.startswith("ray::"):
            found.append(line)
    return found


async def test_a_worker_says_what_is_wrong_with_its_input(tmp_path: Path) -> None:
    settings = Settings.load({"ATLAS_OFFLINE_MODE": "1"}, tmp_path / ".env")
    other = CONFIG.model_copy(update={"env": EnvConfig(backend="mock", split="nope")})
    assert "no task of split 'nope'" in (await Worker(Spec("crm", other, settings, tmp_path)).fault() or "")
    worker = Worker(Spec("crm", CONFIG, settings, tmp_path))
    assert await worker.fault() is None
    await worker.close()


@pytest.mark.filterwarnings("ignore")
async def test_20_trajectories_on_two_workers_are_those_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    before = len(workers())
    settings = Settings.load({"ATLAS_OFFLINE_MODE": "1"}, tmp_path / ".env")
    async with open_player("crm", CONFIG, settings, Silent(), Untraced(), tmp_path) as player:
        here = await play(LocalExecutor(player, 4))
        async with open_ray("crm", CONFIG, settings, tuple(player.benchmark.tasks)) as ray:
            assert len(workers()) > before
            there = await play(ray)
    assert len(here) == len(there) == 20
    assert there == here
    assert {session.success for session in here} == {True, False}
    async with asyncio.timeout(20):
        while len(workers()) > before:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
