"""GAIA answers: the normalisation rules, case by case."""

from __future__ import annotations

import pytest

from atlas.core.state import StateDiff
from atlas.core.tasks import Target, TaskId, TurnTarget
from atlas.core.trajectory import Trajectory, Turn
from atlas.errors import VerifierError
from atlas.verify.gaia_answer import GaiaAnswerVerifier, final_answer, form_of, matches
from atlas.verify.registry import build_verifiers


@pytest.mark.parametrize(
    ("given", "right", "same"),
    [
        ("42", "42", True),
        ("42.0", "42", True),
        ("$1,234.50", "1234.5", True),
        ("17 %", "17", True),
        ("1e3", "1000", True),
        ("42 apples", "42", False),
        ("forty-two", "42", False),
        ("42.1", "42", False),
        ("", "42", False),
        ("nan", "42", False),
        ("-3", "-3", True),
        ("3", "-3", False),
        ("Berlin", "berlin", True),
        ("St. Petersburg", "st petersburg", True),
        ("sea gull", "Seagull", True),
        ("the Berlin", "Berlin", False),
        ("Berlin, Germany", "Berlin", False),
        ("a, b, c", "a,b,c", True),
        ("A;B", "a, b", True),
        ("a, b", "a, b, c", False),
        ("b, a", "a, b", False),
        ("1, 2.0, $3", "1,2,3", True),
        ("1, two", "1, 2", False),
        ("St. John, x", "St John, x", False),
        ("12, Main Street", "12, main street", True),
        ("a,,b", "a,,b", True),
        ("Infinity", "infinity", True),
    ],
)
def test_matches(given: str, right: str, same: bool) -> None:
    assert matches(given, right) is same


@pytest.mark.parametrize(
    ("right", "form"), [("3.50", "number"), ("-1", "number"), ("1,000", "list"), ("a; b", "list"), ("nan", "text")]
)
def test_form(right: str, form: str) -> None:
    assert form_of(right) == form


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("I looked.\nFINAL ANSWER: 42", "42"),
        ("FINAL ANSWER: 1\nno, wait\nfinal answer:  **2** \nThanks", "2"),
        ("**FINAL ANSWER:**\nParis", "Paris"),
        ('Final Answer: "x y"', "x y"),
        ("42", "42"),
        ("  `42`\n", "42"),
        ("FINAL ANSWER:", ""),
        ("", ""),
        ("The answer is 42.", "The answer is 42."),
    ],
)
def test_final_answer(reply: str, answer: str) -> None:
    assert final_answer(reply) == answer


def played(reply: str) -> Trajectory:
    turn = Turn(1, "How many?", (), reply, StateDiff())
    return Trajectory(TaskId("t"), "agent", (turn,), StateDiff())


def test_the_verdict_says_what_was_compared() -> None:
    verifier = GaiaAnswerVerifier()
    right = verifier.check(played("So: FINAL ANSWER: 42"), Target((TurnTarget(),), answer="42"))
    assert (right.passed, right.score, right.verifier, right.version) == (True, 1.0, "gaia_answer", "1")
    assert right.details == {"answer": "42", "form": "number"}
    wrong = verifier.check(played(""), Target((TurnTarget(),), answer="42"))
    assert (wrong.passed, wrong.score) == (False, 0.0)
    assert wrong.reason == "no answer is not '42', compared as a number"
    assert wrong.turns[0].wrong == (wrong.reason,)


def test_an_unpublished_answer_is_no_score() -> None:
    checks = build_verifiers(["gaia_answer"])
    with pytest.raises(VerifierError, match="not published"):
        checks.by_rule(played("42"), Target((TurnTarget(),)))
