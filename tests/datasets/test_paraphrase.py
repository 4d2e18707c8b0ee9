"""Paraphrases: kept when they ask for the same, counted with the reason when they do not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from atlas.core.json import JsonObject, dumps, loads_object
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.datasets.conversation import Conversation, parse_conversation
from atlas.datasets.paraphrase import TEMPERATURE, Paraphrased, Paraphraser
from atlas.errors import ModelReplyError, ModelUnavailable
from tests.datasets.audit.making import SURROUNDINGS, conversation_of, says
from tests.datasets.samples import bent, conversation

GOOD = "The Pilot deal goes to Proposal, please."


class Scripted:
    """A model that answers as told. It counts how many calls run at once."""

    name, simulated = "scripted", True

    def __init__(self, answer: Callable[[JsonObject], str]) -> None:
        self.answer, self.requests, self.running, self.most = answer, list[ChatRequest](), 0, 0

    async def complete(self, request: ChatRequest) -> Completion:
        self.requests.append(request)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0)
        finally:
            self.running -= 1
        text = self.answer(loads_object(request.messages[1].content))
        return Completion(Message("assistant", text), Usage(10, 5, 1, 0.25), self.name)

    async def close(self) -> None: ...


def reply(text: str) -> Scripted:
    return Scripted(lambda question: dumps({"utterance": text}))


def row(name: str = "c-1", text: str = "Move the Pilot deal to Proposal.") -> Conversation:
    return conversation_of(bent(conversation(name), "turns.0.user_utterance", text))


async def paraphrased(model: Scripted, *rows: Conversation, concurrency: int = 8) -> Paraphrased:
    return await Paraphraser(model, SURROUNDINGS, concurrency=concurrency, seed=7).paraphrase(rows or [row()])


async def test_a_good_wording_replaces_the_utterance_and_nothing_else() -> None:
    done = await paraphrased(reply(f" {GOOD} "))
    assert (done.kept, done.refused) == (1, {})
    assert done.usage == Usage(10, 5, 1, 0.25)
    (new,) = done.rows
    assert new.turns[0].user_utterance == GOOD
    expected = bent(conversation(), "turns.0.user_utterance", GOOD)
    context = {"paraphrased_by": "scripted", "paraphrased_turns": [1]}
    assert new == conversation_of(bent(expected, "cumulative_context", context))
    assert parse_conversation(dumps(new), path="f", line=1) == new


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no usable reply"),
        ("Move the Pilot deal\nto Proposal.", "several lines"),
        ("Move the Pilot deal to Proposal.", "said before"),
        ("Move the Pilot deal to Proposal" + ", if you would be so kind" * 6, "too long"),
        ("Move the Pilot deal to {stage} Proposal.", "placeholder"),
        ("Move the Pilot deal 0123456789abcdef0 to Proposal.", "id"),
        ("Move the deal to Proposal.", "names missing"),
        ("Move the Pilot deal of Acme Foods to Proposal.", "names added"),
        ("For Robert, tell Bob to move the Pilot deal to Proposal.", "names added"),
        ("Move the Pilot deal to Negotiation.", "states missing"),
        ("Move the Pilot quote to Proposal.", "steering words missing"),
        ("Move the Pilot deal to Proposal for $5.", "numbers added"),
    ],
)
async def test_a_bad_wording_leaves_the_row_as_it_was(text: str, reason: str) -> None:
    done = await paraphrased(reply(text))
    assert done.rows == (row(),)
    assert (done.kept, done.refused) == (0, {reason: 1})


@pytest.mark.parametrize("text", ["sorry?", '{"utterance": 3}', '{"utterance": "x", "why": "y"}', "[]", "{}"])
async def test_garbage_leaves_the_row_as_it_was(text: str) -> None:
    done = await paraphrased(Scripted(lambda question: text))
    assert (done.rows, done.refused) == ((row(),), {"no usable reply": 1})


async def test_a_reply_that_the_client_cannot_use_is_counted_too() -> None:
    def fail(question: JsonObject) -> str:
        raise ModelReplyError("empty", model="scripted")

    done = await paraphrased(Scripted(fail))
    assert (done.rows, done.refused) == ((row(),), {"no usable reply": 1})


async def test_an_outage_is_raised_and_leaves_no_call_running() -> None:
    def fail(question: JsonObject) -> str:
        raise ModelUnavailable("down", model="scripted")

    model = Scripted(fail)
    with pytest.raises(ModelUnavailable, match="down"):
        await paraphrased(model, *(row(f"c-{n}") for n in range(20)), concurrency=2)
    assert model.running == 0
    assert len(model.requests) < 20


async def test_a_wording_is_given_out_once() -> None:
    rows = [
        row("a"),
        row("b", "Please move the Pilot deal to Proposal."),
        row("c", "Move Pilot, that deal, to Proposal"),
    ]
    done = await paraphrased(reply(GOOD), *rows)
    assert (done.kept, done.refused) == (1, {"said before": 2})
    assert [each.turns[0].user_utterance == GOOD for each in done.rows] == [True, False, False]


async def test_rows_come_back_in_order_whoever_answers_first() -> None:
    rows = [row(f"c-{n}", f"Move the Pilot deal to Proposal, it is worth ${n}.") for n in range(30)]
    model = Scripted(
        lambda question: dumps(
            {"utterance": f"Well, {question['utterance'][:1].lower()}{question['utterance'][1:]}"}
        )
    )
    done = await paraphrased(model, *rows, concurrency=4)
    assert [each.conversation_id for each in done.rows] == [each.conversation_id for each in rows]
    assert all(new.turns[0].user_utterance.startswith("Well, move") for new in done.rows)
    assert done.kept == 30
    assert model.most == 4


async def test_the_model_is_shown_what_users_say_and_nothing_of_the_target() -> None:
    turns = [says("Find Acme Foods"), bent(says("Who owns that client?", name="Acme Foods"), "turn_id", 2)]
    told = bent(turns[1], "expected_response.text", "Secret Owner")
    model = Scripted(lambda question: "{}")
    await paraphrased(model, conversation_of(bent(conversation(), "turns", [turns[0], told])))
    second = model.requests[1]
    assert loads_object(second.messages[1].content) == {
        "ask": "paraphrase",
        "earlier": ["Find Acme Foods"],
        "utterance": "Who owns that client?",
        "keep": [],
    }
    assert loads_object(model.requests[0].messages[1].content)["keep"] == ["Acme Foods"]
    assert (second.json_object, second.temperature, second.seed) == (True, TEMPERATURE, 7)


async def test_a_row_that_the_audit_finds_fault_with_is_left_alone_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The checks above let nothing through today; the audit must still have the last word."""
    monkeypatch.setattr("atlas.datasets.paraphrase.markers", lambda text: [])
    done = await paraphrased(reply("Move the Pilot deal to TODO Proposal."))
    assert done.rows == (row(),)
    assert (done.kept, done.refused) == (0, {"the audit finds: placeholder in an utterance": 1})
