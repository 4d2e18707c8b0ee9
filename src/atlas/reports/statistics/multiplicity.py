"""Multiplicity: many tests at once, with the share of false discoveries held down."""

from __future__ import annotations

from collections.abc import Sequence


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: those <= q are the discoveries at false discovery rate q.

    min over j >= i of p_(j) m / j, at most 1. Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289-300.
    """
    m = len(p_values)
    adjusted = [1.0] * m
    least = 1.0
    for rank, index in sorted(enumerate(_ascending(p_values), 1), reverse=True):
        least = min(least, p_values[index] * m / rank)
        adjusted[index] = least
    return adjusted


def _ascending(p_values: Sequence[float]) -> list[int]:
    return sorted(range(len(p_values)), key=lambda index: p_values[index])
