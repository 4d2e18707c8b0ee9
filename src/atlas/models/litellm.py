"""A model behind any provider that LiteLLM knows, called through it."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Completion
from atlas.errors import (
    ConfigError,
    ModelDenied,
    ModelError,
    ModelRateLimited,
    ModelReplyError,
    ModelTimeout,
    ModelUnavailable,
)
from atlas.models import wire
from atlas.models.config import LLMConfig, Provider
from atlas.models.excerpt import excerpt, secrets_of
from atlas.models.retry import Sleep, TryAgain, retry_after_s, retry_policy

ROUTES: dict[Provider, str] = {
    "openai": "openai",
    "openai-compatible": "openai",
    "anthropic": "anthropic",
    "azure-openai": "azure",
    "bedrock": "bedrock",
    "google": "gemini",
    "gemini": "gemini",
    "xai": "xai",
}
KNOWN_ROUTES = frozenset({*ROUTES.values(), "azure_ai", "vertex_ai"})


class LiteLLMModel:
    """A `ChatModel` through LiteLLM, which is imported when the first call is made: that takes seconds."""

    simulated = False

    def __init__(
        self,
        config: LLMConfig,
        api_key: str | None,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Raises `ConfigError` when LiteLLM is not installed."""
        if importlib.util.find_spec("litellm") is None:
            raise _not_installed(config)
        self._config = config
        self._route = route(config)
        self._secrets = secrets_of(config, api_key)
        self._fixed = _fixed_arguments(config, api_key)
        self._clock = clock
        self._retry = retry_policy(config.retry, sleep, rng)
        self._litellm: Any = None
        self._openai: Any = None

    @property
    def name(self) -> str:
        return self._config.model

    async def complete(self, request: ChatRequest) -> Completion:
        """One reply. Raises a `ModelError` that says what failed and after how many tries."""
        if self._litellm is None:
            self._litellm, self._openai = _load(self._config)
        started = self._clock()
        # Which providers take a sampling seed differs, and LiteLLM refuses the call of one that does not.
        body = wire.request_body(self._config, replace(request, seed=None), self._route)

        async def attempt() -> Completion:
            reply = await self._call(body)
            try:
                # LiteLLM answers with objects that are shaped like the wire format.
                found = msgspec.convert(reply, wire.WireReply, from_attributes=True)
                return wire.completion(found, self._config, request, self._clock() - started)
            except ValueError as error:
                raise ModelReplyError(self._excerpt(str(error)), model=self.name) from error

        return await self._retry.run(attempt)

    async def close(self) -> None:
        """Close LiteLLM's connections. They belong to the whole process: no call may be under way."""
        if self._litellm is not None:
            await self._litellm.close_litellm_async_clients()
            # Else the next model would be handed a closed client.
            self._litellm.in_memory_llm_clients_cache.flush_cache()

    async def _call(self, body: JsonObject) -> object:
        try:
            async with asyncio.timeout(self._config.timeout_seconds):
                return await self._litellm.acompletion(**body, **self._fixed)
        except TimeoutError as error:
            raise self._timed_out() from error
        except self._openai.OpenAIError as error:
            raise self._translated(error) from error

    def _translated(self, error: Any) -> TryAgain | ModelError:
        """Our error for one of LiteLLM's, by class; all of them derive from those of the openai library."""
        openai, cause = self._openai, self._excerpt(str(error))
        # Headers that LiteLLM adds to an error when the provider answered at all.
        after_s = retry_after_s(getattr(error, "litellm_response_headers", None) or {})
        match error:
            case openai.APITimeoutError():
                return self._timed_out()
            case openai.RateLimitError():
                return TryAgain(ModelRateLimited(cause, model=self.name), after_s)
            case openai.APIResponseValidationError():
                return ModelReplyError(cause, model=self.name)
            case openai.APIError(status_code=int(status)) if 400 <= status < 500 and status != 408:
                return ModelDenied(cause, model=self.name)
            case _:
                return TryAgain(ModelUnavailable(cause, model=self.name), after_s)

    def _timed_out(self) -> TryAgain:
        cause = f"no complete reply within {self._config.timeout_seconds:g} s"
        return TryAgain(ModelTimeout(cause, model=self.name))

    def _excerpt(self, text: str) -> str:
        return excerpt(text, self._secrets)


def route(config: LLMConfig) -> str:
    """The model string that LiteLLM routes by: with the provider in front, unless a route stands there already."""
    if config.model.partition("/")[0] in KNOWN_ROUTES:
        return config.model
    return f"{ROUTES[config.provider]}/{config.model}"


def _fixed_arguments(config: LLMConfig, api_key: str | None) -> JsonObject:
    """What every call is given beside its body. The tries are ours, so LiteLLM's and its clients' are off."""
    given = {
        "api_key": api_key,
        "api_base": config.api_base,
        "organization": config.organization,
        "extra_headers": config.additional_headers or None,
    }
    limits = {"timeout": config.timeout_seconds, "num_retries": 0}
    return {key: value for key, value in given.items() if value is not None} | limits


def _load(config: LLMConfig) -> tuple[Any, Any]:
    """The modules litellm and openai, the second of which holds the classes of the first one's errors."""
    # LiteLLM reads this when it is imported, and would fetch a price list from the network without it.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    try:
        # Not an import statement: a type checker would follow it through the whole library.
        litellm: Any = importlib.import_module("litellm")
        openai: Any = importlib.import_module("openai")
    except ImportError as error:
        raise _not_installed(config) from error
    litellm.suppress_debug_info = True
    return litellm, openai


def _not_installed(config: LLMConfig) -> ConfigError:
    return ConfigError(
        f"model {config.model} of provider {config.provider} is called through LiteLLM, which is not installed "
        "here: pip install 'atlas[litellm]'"
    )
