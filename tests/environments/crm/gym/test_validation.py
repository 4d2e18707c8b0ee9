"""Validation: the kinds of wrong, told apart at the end only."""

from __future__ import annotations

import pytest

from atlas.environments.crm.gym.episode import Deed
from atlas.environments.crm.gym.progress import progress
from atlas.environments.crm.gym.validation import validate_episode, validate_step
from tests.environments.crm.gym.episodes import TARGET, deed, reply, verdict

RIGHT = [deed("opportunity_search"), deed("modify_opportunity"), reply(), deed("opportunity_details", 2), reply(2)]
UNREAD = deed("", error="no such tool", fault="action_decoding_error")


@pytest.mark.parametrize(
    ("deeds", "category"),
    [
        ([UNREAD, UNREAD], "action_decoding_error"),
        ([UNREAD, reply()], "wrong_tool"),
        ([deed("client_search"), reply(), reply(2)], "wrong_tool"),
        ([*RIGHT[:1], deed("modify_opportunity", error="no"), *RIGHT[2:]], "execution_failure"),
        (RIGHT, "validator_failure"),
    ],
)
def test_the_category_is_the_first_thing_that_went_wrong(deeds: list[Deed], category: str) -> None:
    failed = [verdict("state", False, 0.0, "the stage is wrong")]
    found = validate_episode(deeds, progress(TARGET, deeds), failed, reasons=True)
    assert (found.success, found.error_category) == (False, category)
    assert found.message == "failed: state: the stage is wrong"


def test_success() -> None:
    verdicts = [verdict("state", True, 1.0), verdict("metric", False, 0.0, required=False)]
    found = validate_episode([reply()], progress(TARGET, []), verdicts, reasons=True)
    assert (found.success, found.error_category) == (True, "success")
    assert found.details == {
        "failed": [],
        "reference_calls": 3,
        "reference_calls_made": 0,
        "reference_calls_through": 0,
    }


def test_reasons_can_be_left_out() -> None:
    found = validate_episode([reply()], progress(TARGET, []), [verdict("state", False, 0.0, "42")], reasons=False)
    assert found.message == "failed: state"


def test_a_step_says_only_whether_it_was_carried_out() -> None:
    assert validate_step(deed("client_search")).error_category == "success"
    assert validate_step(deed("client_search", error="no")).error_category == "execution_failure"
    assert validate_step(UNREAD).error_category == "action_decoding_error"
    assert validate_step(UNREAD).message == "no such tool"
    assert validate_step(UNREAD).details == validate_step(reply()).details == {}
