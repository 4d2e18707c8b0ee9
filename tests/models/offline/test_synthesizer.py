"""The offline synthesizer: entries for what was taught, that pass the gates and say what they are about."""

from __future__ import annotations

import json

import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Message
from atlas.core.playbook import Entry, Provenance
from atlas.learning.config import LearningConfig
from atlas.learning.cue import matches
from atlas.learning.gates import Ground
from atlas.learning.render import line
from atlas.learning.reply import entry, parse_reply
from atlas.learning.rubric import assess
from atlas.models.offline.habits import BY_NAME, addresses, misleads
from atlas.models.offline.mistakes import Mistake
from atlas.models.offline.synthesizer import USELESS_RATE, synthesize
from atlas.models.offline.teacher import ADVICE, FALSE_ALARM

HANDLES = [
    "client_search",
    "contact_search",
    "create_new_client",
    "create_new_opportunity",
    "create_quote",
    "modify_opportunity",
    "modify_quote",
    "opportunity_search",
    "quote_search",
    "view_opportunity_details",
]
USELESS = ("greeting", "Thank", "formal tone")


def attempt(number: int, valid: bool | None, guidance: str = "", *steps: JsonObject) -> JsonObject:
    return {"number": number, "by": "student", "valid": valid, "guidance": guidance, "steps": list(steps)}


def step(tool: str, error: str | None = None) -> JsonObject:
    return {"tool": tool, "arguments": {}, "result": None, "error": error}


def asking(
    *attempts: JsonObject,
    success: bool | None = True,
    entries: tuple[JsonObject, ...] = (),
    handles: list[str] = HANDLES,
    max_entries: int = 5,
    max_text_length: int = 420,
) -> JsonObject:
    told = {"request": "Move it.", "steps": [], "reply": "Done.", "attempts": list(attempts)}
    return {
        "ask": "synthesize",
        "session": {"family": "deals", "success": success, "turns": [told], "turns_left_out": 0},
        "reward": {"score": 0.7},
        "verifiers": [{"name": "structured", "passed": True, "score": 1.0}],
        "judge": None,
        "playbook_entries": list(entries),
        "runtime_handles": handles,
        "limits": {"max_entries": max_entries, "max_text_length": max_text_length},
    }


def request_of(ask: JsonObject) -> ChatRequest:
    return ChatRequest((Message("system", "Distil."), Message("user", json.dumps(ask))), json_object=True)


def text_of(ask: JsonObject, seed: int) -> str:
    return synthesize(request_of(ask), seed).content


def proposed(ask: JsonObject) -> list[JsonObject]:
    """What is proposed where no useless entry is drawn."""
    replies = (json.loads(text_of(ask, seed))["playbook_entries"] for seed in range(20))
    return min(replies, key=len)


def assessed(text: str) -> list[Entry]:
    config, ground = LearningConfig(), Ground(tuple(HANDLES))
    drafts = parse_reply(text).playbook_entries
    return [assess(entry(draft, "reinforcement", Provenance()), config, ground) for draft in drafts]


def taught(mistake: Mistake) -> JsonObject:
    return asking(attempt(1, False, ADVICE[mistake], step("modify_opportunity", "No.")), attempt(2, True))


REQUESTS = {
    Mistake.SPELLING: "Move Harbor Renewal to negotiation.",
    Mistake.INVENTED_ID: "Who owns the deal Harbor Renewal?",
    Mistake.WRONG_HIT: "Who owns the deal Harbor Renewal?",
    Mistake.DATE_FORM: "Set its close date to April 17.",
    Mistake.DATE_COUNT: "Let it close in three weeks.",
    Mistake.SCALE: "Raise it to 48.5k.",
    Mistake.CURRENCY: "Make it worth $50,000.",
    Mistake.DUPLICATE: "Open a deal for Northwind.",
    Mistake.WORKED_AROUND: "Set its amount to zero.",
    Mistake.CLAIMED: "Change the stage.",
    Mistake.EXTRA_FIELD: "Create a quote on it.",
    Mistake.LEFT_OUT: "What is it worth?",
    Mistake.STOPPED: "Move it and then cancel the quote.",
    Mistake.REFERENCE: "Cancel the second one.",
    Mistake.CLOSED_COUNTED: "How many open deals are there?",
    Mistake.NOT_DONE: "Move the deal.",
}


