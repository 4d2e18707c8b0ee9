"""The config of one language model: whose it is, where it answers, how it samples, what a call may take."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Provider: TypeAlias = Literal[
    "openai", "anthropic", "azure-openai", "bedrock", "google", "gemini", "xai", "openai-compatible", "offline"
]
ReasoningEffort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh"]

# Bedrock has none: the AWS credentials of the machine are found by its own library.
KEY_VARIABLES: dict[Provider, str | None] = {
    "openai": "OPENAI_API_KEY",
    "openai-compatible": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "azure-openai": "AZURE_API_KEY",
    "bedrock": None,
    "google": "GEMINI_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "xai": "XAI_API_KEY",
    "offline": None,
}

# RFC 9110: a field name is a token, a field value has no control characters.
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")


class RetryConfig(BaseModel):
    """How often a failed call is tried, and how long to wait in between."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(3, ge=1, le=10, description="Tries in all, the first one included.")
    backoff_seconds: float = Field(
        1.0, ge=0, le=60, description="Wait before the second try; it doubles with every further one."
    )


class PriceConfig(BaseModel):
    """What a model costs, in USD per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0, description="USD per million prompt tokens.")
    completion: float = Field(ge=0, description="USD per million completion tokens.")


class LLMConfig(BaseModel):
    """One language model and how it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Provider = Field(
        "openai", description="Whose model it is; decides the client, and the route of a call through LiteLLM."
    )
    model: str = Field(min_length=1, description="The model's name, as its provider or LiteLLM spells it.")
    api_key_env: str | None = Field(
        default_factory=lambda known: _key_variable(known),
        description="The variable that holds the key (OPENAI_API_KEY for openai); null when none is needed.",
    )
    api_base: str | None = Field(
        None,
        description="Base URL of an endpoint that speaks OpenAI chat completions, such as "
        "http://127.0.0.1:8000/v1; given, the model is called there whoever its provider is.",
    )
    organization: str | None = Field(None, description="Sent as the OpenAI-Organization of each call.")
    temperature: float | None = Field(
        0.0,
        ge=0,
        le=2,
        description="Sampling temperature; a caller may ask for another. null sends none at all, for a model that "
        "takes none. OpenAI's reasoning models take none and are sent none.",
    )
    top_p: float | None = Field(
        None, gt=0, le=1, description="Nucleus sampling; null leaves it to the provider. As for temperature."
    )
    max_output_tokens: int | None = Field(
        None, ge=1, description="Longest reply in tokens; null leaves it to the provider."
    )
    timeout_seconds: float = Field(
        60.0, gt=0, description="Time limit of one try of a call, from connecting to the end of the reply."
    )
    retry: RetryConfig = Field(
        default_factory=RetryConfig, description="What is done about a rate limit, an outage or a time-out."
    )
    additional_headers: dict[str, str] = Field(
        default_factory=dict, repr=False, description="HTTP headers added to each call; they win over our own."
    )
    reasoning_effort: ReasoningEffort | None = Field(
        None, description="How long a reasoning model thinks; null leaves it to the provider."
    )
    price_per_million: PriceConfig | None = Field(
        None, description="What the model costs, where the built-in price list is wrong or does not know it."
    )

    @field_validator("api_base")
    @classmethod
    def _is_plain_http_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a URL like https://host/v1")
        if parts.username or parts.password:
            raise ValueError("must not hold a user or password; name the key's variable in api_key_env")
        return value

    @field_validator("additional_headers")
    @classmethod
    def _are_http_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
                raise ValueError(f"{name!r} is not an HTTP header of plain ASCII text")
        return headers

    @model_validator(mode="after")
    def _knows_its_endpoint(self) -> LLMConfig:
        if self.provider == "openai-compatible" and self.api_base is None:
            raise ValueError("provider openai-compatible needs api_base, the base URL of the endpoint")
        return self

    @property
    def needs_key(self) -> bool:
        """Whether a call cannot succeed without a key: one is named, and the endpoint is not on this machine."""
        return self.api_key_env is not None and not self.on_loopback

    @property
    def on_loopback(self) -> bool:
        host = urlsplit(self.api_base).hostname if self.api_base else None
        if host is None or host == "localhost":
            return host is not None
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def _key_variable(known: dict[str, Any]) -> str | None:
    """The usual variable of the provider. `known` lacks it when it was refused; that error is enough."""
    provider: Provider = known.get("provider", "openai")
    return KEY_VARIABLES[provider]
