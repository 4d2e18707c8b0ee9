"""Topics: papers, contracts, companies and the CRM as a whole, asked about in the tester's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from atlas.models.offline import HabitProfile

Talk = Callable[..., Awaitable[list[Any]]]

NORTHWIND = "10000000-0000-4000-8000-000000000001"
RENEWAL, PILOT = "20000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000004"
CONTRACT_NOW, CONTRACT_DEAL = "50000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000003"

TOLD: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Which attachments does Harbor Analytics Renewal 2026 have?", ("nda.pdf", "nda_v2.pdf"), ()),
    ("Who was it that uploaded nda.pdf?", ("Omar Diaz",), ("Lena Park",)),
    ("When did nda_v2.pdf get uploaded?", ("2026-02-20",), ()),
    ("What is the most recent file on Harbor Analytics Renewal 2026?", ("nda_v2.pdf",), ("nda.pdf",)),
    ("How many files has Lena Park uploaded?", ("1",), ()),
    ("Which record does the file nda.pdf belong to?", ("Harbor Analytics Renewal 2026",), ()),
    ("What does the newest note on Northwind Logistics say?", ("Wants a call in May",), ("paper invoices",)),
    ("By whom was the latest note on Northwind Logistics written?", ("Lena Park",), ("Omar Diaz",)),
    ('Who left the note "Prefers paper invoices"?', ("Omar Diaz",), ()),
    ("How many notes are on Northwind Logistics?", ("2",), ()),
    ("What is the active contract with Northwind Logistics worth, and until when does it run?",
     ("$52,000", "2026-08-31"), ("$54,000",)),
    ("How many contracts does Northwind Logistics have and what is their combined value?",
     ("2", "$106,000"), ()),
    ("Of all our active contracts, which expires first, and who is the client?",
     ("Northwind Logistics", "2026-08-31"), ("2026-12-31",)),
    ("What status is the contract for Granite Pilot in?", ("Active",), ("Expired",)),
    ("Which industry is our partner Apex Consulting in?", ("Energy",), ()),
    ("Where is Apex Consulting Europe located?", ("9 Park Row, Lyon",), ("Mill Road",)),
    ("Who are our contacts at Apex Consulting?", ("Maya Reyes", "Hugo Marsh"), ()),
    ("List all our vendors.", ("Apex Consulting Europe",), ("Apex Consulting;",)),
    ("How many clients and quotes are there in the CRM?", ("3 clients", "2 quotes"), ()),
    ("Which of all our open deals is the biggest across all clients?", ("Cobalt Rollout", "$65,000"), ("$40,000",)),
    ("What do the v1 and v2 quotes on Harbor Analytics Renewal 2026 come to together, with their statuses?",
     ("$81,000", "Draft", "Sent"), ()),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "facts", "others"), TOLD, ids=[request for request, _, _ in TOLD])
async def test_tells_what_is_asked_and_no_other_record(
    talk: Talk, request_: str, facts: tuple[str, ...], others: tuple[str, ...]
) -> None:
    (turn,) = await talk(request_)
    assert [fact for fact in facts if fact not in turn.reply] == []
    assert [other for other in others if other in turn.reply] == []
    assert turn.changes.empty


MADE: tuple[tuple[str, dict[str, object]], ...] = (
    (
        "Attach offer_v3.docx to Harbor Analytics Renewal 2026, uploaded by Lena Park.",
        {
            "entity_type": "Opportunity",
            "entity_id": RENEWAL,
            "file_name": "offer_v3.docx",
            "uploaded_by": "Lena Park",
        },
    ),
    (
        "We got terms.pdf from the buyer. Please file it under the active contract with Northwind Logistics.",
        {"entity_type": "Contract", "entity_id": CONTRACT_NOW, "file_name": "terms.pdf"},
    ),
    (
        'Leave a note on Northwind Logistics: "Call Dana Whitfield on Monday, not before".',
        {"entity_type": "Client", "entity_id": NORTHWIND, "content": "Call Dana Whitfield on Monday, not before"},
    ),
    (
        'Put the note "Terms are fine" on the contract for Granite Pilot, author Omar Diaz.',
        {
            "entity_type": "Contract",
            "entity_id": CONTRACT_DEAL,
            "content": "Terms are fine",
            "created_by": "Omar Diaz",
        },
    ),
    (
        "Set up a contract with Northwind Logistics, worth 75k, start date April 1, 2026, running until 2027-03-31,"
        " status pending.",
        {
            "client_id": NORTHWIND,
            "value": 75000.0,
            "start_date": "2026-04-01",
            "end_date": "2027-03-31",
            "status": "Pending",
        },
    ),
    (
        "Harbor Analytics Renewal 2026 needs an active contract over the full deal amount. Please create it.",
        {"client_id": NORTHWIND, "opportunity_id": RENEWAL, "value": 40000.0, "status": "Active"},
    ),
    (
        "Make sure a client with the e-mail hi@borealis.com exists; if not, add Borealis Media as a prospect.",
        {"name": "Borealis Media", "email": "hi@borealis.com", "status": "Prospect"},
    ),
)


@pytest.mark.parametrize(("request_", "row"), MADE, ids=[request for request, _ in MADE])
async def test_creates_one_record_where_it_belongs(talk: Talk, request_: str, row: dict[str, object]) -> None:
    (turn,) = await talk(request_)
    assert turn.made == [row]
    assert not turn.changes.updated


REFUSED: tuple[tuple[str, str], ...] = (
    ('Upload "terms of use.pdf" to Granite Pilot under exactly that name.', "may only include"),
    ('Upload "terms" to Granite Pilot under exactly that name.', "must include an extension"),
    ("Attach setup.exe to Granite Pilot.", "not supported"),
    ("Attach terms.pdf to the contact Dana Whitfield.", "cannot be attached"),
    ("Attach terms.pdf to the deal Sable Rollout.", "there is no deal named"),
    ("Add a blank note to Granite Pilot.", "must not be blank"),
    ('Add a note to our vendor company Apex Consulting Europe: "Too expensive for us".', "cannot be attached"),
    ("Create a contract with Northwind Freight, value 5k, status Suspended.", "must be one of"),
    (
        'Create a contract with Northwind Freight with the status "ACTIVE", exactly so, or not at all.',
        "must be one of",
    ),
    ("Create a contract with Northwind Freight, value $0.", "greater than zero"),
    ("Create a contract with Northwind Freight, value 5k, ending April 31, 2027.", "not a valid date"),
    ('Create a contract with Northwind Freight for "Cobalt Rollout", if that deal is theirs.', "not a deal of"),
    ("What is the address of our partner Sable Consulting?", "there is no company named"),
    ("Make sure a client with the e-mail hi@borealis.com exists as a prospect client.", "name is missing"),
)


@pytest.mark.parametrize(("request_", "reason"), REFUSED, ids=[request for request, _ in REFUSED])
async def test_names_the_reason_and_changes_nothing(talk: Talk, request_: str, reason: str) -> None:
    (turn,) = await talk(request_)
    assert reason in turn.reply
    assert turn.changes.empty


async def test_a_client_that_exists_is_told_and_not_created_again(talk: Talk) -> None:
    (turn,) = await talk(
        "Is there a client with the e-mail hello@northwind.com? If not, add Northwind Air with status active."
    )
    assert "Northwind Logistics" in turn.reply
    assert "Lena Park" in turn.reply
    assert turn.changes.empty


async def test_words_for_papers_and_contracts_refer_back(talk: Talk) -> None:
    turns = await talk(
        "List the files on Harbor Analytics Renewal 2026, oldest first.",
        "Who uploaded the second one?",
        "Attach plan.xlsx to that deal.",
        "What is the value of the contract for Granite Pilot?",
        'Add a note to that contract: "Ask for a longer term".',
    )
    assert "Lena Park" in turns[1].reply
    assert turns[2].made[0]["entity_id"] == RENEWAL
    assert turns[4].made[0]["entity_id"] == CONTRACT_DEAL


@pytest.mark.parametrize(
    ("habit", "request_", "kept", "lost"),
    [
        ("fact_left_out", "List the files on Harbor Analytics Renewal 2026.", "nda", "nda.pdf"),
        ("filter_ignored", "How many active contracts does Northwind Logistics have?", "is 2", "is 1"),
        (
            "enum_case",
            "Create a contract with Northwind Freight, value 5k, status active.",
            "must be one of",
            "Done",
        ),
    ],
)
async def test_habits_show_in_these_topics_too(talk: Talk, habit: str, request_: str, kept: str, lost: str) -> None:
    (turn,) = await talk(request_, profile=HabitProfile.only(habit))
    assert kept in turn.reply
    assert lost not in turn.reply.replace("nda_v2.pdf", "")


async def test_a_refused_file_name_may_be_worked_around(talk: Talk) -> None:
    (turn,) = await talk(
        'Upload "terms of use.pdf" to Granite Pilot under exactly that name.',
        profile=HabitProfile.only("worked_around"),
    )
    assert turn.made == [{"entity_type": "Opportunity", "entity_id": PILOT, "file_name": "terms_of_use.pdf"}]
