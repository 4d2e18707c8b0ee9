"""A draw: a number in [0, 1) that depends on nothing but a seed and what is drawn for."""

from __future__ import annotations

from hashlib import blake2b

_SCALE = float(1 << 64)


def uniform(seed: int, *parts: str) -> float:
    """The same number for the same seed and parts, in every process and on every machine."""
    text = "\x1f".join((str(seed), *parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / _SCALE
