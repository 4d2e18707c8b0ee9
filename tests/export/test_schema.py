"""The JSON Schema of a record: shipped, exact, and true of every record."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from atlas.core.drift import Baseline, Drift
from atlas.core.events import Event
from atlas.core.history import History, PastSession
from atlas.core.json import JsonObject, dumps
from atlas.core.plan import Plan, PlanReview, PlanStep
from atlas.core.session import Escalation, Failure, Probing, Session
from atlas.export.record import Exported, ExportedEvent, session_record
from atlas.export.schema import SHIPPED, session_schema
from tests.reports.played import OUTAGE, session
from tests.storage.samples import failed, rich

VALIDATOR = Draft202012Validator(session_schema())


def supervised() -> Session:
    """A session with everything that supervision may add."""
    session = rich()
    assert session.played is not None
    steps = (PlanStep("find", "Find it"), PlanStep("send", "Send it", ("find",)))
    plan = Plan(1, "student", "followed", steps, review=PlanReview("revised", "one too many", steps))
    gone = Failure("model", "ModelTimeout", "no reply")
    probing = Probing(History(3, 0.5, (PastSession(0.5, None, "auto"),)), 2, 1, "coach", 0.4, "why", gone)
    escalation = Escalation(1, 2, "search by name", "too narrow", "teacher-1", "find", gone)
    played = replace(session.played, probing=probing, plans=(plan,), escalations=(escalation,))
    fell = Drift("fell", 0.5, 9, 5, 50, 3.0, Baseline(9, 0.9, 0.02, 0.05, "floor"), -8.0)
    return replace(session, played=played, drift=fell)


EVENT = Event(rich().session_id, "judge.sample", "judge", {"score": 0.5})
RICH = Exported(
    supervised(),
    "Find it",
    {"conversation": {"conversation_id": 7}},
    "quarantined",
    "2026-03-02T09:00:00Z quarantined: no",
    (ExportedEvent(EVENT, 1, 7, "2026-03-02T09:00:00Z"),),
    3,
)
EXPORTED = [
    RICH,
    Exported(failed(), "Find it"),
    Exported(session("c1", True, turns=[True, False]), "Find it"),
    Exported(session("c1", None, failure=OUTAGE), "Find it"),
]


def line(exported: Exported) -> JsonObject:
    record: JsonObject = json.loads(dumps(session_record(exported)))
    return record


def faults(record: JsonObject) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(record)]


def test_the_shipped_file_is_the_schema() -> None:
    assert json.loads(SHIPPED.read_text()) == session_schema(), (
        "write it again: atlas export --schema > src/atlas/export/schemas/session.schema.json"
    )


def test_the_page_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs/export.md").read_text()
    assert [key for key in session_schema()["properties"] if f"`{key}`" not in page] == []


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(session_schema())


@pytest.mark.parametrize("exported", EXPORTED)
def test_a_record_fits(exported: Exported) -> None:
    assert faults(line(exported)) == []


@pytest.mark.parametrize("key", sorted(line(RICH)))
def test_every_key_is_required_and_typed(key: str) -> None:
    assert faults({name: value for name, value in line(RICH).items() if name != key})
    # These may be anything that the dataset or the task says.
    if key != "conversation_id":
        assert faults({**line(RICH), key: 0.5})


def test_no_other_key_is_allowed_anywhere() -> None:
    record = line(RICH)
    for place in (record, record["session_metadata"], record["steps"][0], record["trajectory"]["turns"][0]):
        place["surprise"] = 1
        assert len(faults(record)) >= 1, place.keys()
        del place["surprise"]
    assert faults(record) == []


def test_an_event_without_type_or_actor_does_not_fit() -> None:
    for key in ("event_type", "actor"):
        record = line(RICH)
        del record["trajectory_events"][0][key]
        assert faults(record)


def test_a_field_of_its_own_says_what_it_means() -> None:
    properties = session_schema()["properties"]
    assert "null" in properties["session_reward"]["description"].lower()
    assert session_schema()["$defs"]["StepRecord"]["description"].startswith("One turn")
    assert "description" not in session_schema()["$defs"]["Verdict"], "a docstring is no part of the form"


def test_a_score_that_is_text_does_not_fit() -> None:
    record = line(replace(RICH))
    record["session_reward"]["score"] = "0.8"
    assert faults(record)
