from __future__ import annotations

from pathlib import Path
from shutil import copy

from atlas.discovery import starter
from atlas.discovery.protocols import DiscoveryContext
from atlas.discovery.scan import scan
from atlas.discovery.sources import read_sources


def test_the_starter_is_found(tmp_path: Path) -> None:
    copy(starter.__file__, tmp_path / "desk.py")
    found = [(candidate.role, candidate.name) for candidate in scan(read_sources(tmp_path).files)]
    assert found == [("agent", "halving"), ("environment", "number-desk")]


def test_halving_finds_every_number() -> None:
    for seed in range(100):
        desk, agent = starter.NumberDesk(), starter.Halving()
        observation, reward, done, steps = desk.reset(seed=seed), 0.0, False, 0
        agent.plan("", observation)
        while not done:
            observation, reward, done, _ = desk.step(
                agent.act(DiscoveryContext("", steps, observation, reward, done))
            )
            steps += 1
        assert reward == 1.0
