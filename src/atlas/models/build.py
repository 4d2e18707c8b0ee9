"""The choice of a client: from a model's config and the environment's key to a living `ChatModel`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from atlas.core.messages import ModelRole
from atlas.core.protocols import ChatModel
from atlas.errors import ConfigError
from atlas.models.config import LLMConfig, Provider
from atlas.models.litellm import LiteLLMModel
from atlas.models.openai_compatible import OpenAICompatibleModel
from atlas.models.plain import PlainModel, Transcript

BUILDERS: dict[Provider, Callable[[LLMConfig, str | None], ChatModel]] = {
    "openai": OpenAICompatibleModel,
    "openai-compatible": OpenAICompatibleModel,
    "anthropic": LiteLLMModel,
    "azure-openai": LiteLLMModel,
    "bedrock": LiteLLMModel,
    "google": LiteLLMModel,
    "gemini": LiteLLMModel,
    "xai": LiteLLMModel,
}


def build_model(config: LLMConfig, environ: Mapping[str, str], *, role: ModelRole, seed: int = 0) -> ChatModel:
    """The model of a config. Nothing is connected yet. `role` and `seed` are what a scripted model plays by.

    Raises `ConfigError` when the key's variable is missing or unusable, or LiteLLM is needed and not installed.
    """
    if config.provider == "offline":
        # The scripts are as large as the rest of the stage; a run on real models does without them.
        from atlas.models.offline import offline_model

        return offline_model(role, seed=seed)
    builder = OpenAICompatibleModel if config.api_base else BUILDERS[config.provider]
    return builder(config, _api_key(config, environ))


def build_plain_model(config: LLMConfig, environ: Mapping[str, str], transcript: Transcript) -> ChatModel:
    """The model of a config behind plain completions. Raises `ConfigError` as above, and for other providers."""
    if config.api_base is None and BUILDERS.get(config.provider) is not OpenAICompatibleModel:
        raise ConfigError(f"provider {config.provider} has no plain completions; name an OpenAI-compatible server")
    return PlainModel(config, _api_key(config, environ), transcript)


def _api_key(config: LLMConfig, environ: Mapping[str, str]) -> str | None:
    variable = config.api_key_env
    # A key pasted into a file often ends with a line break, which no header may hold.
    key = environ.get(variable, "").strip() if variable else ""
    if not key and config.needs_key:
        raise ConfigError(
            f"model {config.model} of provider {config.provider} needs an API key in {variable}, which is not set; "
            "set it in the environment or in .env, or name another variable in api_key_env (null: no key needed)"
        )
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"the API key in {variable} holds characters that no key has; copy it again")
    return key or None
