"""A turn by plan: who makes it, what the teacher says of it, how it is played, and how it comes to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from atlas.agents.chat import ChatAgent
from atlas.core.json import dumps, loads_object
from atlas.core.messages import ChatRequest, Message
from atlas.core.plan import PlanStep
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import Mode, Played, SessionId
from atlas.core.state import Change
from atlas.core.tasks import Brief, TaskId
from atlas.core.trajectory import Turn
from atlas.runtime.config import TeacherPrompts
from atlas.runtime.modes import ModeChoice
from atlas.runtime.planner import ChatPlanner
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.runtime.teacher import ChatTeacher
from tests.worlds import CounterWorld, EventList, ScriptedModel, calling, failing, saying

Script = Callable[[ChatRequest], Message]
REQUEST = "add 2 to a and tell me what a is"
BRIEF = Brief(TaskId("t"), "counters", "adding", "Count.", (REQUEST, "what is b?"))
LESSONS = Lessons(LearningKey("k"), 1, "- For the student.", "- For the teacher.")
STEPS = [
    {"id": 2, "description": "what is a?", "depends_on": ["1"]},
    {"id": "1", "description": "add 2 to a", "depends_on": []},
]


def ask_of(request: ChatRequest) -> dict[str, Any]:
    return loads_object(request.messages[1].content)


def plans(steps: object, request: str = REQUEST) -> Script:
    """A planner that has these steps for one request, and one step for any other."""

    def script(asked: ChatRequest) -> Message:
        wanted = ask_of(asked)["request"]
        return saying(dumps({"steps": steps if wanted == request else [{"id": "1", "description": wanted}]}))

    return script


def counting(request: ChatRequest) -> Message:
    """Does what its last message says; adds 20 for 2 unless told to mind the number."""
    last, system = request.messages[-1], request.messages[0].content
    if last.role == "tool":
        return saying(f"Result: {last.content}")
    if last.content.startswith("what is "):
        return calling("read", dumps({"name": last.content[8]}))
    by = 2 if "Mind the number." in system else 20
    return calling("add", dumps({"name": "a", "by": by}))


def teaching(review: object = None) -> Script:
    """Finds an addition of 20 wrong; reviews a plan with these words."""

    def script(request: ChatRequest) -> Message:
        ask = ask_of(request)
        if ask["ask"] == "guide":
            return saying('{"guidance": ""}')
        if ask["ask"] == "review_plan":
            return saying(dumps(review or {"approved": True}))
        if any(step["arguments"].get("by") == 20 for step in ask["steps"]):
            return saying('{"valid": false, "guidance": "Mind the number."}')
        return saying('{"valid": true}')

    return script


class Bench:
    """One session in mode coach, and everything that was said in it."""

    def __init__(
        self, planner: Script, teacher: Script | None = None, by: Literal["student", "teacher"] = "student"
    ) -> None:
        self.world = CounterWorld({name: {"name": name, "value": 1} for name in "ab"})
        self.events = EventList()
        self.student, self.teacher = ScriptedModel(counting), ScriptedModel(teacher or teaching())
        self.planner, self.by = ScriptedModel(planner), by

    async def run(self, mode: Mode = "coach") -> Played:
        stage = Stage(SessionId("s"), self.world, self.events, turn_timeout_s=60)
        planner = ChatPlanner(self.planner, self.by)
        how = Supervision(ModeChoice(mode, "forced"), 1, ChatTeacher(self.teacher), None, planner)
        return await run_session(BRIEF, stage, ChatAgent(self.student), how, LESSONS)

    def asked(self, kind: str) -> list[dict[str, Any]]:
        return [ask for ask in map(ask_of, self.teacher.asked) if ask["ask"] == kind]


async def test_a_plan_is_played_in_the_order_of_its_dependencies() -> None:
    bench = Bench(plans(STEPS))
    played = await bench.run()
    first, second = played.plans
    assert (first.turn, first.by, first.outcome) == (1, "student", "followed")
    assert first.steps == (PlanStep("1", "add 2 to a"), PlanStep("2", "what is a?", ("1",)))
    assert first.review is not None
    assert first.review.outcome == "approved"
    assert (second.turn, second.outcome) == (2, "single_step")
    turn = played.trajectory.turns[0]
    assert (turn.index, turn.request, turn.end) == (1, REQUEST, "replied")
    assert turn.reply == 'Result: {"name":"a","value":3}\nResult: {"name":"a","value":3}'
    assert turn.changes.updated["counters"]["a"]["value"] == Change(1, 3)
    assert len(turn.steps) == 4, "the steps of the attempts that stand, and of no other"


async def test_each_step_is_validated_retried_and_rolled_back_by_itself() -> None:
    bench = Bench(plans(STEPS))
    played = await bench.run()
    assert [(a.turn.index, a.step, a.number, a.validation and a.validation.valid) for a in played.attempts] == [
        (1, "1", 1, False), (1, "1", 2, True), (1, "2", 3, True), (2, None, 1, True),
    ]  # fmt: skip
    assert bench.world.rows["a"]["value"] == 3
    wrong, again, second, plain = bench.asked("validate")
    assert (wrong["request"], wrong["part_of"]) == ("add 2 to a", REQUEST)
    assert again["changes"]["updated"]["counters"]["a"]["value"] == {"before": 1, "after": 3}
    assert second["earlier"] == [{"request": "add 2 to a", "reply": 'Result: {"name":"a","value":3}'}]
    assert second["guidance"] == [], "what was said of one step is not said of another"
    assert (plain["request"], plain["part_of"]) == ("what is b?", None)


async def test_the_student_is_told_the_request_the_plan_and_the_step() -> None:
    bench = Bench(plans(STEPS))
    await bench.run()
    of_step = [request for request in bench.student.asked if request.messages[-1].content == "what is a?"]
    (asked,) = of_step
    assert asked.messages[0].content.endswith(
        f">>> Plan >>>\nThe user asked: {REQUEST}\n1. add 2 to a\n"
        "2. what is a? <- now: do this step, and no other\n>>> End Plan >>>"
    )
    assert [message.role for message in asked.messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
    ]
    later = next(request for request in bench.student.asked if request.messages[-1].content == "what is b?")
    assert later.messages[1].content == REQUEST, "afterwards the conversation is what the user said"
    assert "Plan" not in later.messages[0].content


async def test_the_planner_sees_the_brief_the_tools_and_the_playbook_of_its_role() -> None:
    bench = Bench(plans(STEPS))
    await bench.run()
    first, second = map(ask_of, bench.planner.asked)
    assert first["request"] == REQUEST
    assert first["tools"][0] == {"name": "add", "description": "Add to a counter."}
    assert first["playbook"] == LESSONS.student_text
    assert [past["request"] for past in second["earlier"]] == [REQUEST]
    (review, *_) = bench.asked("review_plan")
    assert [step["id"] for step in review["plan"]["steps"]] == ["1", "2"]
    assert review["playbook"] == LESSONS.teacher_text


async def test_rules_of_ones_own_take_the_place_of_ours() -> None:
    prompts = TeacherPrompts(validation="V.", guidance="G.", plan_review="R.")
    bench = Bench(plans(STEPS))
    stage = Stage(SessionId("s"), bench.world, bench.events, turn_timeout_s=60)
    planner = ChatPlanner(bench.planner, "student", "P.")
    how = Supervision(ModeChoice("coach", "forced"), 1, ChatTeacher(bench.teacher, prompts), None, planner)
    await run_session(BRIEF, stage, ChatAgent(bench.student), how, LESSONS)
    told = {ask_of(request)["ask"]: request.messages[0].content[:2] for request in bench.teacher.asked}
    assert told == {"validate": "V.", "guide": "G.", "review_plan": "R."}
    assert bench.planner.asked[0].messages[0].content.startswith("P.\n\nAnswer with one JSON object")


async def test_the_teachers_own_plan_is_not_reviewed() -> None:
    bench = Bench(plans(STEPS), by="teacher")
    played = await bench.run()
    assert (played.plans[0].by, played.plans[0].outcome, played.plans[0].review) == ("teacher", "followed", None)
    assert bench.asked("review_plan") == []
    assert ask_of(bench.planner.asked[0])["playbook"] == LESSONS.teacher_text


async def test_a_revised_plan_takes_the_place_of_the_students() -> None:
    better = [{"id": "x", "description": "what is a?"}, {"id": "y", "description": "add 2 to a"}]
    bench = Bench(plans(STEPS), teaching({"approved": False, "steps": better, "concerns": "wrong way round"}))
    plan = (await bench.run()).plans[0]
    assert [step.description for step in plan.steps] == ["what is a?", "add 2 to a"]
    assert plan.review is not None
    assert (plan.review.outcome, plan.review.concerns) == ("revised", "wrong way round")
    assert [step.id for step in plan.review.proposed] == ["1", "2"]


async def test_a_rejected_plan_is_recorded_and_not_followed() -> None:
    bench = Bench(plans(STEPS), teaching({"approved": False, "steps": None, "concerns": "one go is enough"}))
    played = await bench.run()
    assert (played.plans[0].outcome, played.plans[0].reason) == ("rejected", "one go is enough")
    assert played.trajectory.turns[0].request == REQUEST
    assert {attempt.step for attempt in played.attempts} == {None}


async def test_a_teacher_that_cannot_review_leaves_the_students_plan() -> None:
    bench = Bench(plans(STEPS), failing("out of credit"))
    played = await bench.run()
    plan = played.plans[0]
    assert (plan.outcome, len(plan.steps)) == ("followed", 2)
    assert plan.review is not None
    assert (plan.review.outcome, plan.review.error) == ("failed", "ModelError")
    assert "out of credit" in plan.review.concerns
    assert bench.world.rows["a"]["value"] == 21, "the student's work stands"


@pytest.mark.parametrize(
    ("planner", "outcome", "reason"),
    [
        (plans([]), "empty", "no steps"),
        (plans([{"id": 1, "description": "a", "depends_on": [2]},
                {"id": 2, "description": "b", "depends_on": [1]}]), "cyclic", "wait for each other: 1, 2"),
        (plans([{"id": 1, "description": "a", "depends_on": ["z"]}]), "unknown_dependency", "not there: z"),
        (plans([{"id": 1, "description": "a"}, {"id": 1, "description": "b"}]), "repeated_id", "same id: 1"),
        (lambda request: saying("First I look at a, then I add."), "unusable_reply", "not the JSON object"),
        (plans("add, then read"), "unusable_reply", "not the JSON object"),
        (plans([{"id": 1}]), "unusable_reply", "description"),
        (failing("out of credit"), "planner_failed", "out of credit"),
    ],
)  # fmt: skip
async def test_a_plan_that_cannot_be_followed_is_recorded_and_the_turn_goes_without(
    planner: Script, outcome: str, reason: str
) -> None:
    bench = Bench(planner)
    played = await bench.run()
    assert played.plans[0].outcome == outcome
    assert reason in played.plans[0].reason
    assert played.trajectory.turns[0].request == REQUEST
    assert bench.world.rows["a"]["value"] == 3
    made = next(event for event in bench.events.events if event.event_type == "plan.made")
    assert made.payload["plan"]["outcome"] == outcome


@pytest.mark.parametrize("mode", ["auto", "paired", "escalate"])
async def test_only_a_coached_session_is_planned(mode: Mode) -> None:
    bench = Bench(plans(STEPS))
    assert (await bench.run(mode)).plans == ()
    assert bench.planner.asked == []


async def test_a_step_without_a_reply_ends_the_turn() -> None:
    endless = [{"id": "1", "description": "what is a?"}, {"id": "2", "description": "add 2 to a"}]
    bench = Bench(plans(endless))
    bench.student.script = lambda request: calling("read", '{"name": "a"}')
    turn: Turn = (await bench.run()).trajectory.turns[0]
    assert (turn.end, turn.reply) == ("step_limit", "")
    assert bench.world.rows["a"]["value"] == 1, "the second step was not begun"
