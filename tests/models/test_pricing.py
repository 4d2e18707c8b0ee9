from __future__ import annotations

import pytest

from atlas.models.pricing import PRICES, cost_usd, price_of


@pytest.mark.parametrize(
    ("model", "listed"),
    [
        ("gpt-4.1-mini", "gpt-4.1-mini"),
        ("openai/gpt-4.1-mini", "gpt-4.1-mini"),
        ("gpt-4.1-2025-04-14", "gpt-4.1"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-4o-2024-11-20", "gpt-4o"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic/claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("openrouter/google/gemini-2.5-flash", "gemini-2.5-flash"),
        ("xai/grok-4-latest", "grok-4"),
        ("GPT-5-mini", "gpt-5-mini"),
    ],
)
def test_a_model_is_found_under_its_usual_spellings(model: str, listed: str) -> None:
    assert price_of(model) is PRICES[listed]


@pytest.mark.parametrize("model", ["", "llama-3", "gpt-4.1-mini-tuned", "my/gpt", "gpt-4.1x"])
def test_the_price_of_an_unlisted_model_is_unknown(model: str) -> None:
    assert price_of(model) is None
    assert cost_usd(model, 1000, 1000) is None


def test_the_cost_is_per_million_tokens_of_each_kind() -> None:
    assert cost_usd("claude-sonnet-4-5-20250929", 1_000_000, 0) == 3.0
    assert cost_usd("claude-sonnet-4-5-20250929", 0, 1_000_000) == 15.0
    assert cost_usd("gpt-4.1", 1500, 200) == pytest.approx(0.0046)


def test_every_listed_name_is_found_as_it_stands() -> None:
    assert all(price_of(model) is price for model, price in PRICES.items())
