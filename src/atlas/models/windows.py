"""The context windows: how many tokens well-known models read at once."""

from __future__ import annotations

from atlas.models.config import LLMConfig, Provider
from atlas.models.pricing import ROUTE, VERSION

WINDOWS_AS_OF = "2026-10"
"""The month in which the list was last compared with what the providers state. Input tokens, without surcharge."""

WINDOWS: dict[str, int] = {
    "gpt-4.1": 1_047_576,
    "gpt-4.1-mini": 1_047_576,
    "gpt-4.1-nano": 1_047_576,
    "gpt-4o": 128_000,
    "gpt-4o-mini": 128_000,
    "gpt-5": 272_000,
    "gpt-5-mini": 272_000,
    "gpt-5-nano": 272_000,
    "gpt-5.1": 272_000,
    "gpt-5.2": 272_000,
    "gpt-5.4": 1_050_000,
    "gpt-5.4-mini": 272_000,
    "gpt-5.4-nano": 272_000,
    "gpt-5.5": 1_050_000,
    "o3": 200_000,
    "o3-mini": 200_000,
    "o4-mini": 200_000,
    "claude-haiku-4-5": 200_000,
    "claude-sonnet-4-5": 200_000,
    "claude-sonnet-4-6": 1_000_000,
    "claude-sonnet-5": 1_000_000,
    "claude-opus-4-5": 200_000,
    "claude-opus-4-6": 1_000_000,
    "claude-opus-4-7": 1_000_000,
    "claude-opus-5": 1_000_000,
    "gemini-2.5-flash": 1_048_576,
    "gemini-2.5-flash-lite": 1_048_576,
    "gemini-2.5-pro": 1_048_576,
    "gemini-3.1-pro-preview": 1_048_576,
    "gemini-3.5-flash": 1_048_576,
    "grok-4.3": 1_000_000,
    "grok-4.5": 500_000,
    "grok-code-fast-1": 256_000,
}

SMALLEST: dict[Provider, int] = {
    "openai": 128_000,
    "azure-openai": 128_000,
    "anthropic": 200_000,
    "bedrock": 200_000,
    "google": 1_048_576,
    "gemini": 1_048_576,
    "xai": 128_000,
    "openai-compatible": 32_000,
    "offline": 128_000,
}
"""What is assumed of a model that the list does not know."""

UNKNOWN = 128_000
"""What is assumed of an agent that does not say which model it is."""

ANTHROPIC_CHARS = 20_000
"""Most characters of a digest for Anthropic's models, however large their window."""

CHARS_PER_TOKEN = 4


def window_of(llm: LLMConfig) -> int:
    """The model's context window in tokens, route and date suffix apart; of an unknown one `SMALLEST`."""
    name = ROUTE.sub("", llm.model.lower(), count=1)
    return WINDOWS.get(name) or WINDOWS.get(VERSION.sub("", name, count=1)) or SMALLEST[llm.provider]


def digest_chars(llm: LLMConfig | None) -> int:
    """A tenth of the model's window in characters; at most `ANTHROPIC_CHARS` for Anthropic's models."""
    if llm is None:
        return UNKNOWN * CHARS_PER_TOKEN // 10
    tenth = window_of(llm) * CHARS_PER_TOKEN // 10
    anthropic = llm.provider == "anthropic" or ROUTE.sub("", llm.model.lower(), count=1).startswith("claude")
    return min(tenth, ANTHROPIC_CHARS) if anthropic else tenth
