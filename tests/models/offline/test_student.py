"""The student without habits: it understands requests in the tester's own words, or leaves all as it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from atlas.core.messages import ChatRequest, Message
from atlas.core.tools import ToolCall, ToolSpec
from atlas.models.offline import HabitProfile, offline_model

Talk = Callable[..., Awaitable[list[Any]]]

CHANGES: tuple[tuple[str, dict[str, object]], ...] = (
    ("Move Harbor Analytics Renewal 2026 to negotiation.", {"stage": "Negotiation"}),
    ("could you please take Cobalt Rollout to closed won?", {"stage": "Closed-Won"}),
    ("We lost Cobalt Rollout, mark it as lost.", {"stage": "Closed-Lost"}),
    ("The Granite Pilot deal is worth $15.5k now, please update it.", {"amount": 15500.0}),
    ("Raise the amount of Granite Pilot by 10 percent.", {"amount": 13200.0}),
    ("Knock $2,000 off the value of Granite Pilot", {"amount": 10000.0}),
    ("Set the probability of Cobalt Rollout to 85%", {"probability": 85}),
    ("Cobalt Rollout should close at the end of June instead.", {"close_date": "2026-06-30"}),
    ("Push the close date of Cobalt Rollout back by two weeks.", {"close_date": "2026-06-03"}),
    ("Reassign Granite Pilot to Omar Diaz", {"owner": "Omar Diaz"}),
    ("Rename Granite Pilot to Granite Rollout.", {"name": "Granite Rollout"}),
    ("Approve the v2 quote for Harbor Analytics Renewal 2026.", {"status": "Approved"}),
    ("Cancel the draft quote on Harbor Analytics Renewal 2026.", {"status": "Canceled"}),
    ("Extend quote v1 of Harbor Analytics Renewal 2026 until April 17, 2026.", {"valid_until": "2026-04-17"}),
    ("Dana Whitfield's new job title is Head of Procurement. Please save it.", {"title": "Head of Procurement"}),
    ("Change the phone of Northwind Logistics to +1-646-555-0199.", {"phone": "+1-646-555-0199"}),
    ("Make Northwind Freight active again.", {"status": "Active"}),
    ('Change the account owner of "Northwind Freight" to Omar Diaz.', {"owner": "Omar Diaz"}),
    (
        "Move Granite Pilot to qualification and set its probability to 35%.",
        {"stage": "Qualification", "probability": 35},
    ),
)


@pytest.mark.parametrize(("request_", "changed"), CHANGES, ids=[request for request, _ in CHANGES])
async def test_changes_what_is_asked_and_no_more(talk: Talk, request_: str, changed: dict[str, object]) -> None:
    (turn,) = await talk(request_)
    assert turn.changed == changed
    assert not turn.changes.inserted
    assert not turn.changes.deleted


NORTHWIND = "10000000-0000-4000-8000-000000000001"
RENEWAL = "20000000-0000-4000-8000-000000000001"
MADE: tuple[tuple[str, dict[str, object]], ...] = (
    (
        'Create a new deal called "Borealis Launch" for Northwind Logistics: $48,500, prospecting, closing May 4.',
        {
            "name": "Borealis Launch",
            "client_id": NORTHWIND,
            "amount": 48500.0,
            "stage": "Prospecting",
            "close_date": "2026-05-04",
        },
    ),
    (
        "Draft a quote over USD 41,000 for Harbor Analytics Renewal 2026, valid until the end of May.",
        {"opportunity_id": RENEWAL, "amount": 41000.0, "status": "Draft", "valid_until": "2026-05-31"},
    ),
    (
        "Put a sent quote on Harbor Analytics Renewal 2026 for the full deal amount, version v3.",
        {"opportunity_id": RENEWAL, "amount": 40000.0, "status": "Sent", "version": "v3"},
    ),
    (
        "Add Priya Shah as a contact at Northwind Logistics, title VP of Finance, e-mail priya@northwind.com.",
        {
            "first_name": "Priya",
            "last_name": "Shah",
            "client_id": NORTHWIND,
            "title": "VP of Finance",
            "email": "priya@northwind.com",
        },
    ),
    (
        "New client: Borealis Media, e-mail hi@borealis.com, status prospect.",
        {"name": "Borealis Media", "email": "hi@borealis.com", "status": "Prospect"},
    ),
)


@pytest.mark.parametrize(("request_", "row"), MADE, ids=[request for request, _ in MADE])
async def test_creates_one_record_with_the_fields_that_were_given(
    talk: Talk, request_: str, row: dict[str, object]
) -> None:
    (turn,) = await talk(request_)
    assert turn.made == [row]
    assert not turn.changes.updated


TOLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What stage is Harbor Analytics Renewal 2026 in and what is it worth?", ("Proposal", "$40,000")),
    ("Who owns Cobalt Rollout?", ("Omar Diaz",)),
    ("When does Granite Pilot close?", ("2026-06-30",)),
    ("How many open deals does Northwind Logistics have and what do they add up to?", ("2", "$105,000")),
    ("Which of Northwind Logistics' open deals is the biggest?", ("Cobalt Rollout", "$65,000")),
    ("Which quote on Harbor Analytics Renewal 2026 is the cheapest?", ("v1", "$39,000")),
    ("What's the e-mail of Dana Whitfield?", ("dana@northwind.com",)),
    ("Who is the IT Director at Northwind Logistics?", ("Dana Whitfield",)),
    ("Which client is Granite Pilot for and what is their e-mail?", ("Northwind Freight", "hello@freight.com")),
    ("How far apart are the v1 and v2 quotes on Harbor Analytics Renewal 2026?", ("$3,000",)),
    ("How many deals are in negotiation and what is their total value?", ("1", "$65,000")),
)


@pytest.mark.parametrize(("request_", "facts"), TOLD, ids=[request for request, _ in TOLD])
async def test_answers_with_the_facts_asked_for_and_changes_nothing(
    talk: Talk, request_: str, facts: tuple[str, ...]
) -> None:
    (turn,) = await talk(request_)
    assert [fact for fact in facts if fact not in turn.reply] == []
    assert turn.changes.empty


REFUSED: tuple[tuple[str, str], ...] = (
    ("Change the amount of Harbor Analytics Renewal to $5,000.", "closed"),
    ("Set the probability of Cobalt Rollout to 150%.", "between 1 and 99"),
    ("Move the close date of Cobalt Rollout to 2025-06-01.", "past"),
    ("Set the amount of Cobalt Rollout to $0.", "greater than zero"),
    ("Make the amount of Cobalt Rollout 22 million.", "10,000,000"),
    ("Move Cobalt Rollout to the Signed stage.", "must be one of"),
    ("New client: Borealis Media, e-mail hello@northwind.com, status prospect.", "already"),
    ("Cobalt Rollout closes on April 31, 2027 now, update it.", "not a valid date"),
    ("Move Cobalt Rollouts to negotiation.", "there is no"),
    ("Create a quote for Cobalt Rollout with status draft.", "amount is missing"),
    ('Set the stage of Cobalt Rollout to "PROPOSAL", spelled exactly like that, or leave it.', "must be one of"),
)


@pytest.mark.parametrize(("request_", "reason"), REFUSED, ids=[request for request, _ in REFUSED])
async def test_names_the_reason_and_changes_nothing_when_it_cannot_be_done(
    talk: Talk, request_: str, reason: str
) -> None:
    (turn,) = await talk(request_)
    assert reason in turn.reply
    assert turn.changes.empty


async def test_resolves_words_for_records_against_the_conversation(talk: Talk) -> None:
    turns = await talk(
        "Tell me all quotes for Harbor Analytics Renewal 2026 ordered by amount, largest first.",
        "Change the status of the second one to approved.",
        "And what is that deal worth?",
        "Who owns Cobalt Rollout?",
        "Move it to proposal.",
        "What is Dana Whitfield's phone number?",
        "Her new number is +1-646-555-0177, please save it.",
    )
    assert list(turns[1].changes.updated["quotes"]) == ["30000000-0000-4000-8000-000000000001"]
    assert "$40,000" in turns[2].reply
    assert list(turns[4].changes.updated["opportunities"]) == ["20000000-0000-4000-8000-000000000003"]
    assert turns[6].changed == {"phone": "+1-646-555-0177"}


async def test_looks_a_record_up_before_it_writes_and_takes_ids_from_results(talk: Talk) -> None:
    (turn,) = await talk("Move Cobalt Rollout to proposal.")
    assert [call.name for call in turn.calls] == ["opportunity_search", "modify_opportunity"]
    assert turn.calls[1].parsed()["opportunity_id"] == turn.results[0].value[0]["opportunity_id"]


@pytest.mark.parametrize("request_", ["Sing me a song about the sea.", "asdf qwer", "", "???"])
async def test_says_so_and_does_nothing_when_it_understands_nothing(talk: Talk, request_: str) -> None:
    (turn,) = await talk(request_)
    assert turn.calls == ()
    assert "I did not understand" in turn.reply


async def test_uses_only_tools_that_are_offered() -> None:
    model = offline_model("student", seed=0, profile=HabitProfile.flawless())
    search = ToolSpec("opportunity_search", "", {"type": "object", "properties": {"name": {"type": "string"}}})
    messages = [
        Message("system", "Today is 2026-03-02 (Monday)."),
        Message("user", "Delete the deal Cobalt Rollout."),
    ]
    first = (await model.complete(ChatRequest(tuple(messages), (search,)))).message
    assert [call.name for call in first.tool_calls] == ["opportunity_search"]
    row = '[{"opportunity_id": "x-1", "client_id": "c-1", "name": "Cobalt Rollout"}]'
    messages += [first, Message("tool", row, tool_call_id=first.tool_calls[0].id)]
    second = (await model.complete(ChatRequest(tuple(messages), (search,)))).message
    assert second.tool_calls == ()
    assert "no tool" in second.content


async def test_takes_enum_values_from_the_schema_and_not_from_memory() -> None:
    model = offline_model("student", seed=0, profile=HabitProfile.flawless())
    stage = {"enum": ["IN-TALKS", "OVER"]}
    properties = {"opportunity_id": {"type": "string"}, "stage": stage}
    tools = (
        ToolSpec("opportunity_search", "", {"type": "object", "properties": {"name": {"type": "string"}}}),
        ToolSpec("modify_opportunity", "", {"type": "object", "properties": properties}, writes=True),
    )
    call = ToolCall("c1", "opportunity_search", '{"name":"Cobalt Rollout"}')
    row = '[{"opportunity_id": "x-1", "client_id": "c-1", "name": "Cobalt Rollout"}]'
    messages = (
        Message("system", "Today is 2026-03-02 (Monday)."),
        Message("user", "Move Cobalt Rollout to in talks."),
        Message("assistant", "", (call,)),
        Message("tool", row, tool_call_id="c1"),
    )
    (write,) = (await model.complete(ChatRequest(messages, tools))).message.tool_calls
    assert write.parsed() == {"opportunity_id": "x-1", "stage": "IN-TALKS"}


async def test_the_same_messages_give_the_same_completion(talk: Talk) -> None:
    requests = ("Move Cobalt Rollout to proposal.", "Raise its amount by 5%.", "What is it worth now?")
    first, second = await talk(*requests), await talk(*requests)
    assert [(turn.calls, turn.reply) for turn in first] == [(turn.calls, turn.reply) for turn in second]
