"""Pointing: words that refer back."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject
from atlas.datasets.audit import pointing
from atlas.datasets.audit.subject import Subject
from tests.datasets.audit.making import current, says, spots
from tests.datasets.samples import bent

WORLD: JsonObject = {
    "Client": {"c1": {"name": "Acme", "industry": "Food"}, "c2": {"name": "Zenith", "industry": "Tools"}},
    "Opportunity": {
        "d1": {"name": "Pilot", "client_id": "c1", "stage": "Proposal"},
        "d2": {"name": "Rollout", "client_id": "c2", "stage": "Proposal"},
    },
    "Quote": {"q1": {"opportunity_id": "d1", "version": "v1"}, "q2": {"opportunity_id": "d2", "version": "v2"}},
}


def talk(*turns: JsonObject) -> Subject:
    numbered = [bent(each, "turn_id", number) for number, each in enumerate(turns, start=1)]
    return current(("turns", numbered), ("initial_entities.seed_data", WORLD))


@pytest.mark.parametrize(
    ("first", "text", "second", "named"),
    [
        (
            {"client_id": "c1"},
            "Who owns that client?",
            {"client_id": "c2"},
            "Zenith, but the turn before was about A",
        ),
        ({"opportunity_id": "d1"}, "Rename this account", {"client_id": "c2"}, "Zenith, but the turn before"),
        ({"quote_id": "q1"}, "Close the same deal", {"opportunity_id": "d2"}, "Rollout, but the turn before"),
        ({"quote_ids": ["q1"]}, "Cancel that quote", {"quote_id": "q2"}, "v2, but the turn before was about v1"),
    ],
)
def test_words_that_mean_something_else_than_what_was_spoken_of_are_found(
    first: JsonObject, text: str, second: JsonObject, named: str
) -> None:
    found = spots(pointing.AMBIGUOUS, talk(says("Show it", **first), says(text, **second)))
    assert len(found) == 1
    assert named in found[0][2]


@pytest.mark.parametrize(
    ("first", "text", "second"),
    [
        ({"opportunity_id": "d1"}, "Who owns that client?", {"client_id": "c1"}),
        ({"quote_id": "q1"}, "Who is that client?", {"client_id": "c1"}),
        ({"client_id": "c1"}, "Who owns Zenith?", {"client_id": "c2"}),
        ({"client_id": "c1"}, "Who owns that client?", {"client_id": "{{turn_1.client_id}}"}),
        ({"name": "Acme"}, "Who owns that client?", {"client_id": "c2"}),
    ],
)
def test_what_can_only_mean_one_record_or_cannot_be_told_is_left_alone(
    first: JsonObject, text: str, second: JsonObject
) -> None:
    assert spots(pointing.AMBIGUOUS, talk(says("Show it", **first), says(text, **second))) == []


def test_a_later_turn_refers_back_in_words() -> None:
    row = talk(says("Show it"), says("Cancel the second quote"), says("Find Acme"))
    assert list(map(pointing.refers_back, row.turns)) == [False, True, False]
