"""The supervisor and a student with a state of its own: an attempt that does not stand leaves nothing in it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from atlas.agents.chat import ChatAgent
from atlas.agents.code.agent import PLAYER, CodeAgent
from atlas.agents.code.config import CodeConfig
from atlas.core.json import loads_object
from atlas.core.messages import ChatRequest, Message
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import Mode, Played, SessionId
from atlas.core.tasks import Brief, TaskId
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from atlas.runtime.session import Supervision, run_session
from atlas.runtime.teacher import ChatTeacher
from tests.runtime.sandbox.playing import in_code
from tests.worlds import CounterWorld, EventList, ScriptedModel, saying

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NO SANDBOX HERE: it takes Linux"),
    pytest.mark.asyncio(loop_scope="module"),
]
BRIEF = Brief(TaskId("t"), "counters", "adding", "Count.", ("note it", "note it again"))
LEFT = """
try:
    seen = left
except Exception:
    seen = None
left = 1
"""
"""Code that sees what an attempt before it left, and leaves it itself."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[SandboxPool]:
    made = SandboxPool(SandboxConfig(process_timeout=20), PLAYER, os.environ)
    yield made
    await made.close()


async def played(
    pool: SandboxPool, mode: Mode, valid: Sequence[bool], sources: Sequence[str]
) -> tuple[Played, EventList]:
    """A session whose code is `sources`, one an attempt, and whose attempts the teacher finds `valid` or not."""
    student = ScriptedModel(lambda request: in_code(sources[len(student.asked) - 1]))
    verdicts = iter(valid)

    def judged(request: ChatRequest) -> Message:
        assert loads_object(request.messages[1].content)["ask"] == "validate"
        return saying(f'{{"valid": {str(next(verdicts)).lower()}, "guidance": "Again.", "rationale": "r"}}')

    substitute = ScriptedModel(lambda request: saying("by the teacher"))
    events = EventList()
    stage = Stage(SessionId("s"), CounterWorld({"a": {"name": "a", "value": 1}}), events, turn_timeout_s=60)
    how = Supervision(ModeChoice(mode, "forced"), 1, ChatTeacher(ScriptedModel(judged)), ChatAgent(substitute))
    agent = CodeAgent(student, pool, CodeConfig())
    try:
        lessons = Lessons(LearningKey("k"), 1, "", "")
        return await run_session(BRIEF, stage, agent, how, lessons), events
    finally:
        await agent.close()


async def test_a_retry_starts_from_the_variables_before_the_turn(pool: SandboxPool) -> None:
    sources = [
        "noted = []\nfinal_answer('begun')",
        f"{LEFT}noted.append('wrong')\nfinal_answer([noted, seen])",
        f"{LEFT}noted.append('right')\nfinal_answer([noted, seen])",
    ]
    session, events = await played(pool, "paired", [True, False, True], sources)
    assert [attempt.turn.reply for attempt in session.attempts] == [
        "begun",
        "[['wrong'], None]",
        "[['right'], None]",
    ]
    assert events.kinds().count("session.rewound") == 1


async def test_a_retry_of_the_first_turn_starts_from_nothing(pool: SandboxPool) -> None:
    session, _ = await played(pool, "paired", [False, True, True], [f"{LEFT}final_answer(seen)"] * 3)
    assert [attempt.turn.reply for attempt in session.attempts] == ["None", "None", "1"]


async def test_after_a_turn_that_was_taken_over_the_student_goes_on_from_before_it(pool: SandboxPool) -> None:
    session, _ = await played(pool, "escalate", [False, False, True, True], [f"{LEFT}final_answer(seen)"] * 3)
    replies = [(attempt.by, attempt.turn.reply) for attempt in session.attempts]
    assert replies == [
        ("student", "None"), ("student", "None"), ("teacher", "by the teacher"), ("student", "None"),
    ]  # fmt: skip


async def test_what_could_not_be_restored_is_recorded(pool: SandboxPool) -> None:
    sources = [
        "file = open('notes', 'w')\nfinal_answer('begun')",
        "final_answer('wrong')",
        "final_answer('right')",
    ]
    _, events = await played(pool, "paired", [True, False, True], sources)
    (rewound,) = [event for event in events.events if event.event_type == "session.rewound"]
    assert rewound.payload["not_restored"] == ("file",)
