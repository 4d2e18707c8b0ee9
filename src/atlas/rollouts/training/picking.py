"""Picking: which sequences of a group are worth training on, by their scores."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standard:
    """What is asked of scores.

    `at_most` sequences (or pairs) of a group are taken. Without `allow_negative` a score must be above 0.
    `difference` is by how much a score must be above the group's lowest (of a pair: above the worse one's); 0 asks
    for nothing of a single sequence.
    """

    at_most: int
    allow_negative: bool = False
    difference: float = 0.0


def best(scores: Sequence[float], usable: Sequence[int], standard: Standard) -> list[int]:
    """The sequences to imitate, best first, of those that are usable. Equal scores keep their order."""
    lowest = min(scores, default=0.0)
    good = [index for index in _ranked(scores, usable) if scores[index] > 0 or standard.allow_negative]
    if standard.difference > 0:
        good = [index for index in good if scores[index] - lowest > standard.difference]
    return good[: standard.at_most]


def pairs(
    scores: Sequence[float], usable: Sequence[int], standard: Standard, chance: random.Random
) -> list[tuple[int, int]]:
    """(better, worse) pairs, best first, of which none is the worse one twice.

    The best are paired with one of the lowest each, drawn by `chance` from those that are worse by more than
    `difference`.
    """
    ranked = _ranked(scores, usable)
    better = [index for index in ranked if scores[index] > 0 or standard.allow_negative][: standard.at_most]
    pool = ranked[::-1][: standard.at_most]
    found: list[tuple[int, int]] = []
    for index in better:
        worse = [other for other in pool if scores[other] < scores[index] - standard.difference]
        if worse:
            drawn = chance.choice(worse)
            pool.remove(drawn)
            found.append((index, drawn))
    return found


def _ranked(scores: Sequence[float], usable: Sequence[int]) -> list[int]:
    return sorted(usable, key=lambda index: -scores[index])
