"""Sequential tests: p-values that hold however often the data are looked at, and whenever one stops."""

from __future__ import annotations

import math


def always_valid_p(difference: float, error: float, scale: float) -> float:
    """A p-value of "the true difference is 0" that may be looked at after every outcome; 1.0 without an error.

    The inverse of the mixture likelihood ratio under differences ~ N(0, scale^2), a martingale when there is no
    difference, so that by Ville's inequality it ever falls to alpha with chance at most alpha. Robbins (1970), Ann.
    Math. Stat. 41:1397-1409; Johari, Koomen, Pekelis & Walsh (2022), Operations Research 70:1806-1821. With an
    estimated `error` that holds in the limit of many outcomes: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas
    (2024), Ann. Stat. 52:2613-2640. `scale` is the size of the differences that are worth finding soon; when it is
    wrong it costs power, never validity.
    """
    if error <= 0:
        return 1.0
    variance, prior = error * error, scale * scale
    evidence = 0.5 * math.log(variance / (variance + prior)) + 0.5 * difference**2 / variance * prior / (
        variance + prior
    )
    return min(1.0, math.exp(-evidence))
