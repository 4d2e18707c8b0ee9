"""Sample rows: dataset rows, older rows and payloads as plain JSON, to be bent by one key at a time."""

from __future__ import annotations

import copy
from pathlib import Path

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.tasks import Setup
from atlas.core.tools import ToolSpec

CLIENT = "11111111-aaaa-4bbb-8ccc-000000000001"
DEAL = "22222222-aaaa-4bbb-8ccc-000000000002"
AS_OF = "2026-03-02T09:00:00+00:00"

SPECS = (
    ToolSpec("client_search", "Find clients.", {"type": "object", "properties": {"name": {"type": "string"}}}),
    ToolSpec(
        "modify_opportunity",
        "Change a deal.",
        {
            "type": "object",
            "properties": {"opportunity_id": {}, "stage": {}, "amount": {}, "notes": {}},
            "required": ["opportunity_id"],
        },
        writes=True,
    ),
)


def response() -> JsonObject:
    """A structured response without facts."""
    return {
        "text": "Done.",
        "evaluation": "structured",
        "answers": ["Done."],
        "requires_judge": False,
        "facts": [],
        "absent": [],
        "refusal_facts": [],
    }


def turn(number: int = 1) -> JsonObject:
    """A turn that moves the deal to another stage."""
    return {
        "turn_id": number,
        "user_utterance": "Move the Pilot deal to Proposal.",
        "supporting_calls": [],
        "expected_tool": "modify_opportunity",
        "expected_args": {"opportunity_id": DEAL, "stage": "Proposal"},
        "references_previous_turns": [],
        "expect_success": True,
        "expected_error_substring": None,
        "failure_category": None,
        "expected_response": response(),
    }


def failing_turn(number: int = 1) -> JsonObject:
    """A turn that must be refused."""
    row = turn(number)
    row["expect_success"] = False
    row["failure_category"] = "not_found"
    row["expected_response"]["refusal_facts"] = [{"kind": "text", "value": "not found"}]
    return row


def seed_data() -> JsonObject:
    """A client with one deal."""
    return {
        "Client": {CLIENT: {"name": "Acme Foods", "email": "info@acme.com", "status": "Active"}},
        "Opportunity": {DEAL: {"name": "Pilot", "client_id": CLIENT, "stage": "Qualification", "amount": 1000.0}},
    }


def conversation(name: str = "c-1") -> JsonObject:
    """A right row of the current format."""
    return {
        "conversation_id": name,
        "workflow_category": "Opportunity Management",
        "family": "deal_updates",
        "split": "test",
        "complexity_level": "simple",
        "as_of": AS_OF,
        "turns": [turn()],
        "initial_entities": {"seed_data": seed_data()},
        "final_expected_state": {
            "inserted": {},
            "updated": {"opportunities": {DEAL: {"stage": {"before": "Qualification", "after": "Proposal"}}}},
            "deleted": {},
        },
        "success_criteria": "both",
        "contains_failure": False,
        "failure_turn": None,
        "verification_mode": "database",
        "chain_id": None,
        "segment_number": None,
        "segment_boundaries": None,
        "expected_outcome": None,
        "cumulative_context": {},
    }


def older(name: str = "o-1") -> JsonObject:
    """A right row of the older format."""
    row = conversation(name)
    for key in ("family", "split", "as_of"):
        del row[key]
    row["final_expected_state"] = {}
    for each in row["turns"]:
        del each["supporting_calls"]
        each["expected_response"] = None
    return row


def payload(name: str = "c-1", run: str = "r-1") -> JsonObject:
    """A right line of a task file."""
    return {
        "task_id": f"{name}::{run}",
        "run_id": run,
        "conversation": conversation(name),
        "dataset_revision": "sha256:0",
        "backend": "mock",
        "use_llm_judge": False,
    }


def bent(row: JsonObject, key: str, value: JsonValue) -> JsonObject:
    """The row with the value at a dotted key replaced (or added)."""
    changed = copy.deepcopy(row)
    *path, last = [int(part) if part.isdigit() else part for part in key.split(".")]
    place: JsonValue = changed
    for part in path:
        place = place[part]
    place[last] = value
    return changed


def without(row: JsonObject, key: str) -> JsonObject:
    """The row without the dotted key."""
    changed = copy.deepcopy(row)
    *path, last = [int(part) if part.isdigit() else part for part in key.split(".")]
    place: JsonValue = changed
    for part in path:
        place = place[part]
    del place[last]
    return changed


def lines_of(path: Path, *rows: JsonObject | str) -> Path:
    """The path, written with one line a row."""
    path.write_text("".join((row if isinstance(row, str) else dumps(row)) + "\n" for row in rows))
    return path


def orders(setup: Setup) -> str:
    """Instructions that show which clock they were made from."""
    return f"Today is {setup.as_of}."
