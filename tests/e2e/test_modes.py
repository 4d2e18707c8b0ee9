"""The whole story of each mode: `atlas run` over real HTTP and a real PostgreSQL, told by what every role was sent.

The student does something nobody asked for when it first handles the first request: it creates a client. The
teacher sees that in the state difference. Told so, the student does its work (unless it is stubborn).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
import yaml

from atlas.core.json import JsonObject
from atlas.core.tools import ToolCall
from atlas.models.offline import HabitProfile, offline_model
from tests.e2e import scripted_server
from tests.e2e.conftest import Atlas
from tests.e2e.scripted_server import config, play
from tests.model_server import ModelServer, Reply

Tell: TypeAlias = Callable[..., "Told"]

PHANTOM = ToolCall(
    "", "create_new_client", '{"name": "Phantom Ltd", "email": "p@phantom.example", "status": "Active"}'
)
AHEAD = "Look the record up before you touch it."
GUIDANCE = "Do only what was asked, and create no record that nobody wanted."
LOOK = "How many clients are there?"
RATIONALE = "A client was created that the request does not mention."
LESSON = {
    "audience": "student",
    "cue": {"type": "regex", "pattern": r"\w", "description": "a user asks for anything"},
    "action": {"imperative": "Check what exists before creating a record", "runtime_handle": "client_search"},
    "expected_effect": "no record that nobody wanted",
    "scope": {"category": "reinforcement", "constraints": "", "applies_when": ""},
}


@dataclass
class Cast:
    """Who answers at the model server, and every request that it got."""

    stubborn: bool = False
    pick: str = '{"mode": "auto", "confidence": 0.9, "rationale": "all was right"}'
    bodies: list[JsonObject] = field(default_factory=list)

    def __call__(self, body: JsonObject) -> Reply:
        self.bodies.append(body)
        role = body["model"].removesuffix("-model")
        scripted = {"student": self._student, "teacher": self._teacher, "synthesizer": _synthesizer}
        if role == "probe":
            return Reply(self.pick)
        return scripted.get(role, play)(body)

    def _student(self, body: JsonObject) -> Reply:
        if "tools" not in body:
            return Reply(json.dumps({"steps": self._steps(asked(body))}))
        system, said = body["messages"][0]["content"], body["messages"]
        first = sum(message["role"] == "user" for message in said) == 1
        if not first or (GUIDANCE in system and not self.stubborn):
            return play(body)
        return Reply("Done, all taken care of.") if said[-1]["role"] == "tool" else Reply(tool_calls=(PHANTOM,))

    def _steps(self, ask: Any) -> list[JsonObject]:
        """The first request has a step of its own to look first; every other one is a step by itself."""
        do = {"id": "do", "description": ask["request"], "depends_on": []}
        look = {"id": "look", "description": LOOK, "depends_on": []}
        return [do] if ask["earlier"] else [{**do, "depends_on": ["look"]}, look]

    def _teacher(self, body: JsonObject) -> Reply:
        if "tools" in body:
            return play(body)
        ask = asked(body)
        if ask["ask"] == "guide":
            return Reply(json.dumps({"guidance": AHEAD, "rationale": ""}))
        if ask["ask"] == "review_plan":
            return Reply('{"approved": true, "steps": null, "concerns": ""}')
        wrong = "Phantom" in json.dumps(ask["changes"])
        return Reply(
            json.dumps({"valid": not wrong, "guidance": GUIDANCE if wrong else "", "rationale": RATIONALE})
        )


def _synthesizer(body: JsonObject) -> Reply:
    entries = {
        "version": "playbook_entry.v1",
        "playbook_entries": [LESSON],
        "session_student_learning": "Check first.",
    }
    return Reply(json.dumps(entries | {"session_teacher_learning": None}))


def asked(body: JsonObject) -> Any:
    """The JSON object that a role other than a player was asked with."""
    return json.loads(body["messages"][1]["content"])


@dataclass
class Told:
    """A run that is over: its sessions as exported, who was asked what, and the store."""

    sessions: list[JsonObject]
    bodies: list[JsonObject]
    url: str

    @property
    def session(self) -> JsonObject:
        (only,) = self.sessions
        return only

    def asked(self, role: str, kind: str | None = None) -> list[Any]:
        """The JSON questions to a role, in order; of one kind, or all."""
        questions = [
            asked(body) for body in self.bodies if body["model"] == f"{role}-model" and "tools" not in body
        ]
        return [question for question in questions if kind in (None, question["ask"])]

    def played(self, role: str) -> list[JsonObject]:
        """The requests with tools of a role, in order."""
        return [body for body in self.bodies if body["model"] == f"{role}-model" and "tools" in body]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the last session of this run."""
        key = self.sessions[-1]["session_id"]
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), {"key": key}).fetchall()


