"""How many of the expected calls were made."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject
from atlas.core.tasks import ExpectedCall, Target, TurnTarget
from atlas.core.trajectory import Step
from atlas.core.verdicts import Verdict
from atlas.verify.tool_calls import ToolCallsVerifier
from tests.verify.plays import called, played, turn


def verdict(expected: list[ExpectedCall], *steps: Step) -> Verdict:
    return ToolCallsVerifier().check(played(turn("ok", *steps)), Target((TurnTarget(calls=tuple(expected)),)))


def one(expected: JsonObject, actual: JsonObject | str) -> bool:
    return verdict([ExpectedCall("modify", expected)], called("modify", actual)).passed


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({}, {}),
        ({}, {"anything": 1}),
        ({"id": "o1"}, {"id": " o1 ", "limit": 5}),
        ({"amount": 48500}, {"amount": 48500.0}),
        ({"id": "o1", "stage": "Proposal"}, {"id": "o1", "updates": {"stage": "Proposal"}}),
        ({"criteria": {"name": "Harbor"}}, {"name": "Harbor"}),
        ({"ids": ["a", "b"]}, {"ids": ["a", "b"]}),
        ({"note": None}, {"note": None}),
    ],
)
def test_equivalent_arguments(expected: JsonObject, actual: JsonObject) -> None:
    assert one(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"id": "o1"}, {}),
        ({"id": "o1"}, {"id": "o2"}),
        ({"amount": 48500}, {"amount": 48501}),
        ({"amount": 48500}, {"amount": "48500"}),
        ({"stage": "Proposal"}, {"stage": "proposal"}),
        ({"ids": ["a", "b"]}, {"ids": ["a"]}),
        ({"ids": ["a", "b"]}, {"ids": ["b", "a"]}),
        ({"note": None}, {}),
        ({}, "{not json"),
        ({}, "[1]"),
    ],
)
def test_other_arguments(expected: JsonObject, actual: JsonObject | str) -> None:
    assert not one(expected, actual)


def test_the_score_is_the_share_of_expected_calls() -> None:
    expected = [ExpectedCall("search", {"name": "Harbor"}), ExpectedCall("view", {"id": "o1"})]
    found = verdict(expected, called("search", {"name": "Harbor"}), called("view", {"id": "o2"}))
    assert (found.passed, found.score, found.required) == (False, 0.5, False)
    assert found.reason == "turn 1: no call like view({'id': 'o1'})"


def test_a_call_counts_once() -> None:
    expected = [ExpectedCall("add", {"x": 1}), ExpectedCall("add", {"x": 1})]
    assert verdict(expected, called("add", {"x": 1})).score == 0.5
    assert verdict(expected, called("add", {"x": 1}), called("add", {"x": 1})).passed


def test_another_tool_with_the_same_arguments_does_not_count() -> None:
    assert not verdict([ExpectedCall("view", {"id": "o1"})], called("delete", {"id": "o1"})).passed


def test_without_expected_calls_nothing_is_missing() -> None:
    found = verdict([], called("search", {}))
    assert (found.passed, found.score) == (True, 1.0)


def test_a_reference_matches_what_an_earlier_result_held() -> None:
    target = Target((TurnTarget(), TurnTarget(calls=(ExpectedCall("view", {"id": "{{turn_1.quote_id}}"}),))))
    search = turn("found", called("search", {}, [{"quote_id": "q1"}, {"quote_id": "q2", "owner": "q9"}]))

    def passes(quote_id: str) -> bool:
        return (
            ToolCallsVerifier().check(played(search, turn("ok", called("view", {"id": quote_id}))), target).passed
        )

    assert passes("q1")
    assert passes("q2")
    assert not passes("q3")
    assert not passes("q9"), "another field held it"


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("{{turn_1.amount}}", 48500, True),
        ("{{turn_1.amount}}", 48501, False),
        (["{{turn_1.quote_id}}", "q7"], ["q1", "q7"], True),
        (["{{turn_1.quote_id}}", "q7"], ["q2", "q7"], False),
        (["{{turn_1.quote_id}}", "q7"], ["q1", "q8"], False),
        (["{{turn_1.quote_id}}"], "q1", False),
        ("{{turn_1.quote_id}}", ["q1"], False),
        ("{{turn_1.version}}", None, False),
    ],
)
def test_references_to_numbers_and_inside_lists(wanted: object, given: object, expected: bool) -> None:
    view = called("view", {}, {"quote_id": "q1", "amount": 48500.0, "version": None})
    assert verdict([ExpectedCall("use", {"x": wanted})], view, called("use", {"x": given})).passed is expected


def test_a_reference_does_not_match_a_later_result() -> None:
    target = Target((TurnTarget(calls=(ExpectedCall("view", {"id": "{{turn_1.quote_id}}"}),)),))
    guessed = turn("ok", called("view", {"id": "q1"}, {"quote_id": "q1"}))
    assert not ToolCallsVerifier().check(played(guessed), target).passed


@pytest.mark.parametrize(
    ("content", "expected"),
    [("Quote q1 is worth 48500.0.", True), ("Quote q2 is worth 48500.0.", False), ("Quote q1.", False), (7, False)],
)
def test_references_inside_text(content: object, expected: bool) -> None:
    call = ExpectedCall("add_note", {"content": "Quote {{turn_1.quote_id}} is worth {{turn_1.amount}}."})
    view = called("view", {}, {"quote": {"quote_id": "q1", "amount": 48500.0, "version": None}})
    assert verdict([call], view, called("add_note", {"content": content})).passed is expected


def test_each_turn_is_scored() -> None:
    target = Target((TurnTarget(calls=(ExpectedCall("a", {}),)), TurnTarget(calls=(ExpectedCall("b", {}),))))
    late = played(turn("ok"), turn("ok", called("a", {}), called("b", {})))
    found = ToolCallsVerifier().check(late, target)
    assert [score.ok for score in found.turns] == [False, True]
    short = ToolCallsVerifier().check(played(turn("ok", called("a", {}))), target)
    assert [score.met for score in short.turns] == [1, 0]
