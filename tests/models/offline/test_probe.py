"""The offline probe: a rule over rewards."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject, dumps, loads_object
from atlas.core.messages import ChatRequest, Message
from atlas.models.offline.probe import probe


def asked(*recent: tuple[str, float, bool]) -> JsonObject:
    past = [{"mode": mode, "reward": reward, "success": success} for mode, reward, success in recent]
    average = sum(reward for _, reward, _ in recent) / len(recent) if recent else None
    ask = {"ask": "probe", "history": {"recent": past, "recent_average_reward": average}}
    return loads_object(probe(ChatRequest((Message("user", dumps(ask)),))).content)


@pytest.mark.parametrize(
    ("recent", "mode", "confidence"),
    [
        ([("paired", 1.0, True)] * 2, "paired", 0.7),
        ([("paired", 1.0, True)] * 3, "auto", 0.86),
        ([("auto", 1.0, True)] * 3, "auto", 0.9),
        ([("auto", 1.0, True), ("auto", 0.96, False), ("auto", 1.0, True)], "paired", 0.8),
        ([("paired", 0.3, False)] * 4, "coach", 0.7),
        ([], "paired", 0.7),
    ],
)
def test_the_rewards_decide(recent: list[tuple[str, float, bool]], mode: str, confidence: float) -> None:
    reply = asked(*recent)
    assert (reply["mode"], reply["confidence"]) == (mode, confidence)
    assert reply["rationale"]


def test_what_is_no_probe_is_answered_in_words() -> None:
    assert "{" not in probe(ChatRequest((Message("user", "Hello?"),))).content
