"""Contradictions between the parts of a row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import StateDiff
from atlas.datasets.audit import contradictions
from atlas.datasets.audit.finding import Surroundings
from tests.datasets.audit.making import SURROUNDINGS, current, old, says, spots, talk
from tests.datasets.samples import CLIENT, DEAL, bent, failing_turn

OTHER = "33333333-aaaa-4bbb-8ccc-000000000003"
FACT = {"kind": "money", "value": "1500.00"}


def replied(key: str, facts: list[JsonObject], text: str) -> tuple[tuple[str, JsonValue], ...]:
    return ((f"turns.0.expected_response.{key}", facts), ("turns.0.expected_response.text", text))


def test_a_reply_states_its_facts_and_not_what_it_must_not() -> None:
    assert len(spots(contradictions.REPLIES, current(*replied("facts", [FACT], "It is $1,600.")))) == 1
    assert spots(contradictions.REPLIES, current(*replied("facts", [FACT], "It is $1,500."))) == []
    assert len(spots(contradictions.REPLIES, current(*replied("absent", [FACT], "It is $1,500.")))) == 1
    assert spots(contradictions.REPLIES, current(*replied("absent", [FACT], "It is $1,600."))) == []


def test_a_name_that_must_not_be_told_may_be_part_of_one_that_must() -> None:
    facts = [{"kind": "name", "value": "Acme Europe"}]
    absent = ("turns.0.expected_response.absent", [{"kind": "name", "value": "Acme"}])
    assert spots(contradictions.REPLIES, current(*replied("facts", facts, "It is Acme Europe."), absent)) == []
    both = current(*replied("facts", facts, "It is Acme Europe, and Acme."), absent)
    assert len(spots(contradictions.REPLIES, both)) == 1


def test_a_client_that_exists_need_not_be_created() -> None:
    write = SURROUNDINGS.specs["modify_opportunity"]
    surroundings = Surroundings({"ensure_client": write}, SURROUNDINGS.instructions)

    def found(mail: str) -> int:
        row = talk(says("See to it", "ensure_client", email=mail, name="Acme Two"))
        return len(contradictions.STATES.findings([row], surroundings))

    assert found("Info@acme.com") == 0
    assert found("new@acme.com") == 2


def test_a_refusal_names_a_reason() -> None:
    assert len(spots(contradictions.REPLIES, talk(failing_turn()))) == 1
    right = bent(failing_turn(), "expected_response.text", "It was not found.")
    assert spots(contradictions.REPLIES, talk(right)) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [(f"opportunity_id={OTHER}", 1), (f"opportunity_id={DEAL}, client_id={CLIENT}", 0), (f"thing_id={DEAL}", 1)],
)
def test_an_id_in_a_reply_that_no_record_has_is_found(text: str, count: int) -> None:
    assert len(spots(contradictions.REPLY_IDS, current(("turns.0.expected_response.text", text)))) == count


def test_a_written_value_must_reach_the_expected_state() -> None:
    assert spots(contradictions.STATES, current()) == []
    lost = current(("turns.0.expected_args.stage", "Negotiation"))
    assert spots(contradictions.STATES, lost) == [
        (1, 1, "modify_opportunity.stage is 'Negotiation', which the expected state does not hold")
    ]


def test_a_value_that_is_overwritten_later_need_not() -> None:
    first = says("Move Pilot to Negotiation", "modify_opportunity", opportunity_id=DEAL, stage="Negotiation")
    last = says("No, to Proposal", "modify_opportunity", opportunity_id=DEAL, stage="Proposal")
    assert spots(contradictions.STATES, talk(first, last)) == []
    assert len(spots(contradictions.STATES, talk(last, first))) == 1


def test_without_a_write_nothing_may_differ() -> None:
    assert spots(contradictions.STATES, talk(says("Find Acme Foods"))) == [
        (1, None, "no turn writes, but the expected state differs from the first")
    ]
    refused = talk(failing_turn())
    assert len(spots(contradictions.STATES, refused)) == 1
    assert spots(contradictions.STATES, replace(refused, state=StateDiff())) == []


def test_a_change_to_what_is_so_already_is_found() -> None:
    idle = old(("turns.0.expected_args.stage", "Qualification"))
    assert spots(contradictions.IDLE, idle) == [
        (1, 1, "modify_opportunity is expected to change what is so already")
    ]
    assert spots(contradictions.IDLE, old()) == []


def test_a_reference_to_the_only_record_of_its_kind_is_followed() -> None:
    again = says("Move it", "modify_opportunity", opportunity_id="{{turn_1.opportunity_id}}", stage="Proposal")
    moved = says("Move Pilot", "modify_opportunity", opportunity_id=DEAL, stage="Proposal")
    assert [turn for _, turn, _ in spots(contradictions.IDLE, talk(moved, again))] == [2]
