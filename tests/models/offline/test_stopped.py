"""A request stopped half-way: what the teacher counts as its parts, and as having been done."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject
from atlas.models.offline.evidence import attempt_of
from atlas.models.offline.mistakes import Mistake, mistakes_in

STAGE: JsonObject = {"opportunity_id": "20000000-0000-4000-8000-000000000001", "stage": "Proposal"}
BOTH: JsonObject = {**STAGE, "amount": 70000.0}
NEW: JsonObject = {"client_id": "c", "name": "Pilot", "stage": "Proposal", "amount": 70000.0, "probability": 40}


def stopped(request: str, *calls: tuple[str, JsonObject]) -> bool:
    steps = [{"tool": tool, "arguments": arguments, "result": {}, "error": None} for tool, arguments in calls]
    ask: JsonObject = {
        "ask": "validate",
        "instructions": "Today is 2026-03-02 (Monday).",
        "earlier": [],
        "request": request,
        "steps": steps,
        "reply": "Done, that is taken care of.",
        "changes": {"inserted": {}, "updated": {}, "deleted": {}},
        "guidance": [],
        "playbook": "",
    }
    return Mistake.STOPPED in mistakes_in(attempt_of(ask))


@pytest.mark.parametrize(
    "request_text",
    [
        "Move the Pilot deal to proposal and set its amount to $70,000.",
        "Can you move the Pilot deal to proposal and also change the amount to $70,000?",
        "Two things: move the Pilot deal to proposal and set the amount to 70k.",
        "Two things: the Pilot deal to proposal and the amount to 70k.",
        "We need to move the Pilot deal to proposal and Cobalt Rollout to negotiation.",
        "Give the Pilot deal to Dana Whitfield. Then move it to proposal.",
    ],
)
def test_one_change_of_two_is_half_a_request(request_text: str) -> None:
    assert stopped(request_text, ("modify_opportunity", STAGE))
    assert not stopped(request_text, ("modify_opportunity", BOTH)), "one call may do both"
    assert not stopped(request_text, ("modify_opportunity", STAGE), ("modify_opportunity", STAGE))


@pytest.mark.parametrize(
    "request_text",
    [
        "Move the Pilot deal to proposal.",
        "The Pilot deal is in proposal now. Please update it.",
        "Two things: move the Pilot deal to proposal and tell me who owns it.",
    ],
)
def test_one_change_is_all_that_is_asked_for(request_text: str) -> None:
    assert not stopped(request_text, ("modify_opportunity", STAGE))


def test_what_is_said_of_a_new_record_belongs_to_creating_it() -> None:
    said = "Create the deal Pilot for Acme at $70,000 in proposal and set its probability to 40%."
    assert not stopped(said, ("create_new_opportunity", NEW))
    assert stopped("Create the deal Pilot for Acme and cancel quote v2 of Cobalt.", ("create_new_opportunity", NEW))
