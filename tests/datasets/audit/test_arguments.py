"""Arguments: calls that no tool takes, and those that accept anything."""

from __future__ import annotations

import pytest

from atlas.datasets.audit import arguments
from atlas.datasets.audit.finding import Surroundings
from tests.datasets.audit.making import SURROUNDINGS, old, says, spots, talk
from tests.datasets.samples import DEAL, bent, failing_turn


def test_an_expected_call_without_arguments_is_found() -> None:
    bad = old(("turns.0.expected_args", {}), ("turns.0.user_utterance", "Search for opportunities"))
    assert spots(arguments.EMPTY, bad) == [
        (1, 1, "modify_opportunity is expected without arguments, so any would match")
    ]


def test_whoever_asks_for_everything_needs_no_arguments() -> None:
    right = old(("turns.0.expected_args", {}), ("turns.0.user_utterance", "Summarize all opportunities"))
    assert spots(arguments.EMPTY, right) == []


def test_a_reply_that_is_graded_by_facts_needs_no_arguments() -> None:
    asked = bent(says("Who owns the most deals?", "client_search", name="x"), "expected_args", {})
    fact = bent(asked, "expected_response.facts", [{"kind": "name", "value": "Jo Doe"}])
    assert len(spots(arguments.EMPTY, talk(asked))) == 1
    assert spots(arguments.EMPTY, talk(fact)) == []


def test_a_tool_without_arguments_needs_none() -> None:
    spec = SURROUNDINGS.specs["client_search"]
    bare = type(spec)("client_search", "", {"type": "object", "properties": {}})
    row = old(("turns.0.expected_args", {}), ("turns.0.expected_tool", "client_search"))
    assert (
        list(arguments.EMPTY.findings([row], Surroundings({"client_search": bare}, SURROUNDINGS.instructions)))
        == []
    )


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("turns.0.expected_tool", "drop_table", "there is no tool drop_table"),
        ("turns.0.expected_args.colour", "red", "modify_opportunity has no argument colour"),
        ("turns.0.expected_args", {"stage": "Proposal"}, "modify_opportunity requires opportunity_id"),
        (
            "turns.0.expected_args",
            {"opportunity_id": DEAL, "updates": {"colour": "red"}},
            "modify_opportunity has no argument colour",
        ),
    ],
)
def test_a_call_that_the_tool_does_not_take_is_found(key: str, value: object, sentence: str) -> None:
    assert spots(arguments.UNFIT, old((key, value))) == [(1, 1, sentence)]


def test_a_call_that_fits_is_none_and_one_that_must_fail_need_not_fit() -> None:
    assert spots(arguments.UNFIT, old()) == []
    assert spots(arguments.UNFIT, talk(bent(failing_turn(), "expected_args", {"colour": "red"}))) == []
