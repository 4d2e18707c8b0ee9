"""The rows of a session: the names that readers know, filled from the session alone."""

from dataclasses import replace

import pytest

from atlas.core.history import History, PastSession
from atlas.core.plan import Plan, PlanStep
from atlas.core.session import Escalation, Failure, Played, Probing, Session
from atlas.storage import session_rows
from tests.storage.samples import failed, rich, session


def test_metadata_says_what_the_session_was() -> None:
    found = session_rows.metadata(rich())
    assert (found["learning_key"], found["playbook_version"], found["execution_mode"]) == ("crm/chat", 3, "paired")
    assert found["adaptive_summary"]["adaptive_mode"] == "paired"
    assert found["adaptive_summary"]["reason"] == "why"
    assert found["adaptive_summary"]["probe"] is None
    assert found["escalations"] == []
    assert (found["simulated"], found["dataset_revision"], found["success"]) == (True, "rev", True)
    assert (found["entries_shown"], found["entries_left_out"]) == (["e1"], ["e2"])
    assert found["session_reward"] == session_rows.session_reward(rich())
    assert found["synthesis_failure"]["kind"] == "ModelReplyError"
    assert found["teacher_notes"] == ["look closer", "search by name"]


def test_tokens_of_every_role_are_counted() -> None:
    usage = session_rows.token_usage(rich())
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"], usage["calls"]) == (
        21,
        12,
        33,
        3,
    )
    assert usage["cost_usd"] == pytest.approx(0.25)
    assert usage["by_role"]["teacher"]["total_tokens"] == 3


def test_reward_stats_are_of_the_samples() -> None:
    stats = session_rows.reward_stats(rich())
    assert stats is not None
    assert (stats["score"], stats["score_mean"], stats["score_stddev"], stats["sample_count"]) == (
        0.8,
        0.5,
        0.25,
        2,
    )
    assert (stats["uncertainty_mean"], stats["best_uncertainty"]) == (pytest.approx(0.3), 0.1)


def test_judges_that_all_failed_are_missing_not_zero() -> None:
    panel = rich().panel
    assert panel is not None
    stats = session_rows.reward_stats(replace(rich(), panel=replace(panel, samples=(), score=None)))
    assert stats is not None
    assert (stats["sample_count"], stats["score_mean"], stats["uncertainty_mean"]) == (0, None, None)


def test_the_reward_never_quotes_a_verifiers_reason() -> None:
    reward = session_rows.session_reward(rich())
    assert reward is not None
    assert reward["verifiers"][0] == {
        "name": "state",
        "version": "2",
        "passed": True,
        "score": 1.0,
        "required": True,
        "decided_by": "rule",
    }
    assert reward["judges"][0]["principles"] == [{"name": "care", "weight": 0.5}]
    assert "one missing" not in str(reward)


def test_a_failed_session_has_no_reward() -> None:
    assert session_rows.session_reward(failed()) is None
    assert session_rows.reward_stats(failed()) is None
    assert session_rows.metadata(failed())["failure"]["boundary"] == "model"
    assert session_rows.task_text(failed()) == "t"


def test_a_step_is_a_turn() -> None:
    played = rich().played
    assert played is not None
    first, last = session_rows.step_rows(played)
    assert (first.step_id, first.attempts, first.output) == (1, 2, "Found it.")
    assert '"tool":"search_quotes"' in first.trace
    assert first.evaluation is not None
    assert first.evaluation["by"] == "teacher"
    assert last.evaluation is not None
    assert last.evaluation["teacher_failure"]["kind"] == "ModelTimeout"
    assert [(row.step_id, row.attempt) for row in session_rows.attempt_rows(played)] == [(1, 1), (1, 2), (2, 1)]
    notes = session_rows.note_rows(played)
    assert [(note.step_id, note.sequence, note.note) for note in notes] == [
        (1, 1, "look closer"),
        (1, 2, "search by name"),
    ]
    assert session_rows.plan(played)["steps"][1] == {"id": 2, "description": "Thanks"}


def test_what_was_planned_picked_and_taken_over_is_there() -> None:
    step = PlanStep("1", "Find it.")
    probing = Probing(History(3, 0.5, (PastSession(0.5, None, "auto"),)), 2, 1, "coach", 0.4, "often wrong")
    played = replace(
        played_of(rich()),
        probing=probing,
        plans=(Plan(1, "student", "rejected", (step,), "one go is enough"),),
        escalations=(Escalation(1, 2, "search by name", "too narrow", "m", failure=Failure("model", "X", "no")),),
    )
    attempts = (replace(played.attempts[0], step="1"), *played.attempts[1:])
    found = session_rows.metadata(replace(rich(), played=replace(played, attempts=attempts)))
    summary = found["adaptive_summary"]
    assert (summary["confidence"], summary["mode_history"][0]["confidence"]) == (0.4, 0.4)
    assert summary["probe"]["history"]["sessions"] == 3
    assert summary["probe"]["cue_hits"] == 1
    assert found["escalations"][0]["cause"] == "search by name"
    assert session_rows.plan(played)["turn_plans"][0]["outcome"] == "rejected"
    first = session_rows.attempt_rows(replace(played, attempts=attempts))[0]
    assert (first.evaluation["plan_step"], first.evaluation["guidance"]) == ("1", ["look closer"])


def played_of(session: Session) -> Played:
    assert session.played is not None
    return session.played


def test_the_task_is_what_the_user_asked() -> None:
    assert session_rows.task_text(session()) == "How many quotes?"
