from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from atlas.discovery.protocols import AtlasAgentProtocol, AtlasEnvironmentProtocol
from atlas.discovery.starter import Halving, NumberDesk
from atlas.runs.gym import make_env


def test_crm_env_is_an_environment(dataset: Callable[..., Path]) -> None:
    env: AtlasEnvironmentProtocol = make_env(dataset(count=3))
    assert isinstance(env, AtlasEnvironmentProtocol)
    env.close()


def test_the_starter_keeps_both_protocols() -> None:
    environment: AtlasEnvironmentProtocol = NumberDesk()
    agent: AtlasAgentProtocol = Halving()
    assert isinstance(environment, AtlasEnvironmentProtocol)
    assert isinstance(agent, AtlasAgentProtocol)
    assert not isinstance(agent, AtlasEnvironmentProtocol)
