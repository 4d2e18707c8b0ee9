"""The offline probe: picks a mode by rule, from the rewards that it is shown."""

from __future__ import annotations

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Message
from atlas.models.offline.evidence import asked

FEW = 3
GOOD = 0.95
POOR = 0.6


def probe(request: ChatRequest) -> Message:
    """The reply to "probe" as JSON; to anything else a short plain one."""
    ask = asked(request)
    if ask is None or ask.get("ask") != "probe":
        return Message("assistant", "I can pick a mode from a learning history; I was asked for something else.")
    return Message("assistant", dumps(_pick(ask["history"])))


def _pick(history: JsonObject) -> JsonObject:
    recent, average = history["recent"], history["recent_average_reward"] or 0.0
    if len(recent) < FEW:
        return _said("paired", 0.7, f"Too few sessions are known: {len(recent)}.")
    alone = [past for past in recent if past["mode"] == "auto"]
    if average >= GOOD and all(past["success"] for past in recent):
        # Who was right under supervision only has yet to show that it needs none.
        return _said("auto", 0.9 if alone else 0.86, f"The last {len(recent)} sessions were all right.")
    if average < POOR:
        return _said("coach", 0.7, f"The recent rewards average {average:.2f}.")
    return _said("paired", 0.8, f"The recent rewards average {average:.2f}.")


def _said(mode: str, confidence: float, rationale: str) -> JsonObject:
    return {"mode": mode, "confidence": confidence, "rationale": rationale}
