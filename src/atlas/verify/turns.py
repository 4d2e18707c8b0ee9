"""The verdict over a conversation, made of the scores of its turns."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.verdicts import TurnScore, Verdict

_NAMED = 3


def verdict_of(verifier: str, version: str, scores: Sequence[TurnScore], *, required: bool) -> Verdict:
    """The verdict over a conversation: passed when every turn is ok, score the share of checks that hold.

    With nothing expected at all the score is 1.
    """
    expected = sum(score.expected for score in scores)
    met = sum(score.met for score in scores)
    wrong = [f"turn {score.index}: {problem}" for score in scores for problem in score.wrong]
    more = f"; and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    reason = "; ".join(wrong[:_NAMED]) + more if wrong else f"all {len(scores)} turns are right"
    return Verdict(
        verifier,
        version,
        passed=all(score.ok for score in scores),
        score=met / expected if expected else 1.0,
        reason=reason,
        required=required,
        turns=tuple(scores),
    )