@pytest.fixture(autouse=True)
def flawless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who plays by the script plays right, so that every mistake in these stories is one that the story tells."""
    student = offline_model("student", seed=7, profile=HabitProfile.flawless(7))
    monkeypatch.setitem(scripted_server.MODELS, "student-model", student)


@pytest.fixture
def tell(atlas: Atlas, dataset: Callable[..., Path]) -> Iterator[Tell]:
    """Plays the first conversations under a config and gives what there is to say about them."""
    made = atlas("crm", "tasks", "--dataset", dataset(), "--output", "tasks.jsonl")
    assert made.returncode == 0, made.stderr
    cast = Cast()
    with ModelServer(cast) as server:

        def run(mode: str, change: Callable[[str], str] = str, limit: int = 1, **traits: Any) -> Told:
            for name, value in traits.items():
                setattr(cast, name, value)
            (atlas.folder / "run.yaml").write_text(change(config(server.url, mode=mode)))
            files = ("--config", "run.yaml", "--task-file", "tasks.jsonl", "--output-dir", "out")
            key = f"modes/{atlas.folder.name}"
            done = atlas("run", *files, "--limit", str(limit), "--learning-key", key)
            assert done.returncode == 0, done.stderr
            lines = (atlas.folder / "out/sessions.jsonl").read_text().splitlines()
            url = atlas.environ["STORAGE__DATABASE_URL"]
            return Told([json.loads(line) for line in lines], cast.bodies, url)

        yield run


def first_request(told: Told) -> str:
    request: str = told.session["trajectory"]["turns"][0]["request"]
    return request


def system_texts(bodies: list[JsonObject]) -> list[str]:
    return [body["messages"][0]["content"] for body in bodies]


def rewarded_learned_and_stored(told: Told) -> None:
    """What every mode ends with: a reward, a lesson in the registry, and rows that say what happened."""
    session = told.session
    assert session["failure"] is None
    assert session["session_reward"]["score"] > 0
    assert session["student_learning"] == "Check first."
    (row,) = told.rows(
        "SELECT execution_mode, status, reward_stats ->> 'score' FROM sessions WHERE session_key = %(key)s"
    )
    assert (row[0], row[1], float(row[2])) == (
        session["execution_mode"],
        "succeeded",
        session["session_reward"]["score"],
    )
    (learned,) = told.rows(
        "SELECT student_learning FROM learning_registry JOIN playbook_versions USING (learning_key, version) "
        "WHERE session_key = %(key)s"
    )
    assert LESSON["action"]["imperative"] in learned[0]  # type: ignore[index]
    events = told.rows("SELECT event_type FROM trajectory_events WHERE session_key = %(key)s ORDER BY seq")
    assert events[0] == ("session.started",)
    assert events[-1] == ("session.finished",)


ATTEMPTS = """
SELECT attempted.step_id, attempted.attempt, evaluation ->> 'by', evaluation -> 'validation' -> 'valid',
    evaluation -> 'guidance'
