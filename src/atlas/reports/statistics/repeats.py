"""Repeats: how reliably a task is solved when it is tried several times."""

from __future__ import annotations

import math
from collections.abc import Sequence


def pass_hat_k(successes: Sequence[int], trials: Sequence[int], k: int) -> float:
    """Estimate of pass^k, the chance that k independent trials of one task all succeed, averaged over tasks.

    mean of C(c, k) / C(n, k) with c successes in n trials of a task: unbiased for n >= k. Yao et al. (2024),
    tau-bench, arXiv:2406.12045, section 4. Raises `ValueError` without tasks or when a task has fewer than k
    trials.
    """
    if not trials or k < 1 or min(trials) < k:
        raise ValueError(f"pass^{k} needs at least one task and at least {max(k, 1)} trials of each")
    return math.fsum(per_task_pass_hat_k(successes, trials, k)) / len(trials)


def per_task_pass_hat_k(successes: Sequence[int], trials: Sequence[int], k: int) -> list[float]:
    """The estimate of each task, for intervals over tasks."""
    return [math.comb(c, k) / math.comb(n, k) for c, n in zip(successes, trials, strict=True)]