@pytest.mark.parametrize("mistake", Mistake)
def test_guidance_becomes_an_entry_that_passes_the_gates(mistake: Mistake) -> None:
    (told,) = proposed(taught(mistake))
    (kept,) = assessed(json.dumps({"version": "playbook_entry.v1", "playbook_entries": [told]}))
    assert kept.lifecycle == "active", kept.provenance.rubric
    assert kept.action.imperative == ADVICE[mistake]
    assert kept.action.runtime_handle == "modify_opportunity"
    assert matches(kept.cue, REQUESTS[mistake])
    assert not matches(kept.cue, "Hello!")


@pytest.mark.parametrize("mistake", Mistake)
def test_a_rendered_entry_addresses_what_its_advice_does(mistake: Mistake) -> None:
    (told,) = proposed(taught(mistake))
    (kept,) = assessed(json.dumps({"version": "playbook_entry.v1", "playbook_entries": [told]}))
    shown = (line(kept),)
    assert [n for n in BY_NAME if addresses(n, shown)] == [n for n in BY_NAME if addresses(n, (ADVICE[mistake],))]
    assert not [name for name in BY_NAME if misleads(name, shown)]


def test_each_line_of_guidance_is_an_entry() -> None:
    both = f"{ADVICE[Mistake.SCALE]}\n{ADVICE[Mistake.SPELLING]}"
    told = proposed(asking(attempt(1, False, both), attempt(2, True)))
    assert [one["action"]["imperative"] for one in told] == [ADVICE[Mistake.SCALE], ADVICE[Mistake.SPELLING]]


def test_sentences_of_another_teacher_are_split_and_shortened() -> None:
    guidance = f"Search by the full name first. {'Compare every hit with what was asked for, ' * 5}please."
    first, second = proposed(asking(attempt(1, False, guidance), attempt(2, True)))
    assert first["action"]["imperative"] == "Search by the full name first."
    assert len(second["action"]["imperative"]) <= 150


@pytest.mark.parametrize(
    ("attempts", "success", "category"),
    [
        ((attempt(1, False, ADVICE[Mistake.SCALE]), attempt(2, True)), False, "reinforcement"),
        ((attempt(1, False, ADVICE[Mistake.SCALE]), attempt(2, False)), True, "differentiation"),
        ((attempt(1, False, ADVICE[Mistake.SCALE]), attempt(2, None)), True, "reinforcement"),
        ((attempt(1, False, ADVICE[Mistake.SCALE]),), False, "differentiation"),
        ((attempt(1, False, ADVICE[Mistake.SCALE]),), None, "differentiation"),
    ],
)
def test_the_category_follows_the_next_attempt(
    attempts: tuple[JsonObject, ...], success: bool | None, category: str
) -> None:
    (told,) = proposed(asking(*attempts, success=success))
    assert told["scope"] == {"category": category, "constraints": "", "applies_when": ""}


@pytest.mark.parametrize(
    ("steps", "handle"),
    [
        ((step("client_search"), step("create_quote", "No."), step("modify_quote")), "create_quote"),
        ((step("client_search"), step("modify_quote")), "modify_quote"),
        ((step("opportunity_search"),), "modify_opportunity"),
        ((step("no_such_tool", "Unknown tool."),), "modify_opportunity"),
    ],
)
def test_the_handle_comes_from_the_evidence(steps: tuple[JsonObject, ...], handle: str) -> None:
    (told,) = proposed(asking(attempt(1, False, ADVICE[Mistake.SPELLING], *steps), attempt(2, True)))
    assert told["action"]["runtime_handle"] == handle


def test_the_handle_is_always_a_real_one() -> None:
    (told,) = proposed(asking(attempt(1, False, ADVICE[Mistake.SPELLING]), handles=["zip", "list_things"]))
    assert told["action"]["runtime_handle"] == "list_things"
    assert proposed(asking(attempt(1, False, ADVICE[Mistake.SPELLING]), handles=[])) == []


