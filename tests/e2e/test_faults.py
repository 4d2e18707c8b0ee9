"""Every fault a model can have, in every role: a recorded, typed outcome, and no more lost than that role's part.

Real HTTP to a model server that misbehaves for one role; a real PostgreSQL that stores what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from atlas.assembly import Models, brief_instructions, build_parts
from atlas.core.history import History, PastSession
from atlas.core.json import JsonObject, dumps
from atlas.core.playbook import LearningKey
from atlas.core.session import Mode, RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall
from atlas.datasets.loader import load_conversations
from atlas.environments.crm.environment import CrmEnvironment
from atlas.loop import learn
from atlas.settings import RunConfig, Settings
from atlas.storage.store import open_store
from atlas.telemetry.tracing import Untraced
from tests.e2e.scripted_server import config, play
from tests.model_server import ModelServer, Reply

DATASET = Path(__file__).parents[2] / "data" / "conversations" / "dev.jsonl"
Where: TypeAlias = Callable[[JsonObject], bool]

FAULTS: dict[str, Reply] = {
    "prose": Reply("Certainly! Everything looks splendid to me."),
    "truncated": Reply('{"valid": true, "guidance": "look', finish_reason="length"),
    "truncated_call": Reply(tool_calls=(ToolCall("", "client_search", '{"name": "Bir'),), finish_reason="length"),
    "unknown_tool": Reply(tool_calls=(ToolCall("", "launch_rocket", "{}"),)),
    "hundred_calls": Reply(tool_calls=tuple(ToolCall(f"c{n}", "client_search", "{}") for n in range(100))),
    "empty": Reply(""),
    "two_megabytes": Reply("la " * 700_000),
    "refusal": Reply(refusal="I cannot help with that."),
    "401": Reply(status=401, error="bad key"),
    "429": Reply(status=429, error="slow down"),
    "500": Reply(status=500, error="on fire"),
    "hang": Reply(breaks="hangs"),
    "dropped": Reply(breaks="at_once"),
    "dropped_in_body": Reply("so", breaks="in_body"),
}
OUTAGES = {
    "401": "ModelDenied",
    "429": "ModelRateLimited",
    "500": "ModelUnavailable",
    "hang": "ModelTimeout",
    "dropped": "ModelUnavailable",
    "dropped_in_body": "ModelUnavailable",
}
KINDS = {fault: OUTAGES.get(fault, "ModelReplyError") for fault in FAULTS}
"""What a fault is called where JSON was due."""


def asks(kind: str) -> Where:
    """Requests for one kind of JSON."""
    return lambda body: "tools" not in body and json.loads(body["messages"][1]["content"]).get("ask") == kind


def plays(role: str) -> Where:
    """Requests with tools, of one role."""
    return lambda body: "tools" in body and body["model"] == f"{role}-model"


class Past:
    """A learning history that leaves the choice of mode to the probe."""

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        return History(5, 0.9, (PastSession(0.9, True, "paired"),))


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def task() -> Task:
    """The shortest conversation in which something is written."""
    tasks = load_conversations(DATASET, brief_instructions()).tasks
    return min((task for task in tasks if not task.target.state.empty), key=lambda task: len(task.brief.turns))


@pytest.fixture
def handle(server: ModelServer, task: Task, atlas_url: str, tmp_path: Path) -> Callable[..., Any]:
    """Handles one session while the requests that `where` picks are answered by a fault; gives what was stored."""

    async def run(fault: str, where: Where, mode: Mode | None = "paired", **orchestration: object) -> Session:
        server.handler = lambda body: FAULTS[fault] if where(body) else _scripted(body)
        block = yaml.safe_load(config(server.url))
        block["orchestration"] = {"forced_mode": mode, "max_retries": 1, **orchestration}
        block["rim"]["uncertainty_threshold"] = 0.0
        for llm in _llms(block):
            llm |= {"timeout_seconds": 0.8 if fault == "hang" else 20, "retry": {"attempts": 1}}
        settings = Settings.load({"ATLAS_HOME": str(tmp_path)}, tmp_path / ".env")
        run_config = RunConfig.model_validate(block)
        slot = Slot(RunId(f"faults-{tmp_path.name}"), "run", task.task_id)
        async with AsyncExitStack() as stack:
            models = Models.build(run_config, settings, seed=0, spans=Untraced())
            stack.push_async_callback(models.close)
            store = await stack.enter_async_context(open_store(atlas_url))
            parts = build_parts(
                run_config, models, CrmEnvironment.memory(), store.sessions, store.playbooks, store.recorder,
                key=LearningKey(slot.run_id), history=Past(),
            )  # fmt: skip
            (session,) = [session async for session in learn([(task, slot)], parts)]
            stored = await store.sessions.finished(slot.session_id)
        assert stored is not None
        assert stored == session, "what was stored is what happened"
        return stored

    return run


def _llms(block: JsonObject) -> list[JsonObject]:
    rim = block["rim"]
    return [block["agent"]["llm"], block["teacher"]["llm"], rim["small_model"], rim["large_model"],
            block["learning"]["llm"]]  # fmt: skip


def _scripted(body: JsonObject) -> Reply:
    """Every role as usual, but a teacher that is content with nothing, so that mode escalate escalates."""
    if "tools" not in body:
        ask = json.loads(body["messages"][1]["content"])
        if ask.get("ask") == "validate":
            return Reply('{"valid": false, "guidance": "Look again.", "rationale": "not sure"}')
        if ask.get("ask") == "plan":
            parts = [{"id": str(n), "description": ask["request"]} for n in (1, 2)]
            return Reply(dumps({"steps": parts}))
        if ask.get("ask") == "probe":
            return Reply('{"mode": "auto", "confidence": 1, "rationale": "so"}')
    return play(body)


def done(session: Session) -> Session:
    """A session that a fault beside the student did not fail, with its work and its reward."""
    assert session.failure is None
    assert session.played is not None
    assert session.reward is not None
    assert session.played.trajectory.turns[0].steps
    return session


def replies(session: Session) -> list[str]:
    assert session.played is not None
    return [turn.reply for turn in session.played.trajectory.turns]


async def test_without_a_fault_every_role_is_asked(handle: Callable[..., Any], server: ModelServer) -> None:
    server.calls.clear()
    done(await handle("prose", lambda body: False, "escalate"))
    kinds = {json.loads(c.body["messages"][1]["content"])["ask"] for c in server.calls if "tools" not in c.body}
    assert kinds == {"validate", "judge", "arbitrate", "synthesize"}
    assert {call.body["model"] for call in server.calls if "tools" in call.body} == {
        "student-model",
        "teacher-model",
    }


@pytest.mark.parametrize("fault", OUTAGES)
async def test_a_student_out_of_reach_is_a_failure_of_the_session_never_a_score(
    handle: Callable[..., Any], fault: str
) -> None:
    session = await handle(fault, plays("student"))
    assert session.failure is not None
    assert (session.failure.boundary, session.failure.kind) == ("model", OUTAGES[fault])
    assert session.failure.message.startswith("student model student-model failed: ")
    assert session.reward is None
    assert session.success is None


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - set(OUTAGES)))
async def test_whatever_else_a_student_says_is_played_and_graded(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, plays("student"), "auto"))
    assert session.played is not None
    assert session.success is False
    turn = session.played.trajectory.turns[0]
    if FAULTS[fault].tool_calls:
        assert (turn.end, turn.reply) == ("step_limit", "")
        results = turn.steps[0].results
        assert len(results) == len(FAULTS[fault].tool_calls)
        assert sum(not result.ok for result in results) == (84 if fault == "hundred_calls" else 1)
    else:
        assert turn.end == "replied"
        assert turn.reply == (FAULTS[fault].refusal or FAULTS[fault].text)
    assert turn.steps[0].completion.finish_reason == {
        "truncated": "length", "truncated_call": "length", "unknown_tool": "tool_calls",
        "hundred_calls": "tool_calls", "refusal": "refusal",
    }.get(fault, "stop")  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_teacher_that_cannot_validate(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("validate")))
    assert session.played is not None
    failures = [attempt.teacher_failure for attempt in session.played.attempts]
    assert {failure.kind for failure in failures if failure} == {KINDS[fault]}
    assert all(failure and "teacher" in failure.message for failure in failures)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_teacher_that_cannot_guide(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("guide"), "coach"))
    assert session.played is not None
    first = session.played.attempts[0]
    assert first.guidance == ()
    assert first.validation is not None, "and is asked again for what comes next"


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_teacher_that_cannot_review_a_plan(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("review_plan"), "coach", planner="student"))
    assert session.played is not None
    plan = session.played.plans[0]
    assert plan.outcome == "followed"
    assert plan.review is not None
    assert (plan.review.outcome, plan.review.error) == ("failed", KINDS[fault])


@pytest.mark.parametrize("by", ["student", "teacher"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planner_without_a_plan(handle: Callable[..., Any], fault: str, by: str) -> None:
    session = done(await handle(fault, asks("plan"), "coach", planner=by))
    assert session.played is not None
    assert {plan.outcome for plan in session.played.plans} == {
        "planner_failed" if fault in OUTAGES else "unusable_reply"
    }
    assert {plan.error for plan in session.played.plans} == {KINDS[fault]}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_teacher_that_cannot_take_over(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, plays("teacher"), "escalate"))
    assert session.played is not None
    escalation = session.played.escalations[0]
    assert escalation.cause == "Look again."
    by = {attempt.by for attempt in session.played.attempts}
    if fault in OUTAGES:
        assert escalation.failure is not None
        assert escalation.failure.kind == OUTAGES[fault]
        assert by == {"student"}, "what the student did stands"
    else:
        assert escalation.failure is None
        assert by == {"student", "teacher"}


async def test_the_students_work_is_the_same_with_a_substitute_that_fails(handle: Callable[..., Any]) -> None:
    alone = await handle("401", lambda body: False, "auto")
    restored = await handle("dropped", plays("teacher"), "escalate")
    assert alone.played is not None
    assert restored.played is not None
    assert shape(restored) == shape(alone)


def shape(session: Session) -> JsonObject:
    """What a session did to the state, the ids of new rows left out."""
    assert session.played is not None
    changes = session.played.trajectory.changes
    rows = {table: len(inserted) for table, inserted in changes.inserted.items()}
    return {"inserted": rows, "updated": changes.updated, "deleted": sorted(changes.deleted)}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_probe_that_picks_nothing(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("probe"), None))
    assert session.played is not None
    assert (session.played.mode, session.played.mode_reason) == ("paired", "probe_failed")
    assert session.played.probing is not None
    assert session.played.probing.failure is not None
    assert session.played.probing.failure.kind == KINDS[fault]
    assert "probe model" in session.played.probing.failure.message


@pytest.mark.parametrize("fault", FAULTS)
async def test_judges_that_all_fail(handle: Callable[..., Any], fault: str) -> None:
    session = await handle(fault, asks("judge"), "auto")
    assert session.panel is not None
    assert session.panel.score is None, "missing, not zero"
    assert all(call.error for call in session.panel.audit)
    assert session.played is not None
    assert session.verdicts, "the work and what the verifiers said are kept"


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_arbiter_that_fails_leaves_the_judges_word(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("arbitrate"), "auto"))
    assert session.panel is not None
    assert session.panel.escalated
    assert len(session.panel.samples) == 3
    assert session.panel.audit[-1].error


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_synthesizer_that_fails_costs_the_lesson_only(handle: Callable[..., Any], fault: str) -> None:
    session = done(await handle(fault, asks("synthesize"), "auto"))
    assert session.synthesis_failure is not None
    assert session.synthesis_failure.kind == KINDS[fault]
    assert session.proposal is None