FROM step_attempts AS attempted JOIN sessions ON sessions.id = session_id
WHERE session_key = %(key)s AND step_id = 1 ORDER BY 1, 2
"""
NOTES = """
SELECT note FROM guidance_notes JOIN sessions ON sessions.id = session_id
WHERE session_key = %(key)s AND step_id = 1 ORDER BY sequence
"""


def test_auto_leaves_the_student_alone(tell: Tell) -> None:
    told = tell("auto")
    assert told.asked("teacher") == []
    assert told.played("teacher") == []
    assert all("Teacher Guidance" not in text for text in system_texts(told.played("student")))
    assert "Phantom Ltd" in json.dumps(told.session["trajectory"]["changes"]), "nobody sent the mistake back"
    assert told.session["conversation_result"]["overall_success"] is False
    assert told.asked("judge")[0]["changes"]["inserted"]["clients"], "the judges see what was done"
    assert told.rows(ATTEMPTS) == [(1, 1, "student", None, [])]
    assert told.session["adaptive_summary"]["reason"] == "forced"
    rewarded_learned_and_stored(told)


def test_paired_validates_sends_back_and_rolls_back(tell: Tell) -> None:
    told = tell("paired")
    request = first_request(told)
    wrong, right, *later = told.asked("teacher", "validate")
    assert wrong["request"] == right["request"] == request
    assert wrong["steps"][0]["tool"] == "create_new_client"
    assert wrong["steps"][0]["result"]["name"] == "Phantom Ltd", "the teacher sees what the tool answered"
    assert next(iter(wrong["changes"]["inserted"]["clients"].values()))["name"] == "Phantom Ltd"
    assert wrong["reply"] == "Done, all taken care of."
    assert wrong["guidance"] == []
    assert right["guidance"] == [GUIDANCE]
    assert "Phantom" not in json.dumps(right["changes"]), "the first attempt was rolled back"
    assert len(later) == len(told.session["trajectory"]["turns"]) - 1, "every attempt of every turn was validated"
    assert later[0]["earlier"][0]["request"] == request

    texts = system_texts(told.played("student"))
    block = f">>> Teacher Guidance >>>\n- {GUIDANCE}\n>>> End Teacher Guidance >>>"
    assert block not in texts[0]
    assert block in texts[2], "the retry is told why"
    assert block not in texts[-1], "and the next turn is not"
    retry = told.played("student")[2]["messages"]
    assert [message["role"] for message in retry] == ["system", "user"], "the failed attempt is forgotten"

    step = told.session["steps"][0]
    assert (step["attempts"], step["guidance"], step["validation"]["valid"]) == (2, [GUIDANCE], True)
    assert step["attempt_history"][0]["validation"]["rationale"] == RATIONALE
    assert told.session["conversation_result"]["overall_success"] is True
    (question, *_) = told.asked("synthesizer")
    attempts = question["session"]["turns"][0]["attempts"]
    assert [(attempt["valid"], attempt["guidance"]) for attempt in attempts] == [(False, GUIDANCE), (True, "")]
    assert told.rows(ATTEMPTS) == [(1, 1, "student", False, []), (1, 2, "student", True, [GUIDANCE])]
    assert told.rows(NOTES) == [(GUIDANCE,)]
    rewarded_learned_and_stored(told)


def test_coach_guides_before_each_request_and_validates_after(tell: Tell) -> None:
    told = tell("coach")
    kinds = [question["ask"] for question in told.asked("teacher")]
    assert kinds[:3] == ["guide", "validate", "validate"]
    assert kinds.count("guide") == len(told.session["trajectory"]["turns"])
    guide = told.asked("teacher", "guide")[0]
    assert guide["request"] == first_request(told)
    assert {"steps", "reply"}.isdisjoint(guide), "nothing has been done yet"
    texts = system_texts(told.played("student"))
    assert f">>> Teacher Guidance >>>\n- {AHEAD}\n>>> End" in texts[0]
    assert f">>> Teacher Guidance >>>\n- {AHEAD}\n- {GUIDANCE}\n>>> End" in texts[2]
    assert [question["guidance"] for question in told.asked("teacher", "validate")[:2]] == [
        [AHEAD],
        [AHEAD, GUIDANCE],
    ]
    assert told.rows(NOTES) == [(AHEAD,), (GUIDANCE,)]
    assert told.session["conversation_result"]["overall_success"] is True
    rewarded_learned_and_stored(told)


def test_coach_with_a_planner_plays_the_plan_that_the_teacher_reviewed(tell: Tell) -> None:
    def planned(text: str) -> str:
        block = yaml.safe_load(text)
        block["orchestration"]["planner"] = "student"
        block["student"] = {"prompts": {"planner": "Plan like a clerk."}}
        block["teacher"]["prompts"] = {"plan_review": "Be brief. {base_prompt}"}
        return yaml.safe_dump(block)

    told = tell("coach", planned)
    question = told.asked("student", "plan")[0]
    assert question["request"] == first_request(told)
    assert len(question["tools"]) == 38
    review = told.asked("teacher", "review_plan")[0]
    assert [step["id"] for step in review["plan"]["steps"]] == ["look", "do"], "in the order they would be played"
    told_to = {body["messages"][0]["content"][:30] for body in told.bodies}
    assert {"Plan like a clerk.\n\nAnswer wit", "Be brief. You supervise an ass"} <= told_to, "in one's own words"
    (plan, *_) = told.session["plan"]["turn_plans"]
    assert (plan["turn"], plan["by"], plan["outcome"]) == (1, "student", "followed")
    assert plan["review"]["outcome"] == "approved"
    of_first = [ask for ask in told.asked("teacher", "validate") if ask["part_of"] == first_request(told)]
    assert [ask["request"] for ask in of_first] == [LOOK, LOOK, first_request(told)]
    assert f"1. {LOOK} <- now" in system_texts(told.played("student"))[0]
    (stored,) = told.rows(
        "SELECT plan FROM plans JOIN sessions ON sessions.id = session_id WHERE session_key = %(key)s"
    )
    assert stored[0]["turn_plans"] == told.session["plan"]["turn_plans"]
    made = told.rows(
        "SELECT event -> 'payload' -> 'plan' ->> 'outcome' FROM trajectory_events "
        "WHERE session_key = %(key)s AND event_type = 'plan.made' ORDER BY seq"
    )
    assert made == [("followed",), *[("single_step",)] * (len(told.session["trajectory"]["turns"]) - 1)]
    assert told.session["conversation_result"]["overall_success"] is True
    attempts = told.rows(ATTEMPTS)
    assert [row[:4] for row in attempts] == [
        (1, 1, "student", False), (1, 2, "student", True), (1, 3, "student", True),
    ]  # fmt: skip


def test_escalate_hands_the_turn_to_the_teacher_and_says_why(tell: Tell) -> None:
    told = tell("escalate", stubborn=True)
    request = first_request(told)
    verdicts = told.asked("teacher", "validate")[:3]
    assert ["Phantom" in json.dumps(question["changes"]) for question in verdicts] == [True, True, False]
    assert [len(question["guidance"]) for question in verdicts] == [0, 1, 2], "the takeover is validated as well"
    taken = told.played("teacher")
    assert taken, "the teacher plays with the tools"
    assert taken[0]["messages"][-1] == {"role": "user", "content": request}
    assert taken[0]["messages"][0]["content"].count(GUIDANCE) == 2
    (escalation,) = told.session["escalations"]
    assert (escalation["turn"], escalation["after_attempts"], escalation["teacher"]) == (1, 2, "teacher-model")
    assert (escalation["cause"], escalation["rationale"], escalation["failure"]) == (GUIDANCE, RATIONALE, None)
    assert told.session["steps"][0]["by"] == "teacher"
    assert "Phantom" not in json.dumps(told.session["trajectory"]["changes"])
    assert told.session["conversation_result"]["overall_success"] is True
    assert [row[2:4] for row in told.rows(ATTEMPTS)] == [("student", False), ("student", False), ("teacher", True)]
    (stored,) = told.rows("SELECT metadata -> 'escalations' FROM sessions WHERE session_key = %(key)s")
    assert stored[0] == [escalation]
    rewarded_learned_and_stored(told)


def adaptive(text: str) -> str:
    """The config with the mode left to a probe with a model of its own."""
    block = yaml.safe_load(text)
    del block["orchestration"]["forced_mode"]
    block["adaptive_teaching"] = {"probe": {"llm": {**block["teacher"]["llm"], "model": "probe-model"}}}
    return yaml.safe_dump(block)


def test_the_probe_picks_from_evidence_as_soon_as_there_is_any(tell: Tell) -> None:
    told = tell("paired", adaptive, limit=2)
    first, second = (session["adaptive_summary"] for session in told.sessions)
    assert (first["adaptive_mode"], first["reason"]) == ("paired", "no_learning_history")
    (question,) = told.asked("probe")
    assert question["task"]["turns"] == [step["description"] for step in told.sessions[1]["steps"]]
    reward = told.sessions[0]["session_reward"]["score"]
    assert question["history"]["recent"] == [{"mode": "paired", "reward": reward, "success": True}]
    assert question["playbook"] == {"version": 1, "cue_hits": 1}
    assert (second["adaptive_mode"], second["reason"], second["confidence"]) == ("auto", "probe", 0.9)
    assert second["probe"]["rationale"] == "all was right"
    validated = told.asked("teacher", "validate")
    assert {q["request"] for q in validated} == {step["description"] for step in told.sessions[0]["steps"]}
    assert told.sessions[1]["atlas_metadata"]["token_usage"]["by_role"]["probe"]["calls"] == 1
    (stored,) = told.rows("SELECT metadata -> 'adaptive_summary' FROM sessions WHERE session_key = %(key)s")
    assert stored[0]["probe"]["history"]["sessions"] == 1


def test_a_probe_that_answers_prose_fails_open(tell: Tell) -> None:
    told = tell("paired", adaptive, limit=2, pick="Let it work alone!")
    summary = told.sessions[1]["adaptive_summary"]
    assert (summary["adaptive_mode"], summary["reason"]) == ("paired", "probe_failed")
    assert summary["probe"]["failure"]["kind"] == "ModelReplyError"
    assert told.sessions[1]["failure"] is None
