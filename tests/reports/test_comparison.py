from __future__ import annotations

import random

import pytest

from atlas.core.messages import Usage
from atlas.reports.comparison import adjusted, compare
from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact, tango_interval
from tests.reports.played import OUTAGE, arm, session


def test_pairs_are_compared_with_tango_and_mcnemar() -> None:
    before, after = [True] * 20 + [False] * 20, [True] * 18 + [False] * 2 + [True] * 15 + [False] * 5
    found = compare(arm("before", before) + arm("after", after), "before", "after")
    counts = PairedCounts(both=18, gained=15, lost=2, neither=5)
    assert found.counts == counts
    assert found.difference == pytest.approx(13 / 40)
    assert found.interval == tango_interval(counts)
    assert found.p_value == mcnemar_exact(counts)
    assert found.conclusion == "better"
    backwards = compare(arm("before", before) + arm("after", after), "after", "before")
    assert backwards.conclusion == "worse"
    assert backwards.p_value == found.p_value


def test_only_pairs_scored_in_both_arms_count() -> None:
    sessions = [
        *arm("before", [True, False, True]),
        session("task-000", True, "after"),
        session("task-001", None, "after", failure=OUTAGE),
        session("task-009", True, "after"),
    ]
    found = compare(sessions, "before", "after")
    assert found.counts == PairedCounts(1, 0, 0, 0)
    assert found.unpaired == 3, "one failed below us, one was never played after, one never before"


def test_nothing_to_compare() -> None:
    found = compare(arm("before", [True]), "before", "after")
    assert found.difference is None
    assert (found.interval.low, found.interval.high, found.p_value) == (-1.0, 1.0, 1.0)
    assert (found.conclusion, found.method, found.tokens) == ("underpowered", "none", None)


def test_a_small_run_without_significance_is_underpowered() -> None:
    found = compare(arm("before", [False] * 10) + arm("after", [True] + [False] * 9), "before", "after")
    assert found.conclusion == "underpowered"
    assert found.detectable is not None
    assert found.detectable > 0.3


def test_a_large_run_without_a_difference_says_so() -> None:
    outcomes = [n % 2 == 0 for n in range(1500)]
    found = compare(arm("before", outcomes) + arm("after", outcomes), "before", "after")
    assert found.conclusion == "no difference found"
    assert compare(
        arm("before", outcomes) + arm("after", outcomes), "before", "after", smallest_effect=1e-4
    ).conclusion == ("underpowered")


def test_repeated_trials_are_tested_by_task() -> None:
    sessions = [
        session(f"t{n}", passed, name, trial=trial)
        for n in range(8)
        for trial in range(5)
        for name, passed in (("before", n >= 6), ("after", n >= 2))
    ]
    found = compare(sessions, "before", "after", seed=3)
    assert (found.tasks, found.counts.gained, found.counts.lost) == (8, 20, 0)
    assert found.method == "bootstrap and sign flips by task"
    assert found.p_value == pytest.approx(2 / 2**4), "four tasks changed; twenty pairs would be p < 0.00001"
    assert found.interval == compare(sessions, "before", "after", seed=3).interval
    assert found.interval.low <= 0.5 <= found.interval.high


def test_one_task_tried_often_is_no_evidence_about_tasks() -> None:
    sessions = [session("t", name == "after", name, trial=n) for n in range(9) for name in ("before", "after")]
    found = compare(sessions, "before", "after")
    assert (found.interval.low, found.interval.high, found.p_value) == (-1.0, 1.0, 1.0)
    assert found.detectable is None


def test_gains_and_losses_by_family() -> None:
    sessions = [
        session("a", False, "before", family="quotes"),
        session("a", True, "after", family="quotes"),
        session("b", True, "before", family="clients"),
        session("b", False, "after", family="clients"),
    ]
    families = compare(sessions, "before", "after").families
    assert [(f.family, f.counts.gained, f.counts.lost) for f in families] == [("clients", 0, 1), ("quotes", 1, 0)]


