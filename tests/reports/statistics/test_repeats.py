from __future__ import annotations

from itertools import combinations

import pytest

from atlas.reports.statistics.repeats import pass_hat_k, per_task_pass_hat_k


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_it_is_the_share_of_subsets_of_k_trials_that_all_succeed(k: int) -> None:
    tasks = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]]
    shares = [sum(map(all, combinations(task, k))) / len(list(combinations(task, k))) for task in tasks]
    assert per_task_pass_hat_k([sum(task) for task in tasks], [4] * 4, k) == pytest.approx(shares)
    assert pass_hat_k([sum(task) for task in tasks], [4] * 4, k) == pytest.approx(sum(shares) / 4)


def test_with_one_trial_it_is_the_success_rate_and_it_falls_with_k() -> None:
    successes, trials = [3, 1, 4], [4, 5, 4]
    assert pass_hat_k(successes, trials, 1) == pytest.approx((3 / 4 + 1 / 5 + 1) / 3)
    values = [pass_hat_k(successes, trials, k) for k in (1, 2, 3, 4)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(("trials", "k"), [([], 1), ([4, 3], 4), ([4], 0)])
def test_too_few_trials_are_refused(trials: list[int], k: int) -> None:
    with pytest.raises(ValueError, match=r"needs at least one task"):
        pass_hat_k([0] * len(trials), trials, k)
