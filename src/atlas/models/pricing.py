"""The price list: what the tokens of well-known models cost."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens."""

    prompt: float
    completion: float

    def cost_usd(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


PRICES_AS_OF = "2026-10"
"""The month in which the list was last compared with the providers' list prices.

Lowest tier, without discounts for cached prompts or batches and without surcharges for very long prompts:
where those matter, a config's `price_per_million` says what holds. Models no longer sold keep their last price.
"""

PRICES: dict[str, Price] = {
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-2024-05-13": Price(5.00, 15.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-5.1": Price(1.25, 10.00),
    "gpt-5.2": Price(1.75, 14.00),
    "gpt-5.4": Price(2.50, 15.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5.4-nano": Price(0.20, 1.25),
    "gpt-5.5": Price(5.00, 30.00),
    "o3": Price(2.00, 8.00),
    "o3-mini": Price(1.10, 4.40),
    "o4-mini": Price(1.10, 4.40),
    "claude-haiku-4-5": Price(1.00, 5.00),
    "claude-sonnet-4-5": Price(3.00, 15.00),
    "claude-sonnet-4-6": Price(3.00, 15.00),
    "claude-sonnet-5": Price(2.00, 10.00),
    "claude-opus-4-5": Price(5.00, 25.00),
    "claude-opus-4-6": Price(5.00, 25.00),
    "claude-opus-4-7": Price(5.00, 25.00),
    "claude-opus-5": Price(5.00, 25.00),
    "gemini-2.5-flash": Price(0.30, 2.50),
    "gemini-2.5-flash-lite": Price(0.10, 0.40),
    "gemini-2.5-pro": Price(1.25, 10.00),
    "gemini-3.1-pro-preview": Price(2.00, 12.00),
    "gemini-3.5-flash": Price(1.50, 9.00),
    "grok-3": Price(3.00, 15.00),
    "grok-3-mini": Price(0.30, 0.50),
    "grok-4": Price(3.00, 15.00),
    "grok-4-fast": Price(0.20, 0.50),
    "grok-4.3": Price(1.25, 2.50),
    "grok-4.5": Price(2.00, 6.00),
    "grok-code-fast-1": Price(1.00, 2.00),
}

# "bedrock/us.anthropic.claude-..." and "gemini/gemini-..." alike.
ROUTE = re.compile(r"^(?:.*/)?(?:(?:[a-z]+\.)?anthropic\.)?")
# "-20250929", "@20250929", "-2025-04-14", "-latest", each perhaps with Bedrock's "-v1:0" behind it.
VERSION = re.compile(r"(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest)?(?:-v\d+(?::\d+)?)?$")


def price_of(model: str) -> Price | None:
    """The list price of a model, provider prefix and date suffix apart; None when it is not known."""
    name = ROUTE.sub("", model.lower(), count=1)
    return PRICES.get(name) or PRICES.get(VERSION.sub("", name, count=1))


def cost_usd(model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
    """What a call cost at the list price, in USD; None when the model's price is not known."""
    price = price_of(model)
    return price.cost_usd(prompt_tokens, completion_tokens) if price else None