def test_tokens_and_cost_over_the_same_pairs() -> None:
    sessions = [
        session(f"t{n}", True, name, usage={"student": Usage(tokens, 0, 1, price), "teacher": Usage(10, 0, 1, 0.0)})
        for n in range(6)
        for name, tokens, price in (("before", 100, 0.01), ("after", 140 + n, 0.02))
    ]
    found = compare(sessions, "before", "after")
    assert found.tokens is not None
    assert found.cost_usd is not None
    assert (found.tokens.before, found.tokens.after, found.tokens.difference) == (110, 152.5, 42.5)
    assert found.tokens.interval.low >= 40
    assert found.tokens.interval.high <= 45
    assert found.cost_usd.difference == pytest.approx(0.01)


def test_an_unknown_price_leaves_the_cost_out() -> None:
    sessions = arm("before", [True] * 3) + arm("after", [True] * 2)
    sessions.append(session("task-002", True, "after", usage={"student": Usage(5, 5, 1, None)}))
    found = compare(sessions, "before", "after")
    assert found.cost_usd is None
    assert found.tokens is not None


def test_the_order_of_sessions_does_not_matter() -> None:
    sessions = arm("before", [n % 3 == 0 for n in range(30)]) + arm("after", [n % 2 == 0 for n in range(30)])
    shuffled = random.Random(2).sample(sessions, len(sessions))
    assert compare(shuffled, "before", "after") == compare(sessions, "before", "after")


def test_a_slot_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="is there twice"):
        compare(arm("before", [True]) + arm("before", [True]) + arm("after", [True]), "before", "after")


def test_equal_success_rates_give_false_alarms_no_more_often_than_stated() -> None:
    draw = random.Random(4)
    alarms = 0
    for _ in range(60):
        before, after = ([draw.random() < 0.6 for _ in range(40)] for _ in range(2))
        alarms += compare(arm("before", before) + arm("after", after), "before", "after").p_value < 0.05
    assert alarms <= 6


def test_comparisons_made_together_are_concluded_from_adjusted_p_values() -> None:
    """p = 0.0313 and 0.25 of two tests become 0.0625 and 0.25 (Benjamini & Hochberg)."""
    base = arm("base", [False] * 8)
    six, three = arm("six", [True] * 6 + [False] * 2), arm("three", [True] * 3 + [False] * 5)
    pair = [
        compare(base + other, "base", name, made_together=2) for name, other in (("six", six), ("three", three))
    ]
    assert [made.p_value for made in pair] == [2 / 2**6, 2 / 2**3]
    assert pair[0].conclusion == "better", "alone it would be"
    together = adjusted(pair)
    assert [made.adjusted_p for made in together] == [pytest.approx(4 / 2**6), 2 / 2**3]
    assert [made.conclusion for made in together] == ["underpowered", "underpowered"]
    assert [made.p_value for made in together] == [made.p_value for made in pair]


def test_one_comparison_is_not_adjusted() -> None:
    alone = compare(arm("a", [False] * 8) + arm("b", [True] * 8), "a", "b")
    assert adjusted([alone]) == (alone,)
    assert (alone.adjusted_p, alone.made_together) == (alone.p_value, 1)


def test_comparisons_made_together_can_find_less() -> None:
    sessions = arm("a", [n % 2 == 0 for n in range(60)]) + arm("b", [n % 3 == 0 for n in range(60)])
    alone, among = compare(sessions, "a", "b"), compare(sessions, "a", "b", made_together=4)
    assert alone.detectable is not None
    assert among.detectable is not None
    assert among.detectable > alone.detectable


def test_where_no_trial_changed_there_still_is_an_interval() -> None:
    """Resampling what never changed would give [0, 0]: certainty out of nothing. Tasks count, not their trials."""
    same = [
        session(f"t{task}", task % 2 == 0, arm, trial=trial)
        for arm in ("before", "after")
        for task in range(40)
        for trial in range(3)
    ]
    made = compare(same, "before", "after")
    assert made.difference == 0
    assert made.interval == tango_interval(PairedCounts(40, 0, 0, 0))
    assert made.p_value == 1
