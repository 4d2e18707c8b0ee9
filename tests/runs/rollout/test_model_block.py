"""Model blocks: a key wins over the variable, and travels only where one is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.rollouts.config import JudgeConfig, OpenAIConfig, PriceBlock
from atlas.runs.rollout.model_block import environ_of, llm_of, with_key
from atlas.settings import Settings


def settings(**variables: str) -> Settings:
    return Settings.load(variables, Path("/nonexistent/.env"))


def test_a_block_is_called_as_it_says() -> None:
    block = JudgeConfig(max_tokens=9, timeout=3.0, price_per_million=PriceBlock(prompt=1.0, completion=2.0))
    llm = llm_of(block, "anthropic/claude-sonnet-5", "judge", 0.0)
    assert (llm.provider, llm.model, llm.temperature) == ("anthropic", "claude-sonnet-5", 0.0)
    assert (llm.max_output_tokens, llm.timeout_seconds) == (9, 3.0)
    assert llm.price_per_million is not None
    assert llm.price_per_million.completion == 2.0


def test_a_base_url_that_is_none_is_refused_by_its_flag() -> None:
    with pytest.raises(ConfigError, match=r"--judge.base_url: must be a URL like"):
        llm_of(JudgeConfig(base_url="localhost:8000"), "m", "judge", 0.0)


def test_a_key_of_one_block_is_no_others() -> None:
    named = settings(OPENAI_API_KEY="variable")
    own = OpenAIConfig(model_name="m", api_key="flag")
    judge = JudgeConfig(model_name="j")
    assert environ_of(own, llm_of(own, "m", "openai", 1.0), named)["OPENAI_API_KEY"] == "flag"
    assert environ_of(judge, llm_of(judge, "j", "judge", 0.0), named)["OPENAI_API_KEY"] == "variable"


def test_a_key_travels_only_where_one_is_needed() -> None:
    named = OpenAIConfig(model_name="gpt-4o")
    assert with_key(named, settings(OPENAI_API_KEY="k")).api_key == "k"
    assert with_key(named, settings(OPENAI_API_KEY="k", ATLAS_OFFLINE_MODE="1")).api_key is None
    assert with_key(OpenAIConfig(model_name="m", api_key="own"), settings(OPENAI_API_KEY="k")).api_key == "own"
    assert with_key(JudgeConfig(), settings(OPENAI_API_KEY="k")).api_key is None
