"""A model block of a rollout config, as the config of a model: where it is called, and with whose key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from atlas.errors import ConfigError
from atlas.models.config import LLMConfig, PriceConfig, RetryConfig
from atlas.rollouts.config import ModelBlock
from atlas.runs.baselines import routed
from atlas.settings import Settings

KEY = "OPENAI_API_KEY"
B = TypeVar("B", bound=ModelBlock)


def llm_of(block: ModelBlock, model_name: str, name: str, temperature: float) -> LLMConfig:
    """The model `model_name`, called as block `name` says. Raises `ConfigError` for a URL that is none."""
    provider, model = routed(model_name, block.base_url)
    price = block.price_per_million
    try:
        return LLMConfig(
            provider=provider,
            model=model,
            api_base=block.base_url,
            temperature=temperature,
            max_output_tokens=block.max_tokens,
            timeout_seconds=block.timeout,
            retry=RetryConfig(attempts=5),
            price_per_million=None
            if price.prompt is None
            else PriceConfig(prompt=price.prompt, completion=price.completion or 0.0),
        )
    except ValidationError as error:
        raise ConfigError(f"--{name}.base_url: {error.errors()[0]['ctx']['error']}") from error


def environ_of(block: ModelBlock, llm: LLMConfig, settings: Settings) -> Mapping[str, str]:
    """The variables that the model's key is looked for in; a key in the block wins over the variable."""
    if block.api_key is None:
        return settings.environ
    return {**settings.environ, llm.api_key_env or KEY: block.api_key}


def with_key(block: B, settings: Settings) -> B:
    """The block with the key that the environment holds, for a process that has another environment."""
    if block.api_key is not None or block.model_name is None or settings.offline:
        return block
    variable = llm_of(block, block.model_name, "model", 0.0).api_key_env or KEY
    return block.model_copy(update={"api_key": settings.environ.get(variable)})
