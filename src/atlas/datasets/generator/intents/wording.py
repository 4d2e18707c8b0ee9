"""Wordings that several intents share: stages and statuses as users say them, optional details of a request."""

from __future__ import annotations

from random import Random

CONFIRMED = ("Done: ", "Done, ", "", "", "All set: ", "OK, ", "That is done: ")


def spoken_value(rng: Random, value: str) -> str:
    """A stage or status in natural casing: "closed won", "Negotiation", "sent"."""
    return rng.choice((value.lower(), value.lower().replace("-", " "), value.lower(), value))


def named(rng: Random, name: str) -> str:
    """A name for something new, quoted in half of the cases."""
    return rng.choice((name, f'"{name}"'))
