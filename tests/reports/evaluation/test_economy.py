from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.reports.comparison import compare
from atlas.reports.evaluation.economy import Economy, economy
from atlas.reports.statistics.noninferiority import noninferior_rate
from tests.reports.evaluation.evaluated import arm, evaluation, played


def claimed(
    before: list[bool], after: list[bool], cost: float, new_cost: float, margin: float = 0.05
) -> Economy | None:
    one, other = arm("old", before, cost_usd=cost), arm("new", after, cost_usd=new_cost)
    sessions = (*one.sessions, *other.sessions)
    return economy(sessions, compare(sessions, "old", "new", smallest_effect=margin))


HALF = [n % 2 == 0 for n in range(400)]


def test_cheaper_and_not_worse() -> None:
    found = claimed(HALF, HALF, 0.02, 0.01)
    assert found is not None
    assert (found.claim, found.margin) == ("cheaper, success not worse", 0.05)
    assert found.cost.p_value < 0.001


def test_cheaper_but_too_few_to_say_that_it_is_not_worse() -> None:
    found = claimed(HALF[:20], HALF[:20], 0.02, 0.01)
    assert found is not None
    assert found.claim == "cheaper, success may be worse"


def test_cheaper_and_worse_is_never_called_a_saving() -> None:
    found = claimed(HALF, [False] * 400, 0.02, 0.01)
    assert found is not None
    assert found.claim == "cheaper, success may be worse"


@pytest.mark.parametrize("new_cost", [0.02, 0.03])
def test_as_dear_or_dearer(new_cost: float) -> None:
    found = claimed(HALF, HALF, 0.02, new_cost)
    assert found is not None
    assert found.claim == "not shown to be cheaper"


def test_a_baseline_that_costs_nothing_cannot_be_undercut() -> None:
    assert claimed(HALF, HALF, 0.0, 0.0) is None


def test_an_unknown_price_allows_no_claim() -> None:
    one, other = arm("old", HALF), arm("new", HALF)
    unpriced = [replace(session, usage={"student": Usage(1, 1, 1, None)}) for session in other.sessions]
    sessions = (*one.sessions, *unpriced)
    assert economy(sessions, compare(sessions, "old", "new")) is None


@pytest.mark.parametrize("lost", range(0, 24, 2))
def test_the_rule_on_the_interval_is_the_score_test_at_two_and_a_half_percent(lost: int) -> None:
    after = [passed and n >= 2 * lost for n, passed in enumerate(HALF)]
    found = claimed(HALF, after, 0.02, 0.01)
    sessions = (*arm("old", HALF).sessions, *arm("new", after).sessions)
    counts = compare(sessions, "old", "new").counts
    assert counts.lost == lost
    assert found is not None
    assert (found.claim == "cheaper, success not worse") == noninferior_rate(counts, 0.05).holds


def test_trials_of_one_task_are_one_observation() -> None:
    """Two tasks tried often are two pairs: a paired t-test on two pairs of this spread finds nothing."""

    def tried(label: str, first: float, second: float) -> list[Session]:
        sessions = [
            replace(played(name, [True], trial=trial), usage={"student": Usage(1, 1, 1, cost)})
            for name, cost in (("a", first), ("b", second))
            for trial in range(20)
        ]
        return list(evaluation(label, sessions).sessions)

    sessions = [*tried("old", 0.02, 0.03), *tried("new", 0.01, 0.029)]
    found = economy(sessions, compare(sessions, "old", "new"))
    assert found is not None
    assert found.claim == "not shown to be cheaper"