@pytest.mark.parametrize(
    "said",
    [
        ADVICE[Mistake.SPELLING],
        "Write a stage or status with the capital letters and hyphens the tool lists, always.",
    ],
)
def test_what_the_playbook_says_already_is_not_proposed(said: str) -> None:
    known: JsonObject = {"id": "e", "action": {"imperative": said, "runtime_handle": "modify_quote"}}
    assert proposed(taught(Mistake.SPELLING) | {"playbook_entries": [known]}) == []
    assert len(proposed(taught(Mistake.SCALE) | {"playbook_entries": [known]})) == 1


def test_no_two_pieces_of_advice_hide_each_other() -> None:
    lines = "\n".join(ADVICE.values())
    told = proposed(asking(attempt(1, False, lines), attempt(2, True), max_entries=100))
    assert [one["action"]["imperative"] for one in told] == list(ADVICE.values())


def test_limits_are_kept() -> None:
    lines = "\n".join(ADVICE.values())
    assert len(proposed(asking(attempt(1, False, lines), attempt(2, True), max_entries=3))) == 3
    told = proposed(asking(attempt(1, False, lines), attempt(2, True), max_entries=100, max_text_length=200))
    kept = assessed(json.dumps({"version": "playbook_entry.v1", "playbook_entries": told}))
    assert 0 < len(kept) < len(ADVICE)
    sizes = [len(e.cue.pattern + e.cue.description + e.action.imperative + e.expected_effect) for e in kept]
    assert max(sizes) <= 200


def test_a_session_without_guidance_teaches_nothing() -> None:
    reply = parse_reply(
        next(t for seed in range(9) if "greeting" not in (t := text_of(asking(attempt(1, True)), seed)))
    )
    assert reply.playbook_entries == ()
    assert reply.session_student_learning is None
    assert reply.session_teacher_learning is None


def test_the_session_is_summed_up_in_a_line() -> None:
    reply = parse_reply(text_of(taught(Mistake.SCALE), 0))
    assert reply.session_student_learning == ADVICE[Mistake.SCALE]
    assert reply.session_teacher_learning == "1 of 1 hints led to a right attempt."


def test_now_and_then_an_entry_is_of_no_use() -> None:
    texts = [text_of(taught(Mistake.SCALE), seed) for seed in range(1000)]
    useless = [text for text in texts if any(word in text for word in USELESS)]
    assert len(useless) / 1000 == pytest.approx(USELESS_RATE, abs=0.03)
    assert len(set(useless)) == len(USELESS)
    for text in set(useless):
        last = assessed(text)[-1]
        assert last.lifecycle == "active", last.provenance.rubric
        assert not [name for name in BY_NAME if addresses(name, (line(last),)) or misleads(name, (line(last),))]


def test_a_false_alarm_is_learned_as_advice_of_no_use() -> None:
    (told,) = proposed(asking(attempt(1, False, FALSE_ALARM), attempt(2, True)))
    (kept,) = assessed(json.dumps({"version": "playbook_entry.v1", "playbook_entries": [told]}))
    assert kept.lifecycle == "active"
    assert not [name for name in BY_NAME if addresses(name, (line(kept),))]


def test_equal_requests_give_equal_replies() -> None:
    assert all(text_of(taught(mistake), 5) == text_of(taught(mistake), 5) for mistake in Mistake)


def test_asked_to_repair_it_answers_the_question_again() -> None:
    first = request_of(taught(Mistake.SCALE))
    again = ChatRequest(
        (*first.messages, Message("assistant", "?"), Message("user", "Reply again.")), json_object=True
    )
    assert synthesize(again, 1) == synthesize(first, 1)


@pytest.mark.parametrize("text", ["hello", '{"ask": "judge"}', "[]", "{"])
def test_anything_else_gets_a_short_plain_reply(text: str) -> None:
    assert 0 < len(synthesize(ChatRequest((Message("user", text),)), 0).content) < 120
