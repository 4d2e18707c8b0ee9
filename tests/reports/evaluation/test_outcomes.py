from __future__ import annotations

from atlas.reports.breakdown import Outcome, breakdown
from atlas.reports.evaluation import outcomes
from atlas.reports.evaluation.evaluation import Evaluation
from tests.reports.evaluation.evaluated import evaluation, played, task
from tests.reports.played import OUTAGE, session

TASKS = (
    task("a", ["quote_search", "create_quote", None], refusals={2: "negative_amount"}, complexity="simple"),
    task("b", ["create_quote"], family="deals", complexity="complex"),
    task("lost"),
    task("unscored"),
)


def mixed() -> Evaluation:
    """One conversation broken at its second turn, one right, one lost below us and one without a verdict."""
    sessions = [
        played("a", [True, False, True], calls=[False, True, True]),
        played("b", [True]),
        session("lost", None, failure=OUTAGE),
        session("unscored", None),
    ]
    return evaluation("mini", sessions, TASKS)


def counts(found: list[Outcome]) -> dict[str, tuple[int, int]]:
    return {group.name: (group.rate.passed, group.rate.total) for group in breakdown(found)}


def test_turns_count_under_the_tool_that_decides_them() -> None:
    assert counts(list(outcomes.turns_by_tool(mixed()))) == {
        "quote_search": (1, 1),
        "create_quote": (1, 2),
        "(no call)": (1, 1),
    }


def test_calls_are_a_metric_of_their_own() -> None:
    assert counts(list(outcomes.calls_by_tool(mixed()))) == {
        "quote_search": (0, 1),
        "create_quote": (2, 2),
        "(no call)": (1, 1),
    }


def test_only_turns_to_be_refused_count_as_refusals() -> None:
    assert counts(list(outcomes.refusals(mixed()))) == {"negative_amount": (0, 1)}


def test_sessions_count_under_family_and_complexity() -> None:
    assert counts(list(outcomes.by_family(mixed()))) == {"quotes": (0, 1), "deals": (1, 1)}
    assert counts(list(outcomes.by_complexity(mixed()))) == {"simple": (0, 1), "complex": (1, 1)}


def test_a_wrong_state_fails_the_conversation_and_no_turn() -> None:
    found = evaluation("mini", [played("b", [True], state=False)], TASKS)
    assert counts(list(outcomes.by_family(found))) == {"deals": (0, 1)}
    assert counts(list(outcomes.turns_by_tool(found))) == {"create_quote": (1, 1)}
