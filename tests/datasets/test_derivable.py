"""Derivability: values that were said, are stored or are one step away, and those from nowhere."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.core.json import JsonValue
from atlas.datasets.derivable import Sight, records_of

ACME, DEAL, QUOTE, OTHER = (f"{n}7358eca-2a86-4008-992e-372659ab1142" for n in "abcd")
RECORDS = records_of(
    {
        "Client": {
            ACME: {"name": "Acme Foods", "status": "Active"},
            OTHER: {"name": "Zenith Tools", "owner": "Al"},
        },
        "Opportunity": {
            DEAL: {
                "name": "Pilot Phase 2",
                "client_id": ACME,
                "stage": "Closed-Won",
                "amount": 1000.0,
                "close_date": "2026-04-01",
            }
        },
        "Quote": {QUOTE: {"opportunity_id": DEAL, "amount": 950.0, "version": "v1"}},
    }
)
TODAY = date(2026, 3, 2)


def follows(value: JsonValue, *requests: str) -> bool:
    return not Sight(requests, RECORDS, TODAY).unseen({"x": value})


def test_records_are_those_of_all_entities() -> None:
    assert set(RECORDS) == {ACME, DEAL, QUOTE, OTHER}


@pytest.mark.parametrize("record_id", [ACME, DEAL, QUOTE, OTHER])
def test_an_id_that_was_said_follows(record_id: str) -> None:
    assert follows(record_id, f"Create a new opportunity for client {record_id}")
    assert follows(record_id, f"Show {record_id.upper()}, please")


def test_an_id_that_was_said_follows_even_when_no_record_has_it() -> None:
    unknown = "e7358eca-2a86-4008-992e-372659ab1142"
    assert follows(unknown, f"Show me details for opportunity {unknown}")
    assert not follows(unknown, f"Show me details for opportunity {DEAL}")


def test_an_id_of_another_record_does_not_stand_for_this_one() -> None:
    assert not follows(OTHER, f"Create a new opportunity for client {ACME}")
    assert not follows(ACME, f"Show client {OTHER}")


def test_the_id_of_a_neighbour_singles_a_record_out() -> None:
    assert follows(ACME, f"Who is the client of {DEAL}?")
    assert follows(QUOTE, f"Show the quote of {DEAL}")


def test_an_id_follows_from_the_name_of_its_record_or_of_a_neighbour() -> None:
    assert follows(DEAL, "How is pilot phase 2 doing?")
    assert follows(DEAL, "The deal of Acme Foods, please")
    assert follows(ACME, "Who buys Pilot Phase 2?")
    assert not follows(DEAL, "How is the deal doing?")


def test_very_short_texts_single_nothing_out() -> None:
    assert not follows(OTHER, "Also the final one")


@pytest.mark.parametrize(
    ("value", "request_text"),
    [
        ("Closed-Lost", "mark it as closed lost"),
        ("Jane  Doe", "the owner is jane doe"),
        ("Active", "anything"),
        ("closed won", "anything"),
        ("", "clear the notes"),
        ("2026-04-17", "close it on April 17"),
        ("2026-04-15", "push it by two weeks"),
        ("2026-03-12", "10 days from today"),
        ("{{turn_1.opportunity_id}}", "anything"),
        (None, "anything"),
        (True, "anything"),
        (48_500, "make it $48.5k"),
        (1000, "anything"),
        (1100.0, "raise it by 10 %"),
        (855.0, "10% off that quote"),
        (3, "the best three"),
    ],
)
def test_what_follows(value: JsonValue, request_text: str) -> None:
    assert follows(value, request_text)


@pytest.mark.parametrize(
    ("value", "request_text"),
    [
        ("Prospecting", "create a deal"),
        ("document.pdf", "attach a document"),
        ("", "change the notes"),
        ("2026-04-18", "close it on April 17"),
        ("2026-04-16", "push it by two weeks"),
        (75_000, "create a deal"),
        (1100.01, "raise it by 10 %"),
        (30, "set the odds"),
    ],
)
def test_what_comes_from_nowhere(value: JsonValue, request_text: str) -> None:
    assert not follows(value, request_text)


def test_earlier_requests_count() -> None:
    assert follows("Jane Doe", "I spoke with Jane Doe.", "Make her the owner.")


def test_unseen_values_come_with_their_dotted_keys() -> None:
    sight = Sight(("find Acme",), RECORDS, TODAY)
    found = sight.unseen({"criteria": {"name": "Acme", "owner": "Bob"}, "tags": ["acme", "vip"], "amount": 7})
    assert found == [("criteria.owner", "Bob"), ("tags.1", "vip"), ("amount", 7)]
