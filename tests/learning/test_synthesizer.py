"""The synthesizer, with a scripted model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Completion, FinishReason, Message, Usage
from atlas.core.playbook import Proposal
from atlas.core.session import Attempt, Session, Validation
from atlas.core.verdicts import Verdict
from atlas.errors import ModelReplyError, ModelTimeout
from atlas.learning.config import LearningConfig
from atlas.learning.synthesizer import Synthesizer
from tests.learning.making import HANDLES, book, make_entry, session, turn


class Script:
    """Answers in turn with what it is given; an exception is raised."""

    name = "scripted"
    simulated = True

    def __init__(self, *answers: str | Exception, finish: FinishReason = "stop") -> None:
        self.answers, self.finish = list(answers), finish
        self.asked: list[ChatRequest] = []

    async def complete(self, request: ChatRequest) -> Completion:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Completion(Message("assistant", answer), Usage(10, 5, 1), self.name, self.finish)

    async def close(self) -> None: ...


def draft(
    n: int = 0, handle: str | None = "opportunity_search", imperative: str = "Search the deal first"
) -> JsonObject:
    return {
        "audience": "student",
        "cue": {
            "type": "regex",
            "pattern": rf"\b(move|close)\b.*\bdeal{n or ''}\b",
            "description": "a deal changes",
        },
        "action": {"imperative": imperative, "runtime_handle": handle, "tool_name": None, "arguments": {}},
        "expected_effect": "The right deal is changed",
        "scope": {"category": None, "constraints": "", "applies_when": ""},
    }


def reply(*drafts: JsonObject, **changed: object) -> str:
    return dumps({"version": "playbook_entry.v1", "playbook_entries": list(drafts), **changed})


PLAYED = session(turn("Move the deal"))


async def propose(
    model: Script, block: JsonObject | None = None, played: Session = PLAYED, names: frozenset[str] = frozenset()
) -> Proposal:
    config = LearningConfig.model_validate(block or {})
    return await Synthesizer(model, config, HANDLES).propose(played, book(), names)


async def test_a_good_reply_becomes_a_gated_proposal() -> None:
    model = Script(reply(draft(), draft(handle="no_such_tool"), session_student_learning=" Search. "))
    proposal = await propose(model)
    (accepted,), (rejected,) = proposal.accepted, proposal.rejected
    assert accepted.lifecycle == "active"
    assert accepted.provenance.source_session_id == PLAYED.session_id
    assert accepted.provenance.rubric is not None
    assert accepted.provenance.rubric.weighted_total > 0.9
    assert rejected.lifecycle == "rejected"
    assert rejected.provenance.rubric is not None
    assert rejected.provenance.rubric.failure_reasons == (
        "actionability: 'no_such_tool' is not a tool of this environment",
    )
    assert (proposal.student_note, proposal.teacher_note) == ("Search.", "")
    assert model.asked[0].json_object
    assert [message.role for message in model.asked[0].messages] == ["system", "user"]


async def test_nothing_learned_is_an_empty_proposal() -> None:
    assert (await propose(Script(reply()))).empty


async def test_known_names_are_not_general() -> None:
    model = Script(reply(draft(imperative="Search for Northwind Logistics")))
    proposal = await propose(model, names=frozenset({"Northwind Logistics"}))
    assert not proposal.accepted
    assert len(proposal.rejected) == 1


@pytest.mark.parametrize("block", [{"enabled": False}, {"update_enabled": False}])
async def test_nothing_is_asked_while_learning_is_off(block: JsonObject) -> None:
    model = Script()
    assert (await propose(model, block)).empty
    assert model.asked == []


async def test_nothing_is_asked_about_a_session_that_was_not_played() -> None:
    assert (await propose(Script(), played=replace(PLAYED, played=None))).empty


async def test_a_note_keeps_nothing_of_the_tasks_own_data() -> None:
    told = "Search for ACME Corporation (quote Q-2041) before you write to ann@acme.com"
    answer = Script(reply(session_student_learning=told, session_teacher_learning=told))
    proposal = await Synthesizer(answer, LearningConfig(), HANDLES).propose(
        PLAYED, book(), frozenset({"Acme Corporation"})
    )
    kept = "Search for [name] (quote [record id]) before you write to [e-mail address]"
    assert proposal.student_note == proposal.teacher_note == kept


async def test_notes_can_be_switched_off() -> None:
    notes = {"session_student_learning": "a", "session_teacher_learning": "b" * 3000}
    on = await propose(Script(reply(**notes)))
    off = await propose(Script(reply(**notes)), {"session_note_enabled": False})
    assert (on.student_note, len(on.teacher_note)) == ("a", 1024)
    assert (off.student_note, off.teacher_note) == ("", "")


@pytest.mark.parametrize("category", ["reinforcement", "differentiation"])
async def test_the_default_category_is_configured(category: str) -> None:
    proposal = await propose(Script(reply(draft())), {"schema": {"default_scope_category": category}})
    assert proposal.accepted[0].scope.category == category


async def test_of_many_entries_the_first_few_are_accepted_and_the_rest_kept_as_refused() -> None:
    proposal = await propose(Script(reply(*(draft(n) for n in range(1, 100)))), {"max_entries_per_session": 4})
    assert [entry.cue.pattern[-5:-2] for entry in proposal.accepted] == ["al1", "al2", "al3", "al4"]
    assert len(proposal.rejected) == 95
    surplus = proposal.rejected[0]
    assert surplus.lifecycle == "rejected"
    assert surplus.provenance.rubric is not None
    assert surplus.provenance.rubric.failure_reasons == ("limit: more than 4 entries from one session",)


async def test_refused_entries_take_no_place_of_good_ones() -> None:
    proposal = await propose(Script(reply(draft(handle="x"), draft(1))), {"max_entries_per_session": 1})
    assert len(proposal.accepted) == 1


async def test_an_entry_said_twice_counts_once() -> None:
    proposal = await propose(Script(reply(draft(), draft())))
    assert len(proposal.accepted) == 1


@pytest.mark.parametrize(
    "bad",
    ["I learned a lot!", "", reply(draft())[:-30], reply({"audience": "student"}), "[" * 50_000, "x" * 2_000_000],
)
async def test_a_bad_reply_is_asked_for_once_more_with_the_reason(bad: str) -> None:
    model = Script(bad, reply(draft()))
    assert len((await propose(model)).accepted) == 1
    repair = model.asked[1]
    assert repair.json_object
    assert repair.messages[:2] == model.asked[0].messages
    assert repair.messages[2] == Message("assistant", bad[:4000] or "(empty)")
    assert repair.messages[3].role == "user"
    assert "cannot be used" in repair.messages[3].content


async def test_two_bad_replies_are_a_typed_failure() -> None:
    model = Script("prose", reply({"audience": "agent"}))
    with pytest.raises(ModelReplyError, match="synthesizer model scripted failed after 2 attempts") as caught:
        await propose(model)
    assert caught.value.role == "synthesizer"
    assert "audience" in caught.value.cause
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("finish", "said"), [("length", "cut off at the token limit"), ("refusal", "the model refused")]
)
async def test_why_a_reply_ended_is_said(finish: FinishReason, said: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        await propose(Script('{"version"', '{"version"', finish=finish))


async def test_an_outage_is_passed_on() -> None:
    with pytest.raises(ModelTimeout):
        await propose(Script(ModelTimeout("no reply in 60 s", model="scripted")))


async def test_the_guidance_is_digested_without_order_or_repetition() -> None:
    def guided(*lines: str) -> Session:
        attempts = [Attempt(turn("x"), "student", n, (), Validation(False, line)) for n, line in enumerate(lines)]
        return session(turn("x"), attempts=attempts)

    async def digest(played: Session) -> str:
        return (await propose(Script(reply(draft())), played=played)).accepted[0].provenance.guidance_digest

    assert await digest(PLAYED) == ""
    assert await digest(guided("")) == ""
    assert await digest(guided("a", "b", "a")) == await digest(guided("b", "a"))
    assert await digest(guided("a")) != await digest(guided("b"))
    assert len(await digest(guided("a"))) == 16


async def test_what_graders_say_is_not_asked_about() -> None:
    verdict = Verdict("structured", "1", False, 0.0, "expected Closed-Won")
    model = Script(reply())
    await propose(model, played=replace(PLAYED, verdicts=(verdict,)))
    assert not any("Closed-Won" in message.content for message in model.asked[0].messages)


async def test_an_entry_that_the_playbook_has_gets_the_same_id() -> None:
    first = (await propose(Script(reply(draft())))).accepted[0]
    again = (await propose(Script(reply(draft())), played=session(turn("Another deal")))).accepted[0]
    assert first.id == again.id
    assert first.id != make_entry().id
