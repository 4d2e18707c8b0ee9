from __future__ import annotations

from atlas.reports.learning.estimate import Estimate
from atlas.reports.learning.wording import group_of, interval_of, judged, rate_of, signed_amount, signed_score
from atlas.reports.statistics.intervals import Interval
from tests.reports.learning.threads import single


def test_a_rate_counts_sessions() -> None:
    rate = rate_of(single([1, 1, 0]))
    assert (rate.passed, rate.total) == (2, 3)
    assert group_of("x", single([1, 1, 0])).tasks == 3


def test_differences_have_signs() -> None:
    assert (signed_score(0.0421), signed_score(None)) == ("+0.042", "-")
    assert (signed_amount(-1204.4), signed_amount(None)) == ("-1,204", "-")


def test_every_verdict_is_a_sentence() -> None:
    wide, narrow = Interval(-0.1, 0.2), Interval(0.02, 0.06)
    assert judged("Reward", Estimate(0.04, narrow, 0.03, 0.05, "higher"), signed_score) == (
        "Reward: +0.040 (95 % interval +0.020 to +0.060): higher."
    )
    assert "underpowered, only a difference of 0.210 or more" in judged(
        "Reward", Estimate(0.05, wide, 0.21, 0.05, "underpowered"), signed_score
    )
    assert "no difference found, and one of 0.030 would" in judged(
        "Reward", Estimate(0.0, narrow, 0.03, 0.05, "no difference found"), signed_score
    )
    assert judged("Reward", Estimate(0.5, None, None, 0.05, "cannot say", "few tasks"), signed_score) == (
        "Reward: cannot say (+0.500 was seen); few tasks."
    )
    assert judged("Reward", Estimate(None, None, None, 0.05, "cannot say", "no session"), signed_score) == (
        "Reward: cannot say; no session."
    )
    assert interval_of(Estimate(None, None, None, None, "cannot say"), signed_score) == "-"
