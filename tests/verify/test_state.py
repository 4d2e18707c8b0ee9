"""The state verifier accepts a target's own difference and kills every mutant of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Target
from atlas.core.verdicts import Verdict
from atlas.verify.state import StateVerifier
from tests.verify.diffs import diffs, mutations, renamed, target_of
from tests.verify.plays import played

TWO_CHANGES = StateDiff(
    updated={
        "opportunities": {"o1": {"stage": Change("Proposal", "Negotiation")}},
        "quotes": {"q1": {"status": Change("Draft", "Sent")}},
    }
)


def verdict(expected: StateDiff, actual: StateDiff) -> Verdict:
    return StateVerifier().check(played(changes=actual), Target((), expected))


@given(diffs(), st.randoms(use_true_random=False))
def test_a_difference_is_its_own_target_under_any_ids(diff: StateDiff, random: object) -> None:
    keys = [key for rows in diff.inserted.values() for key in rows]
    fresh = [f"fresh-{number}" for number in range(len(keys))]
    random.shuffle(fresh)  # type: ignore[attr-defined]
    found = verdict(target_of(diff), renamed(diff, dict(zip(keys, fresh, strict=True))))
    assert found.passed, found.reason
    assert found.score == 1.0


@given(diffs(), st.data())
def test_any_single_mutation_is_rejected(diff: StateDiff, data: st.DataObject) -> None:
    mutant = data.draw(st.sampled_from(mutations(diff)))
    found = verdict(target_of(diff), mutant)
    assert not found.passed
    assert found.score < 1.0
    assert found.reason


def test_nothing_expected_and_nothing_done_passes() -> None:
    found = verdict(StateDiff(), StateDiff())
    assert (found.passed, found.score, found.reason) == (
        True,
        1.0,
        "nothing was to change, and nothing else changed",
    )


def test_doing_nothing_where_something_was_expected_scores_0() -> None:
    found = verdict(TWO_CHANGES, StateDiff())
    assert (found.passed, found.score) == (False, 0.0)
    assert found.details == {
        "expected": 2,
        "met": 0,
        "collateral": 0,
        "differences": [
            "opportunities o1 stage: expected 'Negotiation', got 'Proposal'",
            "quotes q1 status: expected 'Sent', got 'Draft'",
        ],
    }


def test_half_of_the_changes_scores_half() -> None:
    half = StateDiff(updated={"quotes": TWO_CHANGES.updated["quotes"]})
    found = verdict(TWO_CHANGES, half)
    assert (found.passed, found.score) == (False, 0.5)


@pytest.mark.parametrize(
    "extra",
    [
        StateDiff(updated={**TWO_CHANGES.updated, "clients": {"c1": {"owner": Change("Dana", "Lee")}}}),
        StateDiff(updated=TWO_CHANGES.updated, inserted={"notes": {"n1": {"content": "x"}}}),
        StateDiff(updated=TWO_CHANGES.updated, deleted={"quotes": {"q9": {}}}),
    ],
    ids=["update", "insert", "delete"],
)
def test_collateral_damage_scores_0_although_everything_expected_was_done(extra: StateDiff) -> None:
    found = verdict(TWO_CHANGES, extra)
    assert (found.passed, found.score, found.details["met"]) == (False, 0.0, 2)


def test_the_right_change_to_the_wrong_record_scores_0() -> None:
    wrong = StateDiff(updated={"opportunities": {"o2": {"stage": Change("Proposal", "Negotiation")}}})
    found = verdict(StateDiff(updated={"opportunities": TWO_CHANGES.updated["opportunities"]}), wrong)
    assert (found.passed, found.score) == (False, 0.0)
    assert "opportunities o2 stage" in found.reason
    assert "opportunities o1 stage" in found.reason


def test_the_reason_of_a_pass_says_how_much_was_done() -> None:
    found = verdict(TWO_CHANGES, TWO_CHANGES)
    assert found.reason == "all 2 expected changes were made, and nothing else changed"


def test_as_many_differences_as_are_named_need_no_count() -> None:
    five = StateDiff(deleted={"quotes": {f"q{number}": {} for number in range(5)}})
    assert verdict(five, StateDiff()).reason.endswith("quotes q4: row should have been deleted")


def test_the_reason_names_the_first_differences_and_counts_the_rest() -> None:
    many = StateDiff(deleted={"quotes": {f"q{number}": {} for number in range(9)}})
    reason = verdict(many, StateDiff()).reason
    assert reason.startswith("quotes q0: row should have been deleted; quotes q1")
    assert reason.endswith("; and 4 more")
