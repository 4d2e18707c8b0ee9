"""The student: which model plays under which flags, and with whose key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas.core.messages import Meter
from atlas.core.protocols import TurnInput
from atlas.errors import ConfigError
from atlas.rollouts.config import OpenAIConfig, RolloutConfig
from atlas.runs.rollout.student import rollout_llm, rollout_student
from atlas.settings import Settings
from atlas.telemetry.tracing import Untraced
from tests.model_server import ModelServer, Reply, script
from tests.worlds import CounterWorld


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(script(Reply("hello"))) as running:
        yield running


def settings(**variables: str) -> Settings:
    return Settings.load(variables, Path("/nonexistent/.env"))


def test_offline_needs_no_name_and_no_key() -> None:
    assert rollout_llm(OpenAIConfig(), offline=True).provider == "offline"


def test_without_a_model_it_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"give --openai.model_name .* or --offline"):
        rollout_llm(OpenAIConfig(), offline=False)


def test_a_missing_key_is_said_before_anything_is_played() -> None:
    config = RolloutConfig(openai=OpenAIConfig(model_name="gpt-4o"))
    with pytest.raises(ConfigError, match="needs an API key in OPENAI_API_KEY"):
        rollout_student(config, settings(), Untraced())


def test_a_base_url_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"--openai.base_url: must be a URL like"):
        rollout_llm(OpenAIConfig(model_name="m", base_url="localhost:8000"), offline=False)


async def test_the_model_is_called_with_the_key_the_temperature_and_a_seed(server: ModelServer) -> None:
    config = RolloutConfig(openai=OpenAIConfig(model_name="m", base_url=server.url, api_key="flag-key"))
    student = rollout_student(config, settings(OPENAI_API_KEY="other-key"), Untraced())
    for trial in (0, 1):
        agent = student.agent(Meter(), trial)
        async for _ in agent.act(TurnInput("system", (), "hi"), CounterWorld({})):
            pass
    await student.close()
    assert {call.headers["Authorization"] for call in server.calls} == {"Bearer flag-key"}
    assert [request["temperature"] for request in server.requests] == [1.0, 1.0]
    assert len({request["seed"] for request in server.requests}) == 2
