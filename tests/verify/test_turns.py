"""A verdict made of turn scores."""

from __future__ import annotations

from atlas.core.verdicts import TurnScore
from atlas.verify.turns import verdict_of


def test_the_verdict_counts_checks_and_names_what_is_wrong() -> None:
    scores = [TurnScore(1, True, 2, 2), TurnScore(2, False, 1, 2, ("no amount",))]
    verdict = verdict_of("facts", "7", scores, required=False)
    assert (verdict.verifier, verdict.version, verdict.required) == ("facts", "7", False)
    assert (verdict.passed, verdict.score, verdict.reason) == (False, 0.75, "turn 2: no amount")
    assert verdict.turns == tuple(scores)


def test_all_right() -> None:
    verdict = verdict_of("facts", "1", [TurnScore(1, True, 0, 0)], required=True)
    assert (verdict.passed, verdict.score, verdict.reason) == (True, 1.0, "all 1 turns are right")


def test_three_problems_are_all_named() -> None:
    verdict = verdict_of("facts", "1", [TurnScore(1, False, 0, 1, ("a", "b", "c"))], required=True)
    assert verdict.reason == "turn 1: a; turn 1: b; turn 1: c"


def test_only_the_first_problems_are_named() -> None:
    verdict = verdict_of("facts", "1", [TurnScore(1, False, 0, 1, ("a", "b", "c", "d", "e"))], required=True)
    assert verdict.reason == "turn 1: a; turn 1: b; turn 1: c; and 2 more"
