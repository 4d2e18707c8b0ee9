"""What the teacher sees, says and does, mode by mode."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from atlas.agents.chat import ChatAgent
from atlas.agents.informed import InformedAgent
from atlas.core.history import History
from atlas.core.json import loads_object
from atlas.core.messages import ChatRequest, Message
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.session import Escalation, Mode, Played, Probing, SessionId
from atlas.core.state import Change
from atlas.core.tasks import Brief, TaskId
from atlas.core.tools import ToolSpec
from atlas.core.trajectory import Step
from atlas.errors import ModelError
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.runtime.teacher import ChatTeacher
from tests.worlds import CounterWorld, EventList, ScriptedModel, calling, failing, saying

Script = Callable[[ChatRequest], Message]
BRIEF = Brief(TaskId("t"), "counters", "adding", "Count.", ("add 2 to a", "what is a?"))
LESSONS = Lessons(LearningKey("k"), 1, "- When adding: check the sum.", "- Watch the sums.")


def careless(request: ChatRequest) -> Message:
    """Adds 20 instead of 2 until guidance tells it to read the number carefully."""
    last = request.messages[-1]
    if last.role == "tool":
        return saying(f"Result: {last.content}")
    if last.content == "what is a?":
        return calling("read", '{"name": "a"}')
    by = 2 if "carefully" in request.messages[0].content else 20
    return calling("add", f'{{"name": "a", "by": {by}}}')


def strict(request: ChatRequest) -> Message:
    """Accepts a change only when the counter ended at 3."""
    ask = loads_object(request.messages[1].content)
    if ask["ask"] == "guide":
        return saying('{"guidance": "Read the number carefully."}')
    wrong = any(row["value"]["after"] != 3 for row in ask["changes"]["updated"].get("counters", {}).values())
    if wrong:
        return saying('{"valid": false, "guidance": "Read the number carefully.", "rationale": "sum"}')
    return saying('```json\n{"valid": true, "guidance": "", "rationale": "fine"}\n```')


class Bench:
    """One session, and everything that was said in it."""

    def __init__(self, student: Script = careless, teacher: Script = strict, substitute: Script = careless) -> None:
        self.world = CounterWorld({"a": {"name": "a", "value": 1}})
        self.events = EventList()
        self.student, self.teacher = ScriptedModel(student), ScriptedModel(teacher)
        self.substitute = ScriptedModel(substitute)

    async def run(self, mode: Mode, max_retries: int = 1) -> Played:
        stage = Stage(SessionId("s"), self.world, self.events, turn_timeout_s=60)
        how = Supervision(
            ModeChoice(mode, "forced"), max_retries, ChatTeacher(self.teacher), ChatAgent(self.substitute)
        )
        return await run_session(BRIEF, stage, ChatAgent(self.student), how, LESSONS)

    def asked(self) -> list[dict[str, Any]]:
        return [loads_object(request.messages[1].content) for request in self.teacher.asked]


def validity(played: Played) -> Sequence[tuple[int, bool | None]]:
    return [(a.turn.index, a.validation.valid if a.validation else None) for a in played.attempts]


async def test_auto_leaves_the_student_alone() -> None:
    bench = Bench()
    played = await bench.run("auto")
    assert bench.teacher.asked == []
    assert validity(played) == [(1, None), (2, None)]
    assert bench.world.rows["a"]["value"] == 21


async def test_paired_sends_back_with_guidance_from_the_state_before() -> None:
    bench = Bench()
    played = await bench.run("paired")
    assert validity(played) == [(1, False), (1, True), (2, True)]
    assert bench.world.rows["a"]["value"] == 3, "the wrong attempt was rolled back first"
    assert played.trajectory.changes.updated["counters"]["a"]["value"] == Change(1, 3)
    first, retry, _ = bench.asked()
    assert first["steps"] == [
        {"tool": "add", "arguments": {"name": "a", "by": 20}, "result": {"name": "a", "value": 21}, "error": None}
    ]
    assert first["playbook"] == LESSONS.teacher_text
    assert retry["guidance"] == ["Read the number carefully."]
    assert "- Read the number carefully." in bench.student.asked[2].messages[0].content
    assert bench.events.kinds().count("session.retry") == 1


async def test_guidance_of_one_turn_does_not_leak_into_the_next() -> None:
    bench = Bench()
    await bench.run("paired")
    last = [request for request in bench.student.asked if request.messages[-1].content == "what is a?"]
    assert "Guidance" not in last[0].messages[0].content
    assert LESSONS.student_text in last[0].messages[0].content


async def test_without_retries_every_attempt_is_still_validated() -> None:
    bench = Bench()
    played = await bench.run("paired", max_retries=0)
    assert validity(played) == [(1, False), (2, True)]
    assert bench.world.rows["a"]["value"] == 21, "the attempt stands"


async def test_the_last_retry_is_validated_too() -> None:
    bench = Bench(student=lambda r: careless(ChatRequest((Message("system", ""), *r.messages[1:]))))
    played = await bench.run("paired", max_retries=2)
    assert validity(played) == [(1, False), (1, False), (1, False), (2, True)]


async def test_coach_guides_before_the_student_acts() -> None:
    bench = Bench()
    played = await bench.run("coach")
    assert [ask["ask"] for ask in bench.asked()] == ["guide", "validate", "guide", "validate"]
    assert validity(played) == [(1, True), (2, True)]
    assert played.attempts[0].guidance == ("Read the number carefully.",)


def deaf(request: ChatRequest) -> Message:
    """The careless student, whom no guidance reaches."""
    return careless(ChatRequest((Message("system", ""), *request.messages[1:])))


async def test_escalate_lets_the_teacher_take_over_after_the_retries() -> None:
    bench = Bench(student=deaf)
    played = await bench.run("escalate")
    assert [(a.turn.index, a.by, a.number) for a in played.attempts] == [
        (1, "student", 1), (1, "student", 2), (1, "teacher", 3), (2, "student", 1),
    ]  # fmt: skip
    assert validity(played) == [(1, False), (1, False), (1, True), (2, True)], "the teacher's attempt as well"
    assert bench.world.rows["a"]["value"] == 3
    said = "Read the number carefully."
    (escalation,) = played.escalations
    assert escalation == Escalation(1, 2, said, "sum", "scripted")
    assert played.attempts[2].guidance == (said, said), "the teacher knows all that was said before"
    assert f"- {said}\n- {said}" in bench.substitute.asked[0].messages[0].content
    assert LESSONS.teacher_text in bench.substitute.asked[0].messages[0].content
    events = [e.payload for e in bench.events.events if e.event_type == "session.escalated"]
    assert [(event["turn"], event["escalation"]["cause"]) for event in events] == [(1, said)]


async def test_nobody_takes_over_what_is_right_or_was_not_judged() -> None:
    for teacher in (lambda request: saying('{"valid": true}'), failing()):
        played = await Bench(student=deaf, teacher=teacher).run("escalate")
        assert played.escalations == ()


@pytest.mark.parametrize("steps_before", [0, 1])
async def test_a_substitute_that_fails_leaves_the_students_last_attempt_standing(steps_before: int) -> None:
    calls = iter([calling("add", '{"name": "a", "by": 100}')] * steps_before)

    def fading(request: ChatRequest) -> Message:
        return next(calls, None) or failing("out of credit")(request)

    bench = Bench(student=deaf, substitute=fading)
    played = await bench.run("escalate")
    assert [(a.turn.index, a.by) for a in played.attempts] == [(1, "student"), (1, "student"), (2, "student")]
    (escalation,) = played.escalations
    assert escalation.failure is not None
    assert "out of credit" in escalation.failure.message
    assert bench.world.rows["a"]["value"] == 21, "what the student did is there again, and nothing else"
    assert played.trajectory.changes.updated["counters"]["a"]["value"] == Change(1, 21)
    assert bench.events.kinds().count("session.restored") == 1


@pytest.mark.parametrize("reply", ["Looks good to me!", '{"valid": "perhaps"}', '{"guidance": "x"', ""])
async def test_a_teacher_that_fails_never_costs_the_student_its_work(reply: str) -> None:
    bench = Bench(teacher=lambda request: saying(reply))
    played = await bench.run("paired")
    assert [a.teacher_failure.kind for a in played.attempts if a.teacher_failure] == ["ModelReplyError"] * 2
    assert bench.world.rows["a"]["value"] == 21


@pytest.mark.parametrize("mode", ["paired", "coach", "escalate"])
async def test_a_teacher_out_of_reach_is_recorded_and_the_work_stands(mode: Mode) -> None:
    bench = Bench(teacher=failing(), substitute=failing())
    played = await bench.run(mode)
    assert bench.world.rows["a"]["value"] == 21
    assert [str(a.teacher_failure) for a in played.attempts if "connection refused" in str(a.teacher_failure)]
    asked = [e.payload["asked"] for e in bench.events.events if e.event_type == "teacher.failed"]
    assert asked == (["guide", "validate"] if mode == "coach" else ["validate"]) * 2


async def test_a_teacher_that_fails_on_the_retry_leaves_the_retry_standing() -> None:
    answers = iter([saying('{"valid": false, "guidance": "Read the number carefully."}')])

    def once(request: ChatRequest) -> Message:
        return next(answers, None) or failing()(request)

    bench = Bench(teacher=once)
    played = await bench.run("paired")
    assert validity(played) == [(1, False), (1, None), (2, None)]
    assert bench.world.rows["a"]["value"] == 3


async def test_a_student_out_of_reach_fails_the_session() -> None:
    with pytest.raises(ModelError, match="connection refused"):
        await Bench(student=failing()).run("paired")


async def test_a_turn_that_never_ends_has_no_reply() -> None:
    bench = Bench(student=lambda request: calling("read", '{"name": "a"}'))
    played = await bench.run("auto")
    assert [turn.end for turn in played.trajectory.turns] == ["step_limit", "step_limit"]
    assert played.trajectory.final_answer == ""


@pytest.mark.parametrize("max_retries", [0, 1, 3])
async def test_every_attempt_up_to_the_last_is_validated_with_all_that_was_said(max_retries: int) -> None:
    bench = Bench(student=deaf)
    played = await bench.run("paired", max_retries=max_retries)
    first = [attempt for attempt in played.attempts if attempt.turn.index == 1]
    assert [len(attempt.guidance) for attempt in first] == list(range(max_retries + 1))
    assert all(attempt.validation and not attempt.validation.valid for attempt in first)
    assert [len(ask["guidance"]) for ask in bench.asked()[: max_retries + 1]] == list(range(max_retries + 1))


async def test_the_mode_is_chosen_anew_for_each_session() -> None:
    probing = Probing(History(), 1, 0, picked="auto", confidence=0.9)

    class Chooser:
        async def choose(self, brief: Brief, lessons: Lessons) -> ModeChoice:
            assert (brief, lessons) == (BRIEF, LESSONS)
            return ModeChoice("auto", "probe", probing)

    bench = Bench()
    stage = Stage(SessionId("s"), bench.world, bench.events, turn_timeout_s=60)
    how = Supervision(Chooser(), 1, ChatTeacher(bench.teacher))
    played = await run_session(BRIEF, stage, ChatAgent(bench.student), how, LESSONS)
    assert (played.mode, played.mode_reason, played.probing) == ("auto", "probe", probing)
    assert bench.teacher.asked == []
    assert bench.events.events[0].payload["probing"]["confidence"] == 0.9


@pytest.mark.parametrize("mode", ["auto", "paired", "coach", "escalate"])
async def test_the_system_text_of_the_last_request_is_kept(mode: Mode) -> None:
    bench = Bench()
    played = await bench.run(mode)
    assert played.system == bench.student.asked[-1].messages[0].content
    assert LESSONS.student_text in (played.system or "")


def never(request: ChatRequest) -> Message:
    return saying('{"valid": false, "guidance": "Not so.", "rationale": "never"}')


async def test_what_the_teacher_took_over_was_not_read_by_the_student() -> None:
    played = await Bench(student=lambda request: saying("no"), teacher=never).run("escalate", max_retries=0)
    assert played.attempts[-1].by == "teacher"
    assert played.system is None


async def test_a_takeover_that_fails_leaves_the_students_text() -> None:
    bench = Bench(student=lambda request: saying("no"), teacher=never, substitute=failing())
    played = await bench.run("escalate", max_retries=0)
    assert played.attempts[-1].by == "student"
    assert played.system == bench.student.asked[-1].messages[0].content


class Verbose:
    """A chat agent whose model reads more than its turn's system text."""

    def __init__(self, model: ScriptedModel) -> None:
        self.name = model.name
        self._model = model

    def instructions(self, system: str, tools: Sequence[ToolSpec]) -> str:
        return f"Tools: {', '.join(tool.name for tool in tools)}.\n{system}"

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        told = replace(turn, system=self.instructions(turn.system, tools.specs))
        async for step in ChatAgent(self._model).act(told, tools):
            yield step


async def test_an_agent_that_adds_to_the_text_says_so() -> None:
    bench = Bench()
    stage = Stage(SessionId("s"), bench.world, bench.events, turn_timeout_s=60)
    informed = InformedAgent(Verbose(bench.student), "Today is Monday.")
    played = await run_session(BRIEF, stage, informed, Supervision(ModeChoice("auto", "f"), 0), LESSONS)
    assert played.system == bench.student.asked[-1].messages[0].content
    assert played.system.startswith("Tools: add, read.\nCount.")
    assert played.system.endswith("Today is Monday.")
