from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import to_json
from atlas.core.session import Session
from atlas.export.reward import reward_audit, reward_stats, session_reward
from tests.reports.played import judged, session


@pytest.fixture
def rewarded() -> Session:
    panel, reward, proposal = judged()
    return replace(session("c1", True), panel=panel, reward=reward, proposal=proposal)


def test_a_reward_with_its_parts_and_judges(rewarded: Session) -> None:
    reward = to_json(session_reward(rewarded))
    assert reward["score"] == 0.85
    assert [part["name"] for part in reward["parts"]] == ["structured", "judge"]
    assert reward["judges"][0]["escalated"] is False
    assert [sample["score"] for sample in reward["judges"][0]["samples"]] == [0.8, 0.6]


def test_the_spread_of_the_samples(rewarded: Session) -> None:
    stats = reward_stats(rewarded)
    assert stats is not None
    assert stats["sample_count"] == 2
    assert stats["score_mean"] == pytest.approx(0.7)
    assert stats["score_stddev"] == pytest.approx(0.1)
    assert stats["best_uncertainty"] == 0.1


def test_the_audit_has_every_call_and_why_one_failed(rewarded: Session) -> None:
    answered, failed = to_json(reward_audit(rewarded))
    assert (answered["prompt"], answered["response"], answered["duration_s"]) == (
        "prompt one",
        '{"score": 0.8}',
        1.5,
    )
    assert answered["token_usage"]["prompt_tokens"] == 30
    assert (failed["response"], failed["error"]) == (None, "no reply in 60 s")


def test_a_session_without_a_reward_has_none_and_not_zero() -> None:
    assert session_reward(session("c1", True)) is None
    assert reward_stats(session("c1", True)) is None
    assert reward_audit(session("c1", True)) == []


def test_a_reward_of_verifiers_alone_has_no_samples() -> None:
    stats = reward_stats(session("c1", True, reward=1.0))
    assert stats is not None
    assert (stats["score"], stats["sample_count"], stats["score_mean"]) == (1.0, 0, None)
