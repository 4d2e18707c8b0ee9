"""Context windows, and the characters that a digest may take of them."""

from __future__ import annotations

import pytest

from atlas.models.config import LLMConfig, Provider
from atlas.models.windows import SMALLEST, WINDOWS, digest_chars, window_of


def llm(provider: Provider, model: str) -> LLMConfig:
    base = "http://127.0.0.1:1/v1" if provider == "openai-compatible" else None
    return LLMConfig(provider=provider, model=model, api_base=base)


@pytest.mark.parametrize(
    ("provider", "model", "window"),
    [
        ("openai", "gpt-4.1-mini", 1_047_576),
        ("openai", "gpt-4.1-mini-2025-04-14", 1_047_576),
        ("gemini", "gemini/gemini-2.5-flash", 1_048_576),
        ("bedrock", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000),
        ("openai", "gpt-99", 128_000),
        ("openai-compatible", "my-7b", 32_000),
    ],
)
def test_a_window_is_found_by_the_models_plain_name(provider: Provider, model: str, window: int) -> None:
    assert window_of(llm(provider, model)) == window


def test_a_digest_is_a_tenth_of_the_window_in_characters() -> None:
    assert digest_chars(llm("openai", "gpt-4o")) == 51_200
    assert digest_chars(llm("openai-compatible", "my-7b")) == 12_800
    assert digest_chars(None) == 51_200


@pytest.mark.parametrize(
    ("provider", "model"),
    [("anthropic", "claude-opus-5"), ("anthropic", "what-is-next"), ("bedrock", "anthropic.claude-opus-5-v1:0")],
)
def test_anthropic_gets_no_more_than_20_000(provider: Provider, model: str) -> None:
    assert digest_chars(llm(provider, model)) == 20_000


def test_every_provider_has_a_least_window_that_none_of_its_models_undercuts() -> None:
    assert set(SMALLEST) == set(Provider.__args__)  # type: ignore[attr-defined]
    assert min(size for name, size in WINDOWS.items() if name.startswith("gpt")) >= SMALLEST["openai"]
    assert min(size for name, size in WINDOWS.items() if name.startswith("claude")) >= SMALLEST["anthropic"]
