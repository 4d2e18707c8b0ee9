"""The reckoning: what records look like before each turn."""

from __future__ import annotations

from atlas.datasets.audit.reckoning import reckoned, target_id
from tests.datasets.audit.making import says, talk
from tests.datasets.samples import CLIENT, DEAL, failing_turn


def test_a_turn_finds_what_earlier_ones_changed() -> None:
    write = says("Raise Pilot", "modify_opportunity", opportunity_id=DEAL, updates={"amount": 5})
    amounts = [now[DEAL]["amount"] for _, now in reckoned(talk(write, says("How much?")))]
    assert amounts == [1000.0, 5]


def test_a_refused_turn_changes_nothing() -> None:
    stages = [now[DEAL]["stage"] for _, now in reckoned(talk(failing_turn(), says("Which stage?")))]
    assert stages == ["Qualification", "Qualification"]


def test_created_and_copied_records_go_by_reference() -> None:
    made = says("Add a deal", "create_new_opportunity", client_id=CLIENT, name="New", amount=7)
    copy = says("Copy Pilot", "clone_opportunity", opportunity_id=DEAL)
    *_, (_, now) = reckoned(talk(made, copy, says("Show them")))
    assert now["{{turn_1.opportunity_id}}"]["amount"] == 7
    assert now["{{turn_2.opportunity_id}}"]["amount"] == 1000.0


def test_the_target_of_a_call() -> None:
    row = talk(says("Show it"), says("Again", "client_search", client_id="{{turn_1.client_id}}"))
    assert target_id(row, row.turns[1].calls[0]) == CLIENT
    row = talk(says("Show it", "client_search", name="Acme Foods"))
    assert target_id(row, row.turns[0].calls[0]) == ""
