"""Wordings that several intents share: stages and statuses as users say them, optional details of a request."""

from __future__ import annotations

from random import Random

from atlas.datasets.generator.scene import Unfit

CONFIRMED = ("Done: ", "Done, ", "", "", "All set: ", "OK, ", "That is done: ")


def spoken_value(rng: Random, value: str) -> str:
    """A stage or status in natural casing: "closed won", "Negotiation", "sent"."""
    return rng.choice((value.lower(), value.lower().replace("-", " "), value.lower(), value))


def named(rng: Random, name: str) -> str:
    """A name for something new, quoted in half of the cases."""
    return rng.choice((name, f'"{name}"'))


def rescaled(amount: float, percent: int) -> float:
    """The amount changed by a whole percentage. Raises `Unfit` where that would not be whole cents."""
    cents = round(amount * 100) * (100 + percent)
    if cents % 100:
        raise Unfit
    return cents / 10_000
