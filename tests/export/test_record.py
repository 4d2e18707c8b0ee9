from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.events import Event
from atlas.core.json import JsonObject, JsonValue, dumps, from_json, to_json
from atlas.core.messages import ModelRole, Usage
from atlas.core.session import Session
from atlas.core.trajectory import Trajectory
from atlas.export.record import Exported, ExportedEvent, session_record
from tests.reports.played import OUTAGE, judged, session

PAYLOAD: JsonObject = {
    "task_id": "conv-7::run-1",
    "run_id": "run-1",
    "conversation": {"conversation_id": "conv-7", "turns": []},
    "dataset_revision": "abc123",
    "backend": "postgres",
    "use_llm_judge": True,
}
RUNBOOK_KEYS = {"conversation_id", "final_payload", "conversation_result", "task_payload", "atlas_metadata"}
ATLAS_METADATA_KEYS = {
    *("session_reward", "session_reward_stats", "session_reward_audit", "token_usage", "execution_mode"),
    *("adaptive_summary", "learning_usage", "session_metadata"),
}
TRACE_KEYS = {
    *("session_id", "task", "final_answer", "steps", "session_metadata", "execution_mode", "review_status"),
    *("reward_stats", "session_reward", "student_learning", "teacher_learning", "learning_key", "simulated"),
    *("trajectory", "trajectory_events", "plan", "review_notes", "reward_audit", "reward_summary", "teacher_notes"),
    "adaptive_summary",
}
TIMES = ("started_at", "finished_at", "created_at", "completed_at")


@pytest.fixture
def rewarded() -> Session:
    panel, reward, proposal = judged()
    usage: dict[ModelRole, Usage] = {"student": Usage(100, 20, 2, 0.002), "judge": Usage(30, 5, 1, None)}
    lesson = replace(proposal, student_note="Search before you write.")
    return replace(
        session("conv-7::run-1", True, simulated=True, turns=[True, True]),
        panel=panel,
        reward=reward,
        proposal=lesson,
        usage=usage,
    )


def plain(exported: Exported) -> JsonObject:
    record: JsonObject = to_json(session_record(exported))
    return record


def stored(session: Session) -> ExportedEvent:
    event = Event(session.session_id, "student.step", "student", {"turn": 1})
    return ExportedEvent(event, 1, 77, "2026-03-02T09:00:01.000+00:00")


@pytest.fixture
def record(rewarded: Session) -> JsonObject:
    events = (stored(rewarded),)
    return plain(Exported(rewarded, "What is Q1 worth?", PAYLOAD, events=events))


def test_it_has_every_key_of_runbook_and_trace(record: JsonObject) -> None:
    assert record.keys() >= RUNBOOK_KEYS | TRACE_KEYS
    assert record["atlas_metadata"].keys() == ATLAS_METADATA_KEYS


def test_it_says_what_was_asked_and_answered(record: JsonObject) -> None:
    assert record["conversation_id"] == "conv-7"
    assert record["task"] == "What is Q1 worth?"
    assert record["final_answer"] == record["final_payload"]["final_answer"] == "It is sent."
    assert record["final_payload"]["status"] == "ok"
    assert record["task_payload"] == PAYLOAD
    assert record["simulated"] is True


def test_a_step_keeps_what_was_sent_back(record: JsonObject) -> None:
    first, second = record["steps"]
    assert (first["step_id"], first["attempts"], first["guidance"]) == (1, 2, ["Search first."])
    assert first["validation"]["valid"] is True
    (sent_back,) = first["attempt_history"]
    assert sent_back["output"] == "I have done nothing."
    assert sent_back["validation"]["guidance"] == "Search first."
    assert (second["attempts"], second["attempt_history"]) == (1, [])


def test_tokens_are_counted_over_all_roles(record: JsonObject) -> None:
    usage = record["atlas_metadata"]["token_usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"], usage["calls"]) == (
        130,
        25,
        155,
        3,
    )
    assert usage["cost_usd"] is None, "one price is unknown"
    assert list(usage["by_role"]) == ["judge", "student"]
    assert usage["by_role"]["student"]["cost_usd"] == 0.002


def test_mode_playbook_and_lessons(record: JsonObject) -> None:
    metadata = record["session_metadata"]
    assert record["execution_mode"] == metadata["execution_mode"] == "paired"
    assert record["atlas_metadata"]["adaptive_summary"] == {
        "adaptive_mode": "paired",
        "reason": "forced",
        "confidence": None,
        "probe": None,
        "mode_history": [{"mode": "paired", "confidence": None}],
    }
    assert (metadata["learning_key"], metadata["playbook_version"]) == ("crm/quotes", 3)
    assert metadata["entries_shown"] == ["e1"]
    assert record["student_learning"] == "Search before you write."
    assert (metadata["status"], metadata["review_status"]) == ("succeeded", "pending")
    assert metadata["duration_s"] == 2.5


def test_events_have_type_and_actor(record: JsonObject) -> None:
    assert record["trajectory_events"] == [
        {
            "id": 77,
            "seq": 1,
            "event_type": "student.step",
            "actor": "student",
            "payload": {"turn": 1},
            "created_at": "2026-03-02T09:00:01.000+00:00",
        }
    ]
    assert record["trajectory_events_left_out"] == 0


def test_the_trajectory_comes_back_whole(record: JsonObject, rewarded: Session) -> None:
    assert rewarded.played is not None
    assert from_json(Trajectory, record["trajectory"]) == rewarded.played.trajectory


def test_a_session_that_failed_at_once() -> None:
    record = plain(Exported(session("conv-7::run-1", None, failure=OUTAGE), "What is Q1 worth?"))
    assert record["conversation_id"] == "conv-7"
    assert record["failure"]["kind"] == "ModelTimeout"
    assert record["session_metadata"]["status"] == "failed"
    assert record["final_payload"] == {"status": "error", "final_answer": "", "replies": []}
    assert (record["steps"], record["trajectory"], record["execution_mode"]) == ([], None, None)
    assert record["session_reward"] is None


def without_times(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in TIMES and not k.endswith("duration_s")}
    return [without_times(inner) for inner in value] if isinstance(value, list | tuple) else value


def test_times_are_only_in_fields_named_so(rewarded: Session, record: JsonObject) -> None:
    assert rewarded.played is not None
    later = replace(rewarded, started_at="2027-01-01T00:00:00+00:00", finished_at="2027-01-01T00:10:00+00:00")
    slow = [
        replace(
            turn, steps=tuple(replace(s, completion=replace(s.completion, duration_s=99.0)) for s in turn.steps)
        )
        for turn in later.played.trajectory.turns  # type: ignore[union-attr]
    ]
    trajectory = replace(rewarded.played.trajectory, turns=tuple(slow))
    later = replace(later, played=replace(rewarded.played, trajectory=trajectory))
    events = (stored(rewarded),)
    other = session_record(Exported(later, "What is Q1 worth?", PAYLOAD, events=events))
    assert dumps(other) != dumps(record)
    assert dumps(without_times(other)) == dumps(without_times(record))


def test_missing_times_give_no_duration() -> None:
    timeless = replace(session("c1", True), started_at="", finished_at="")
    assert session_record(Exported(timeless, ""))["session_metadata"]["duration_s"] is None
