"""Requests in several parts: all of them are carried out, and a student who stops early leaves some out."""

from __future__ import annotations

import pytest

from atlas.models.offline import HabitProfile
from tests.models.offline.conftest import Talk

STOPS = HabitProfile.only("stops_early")


@pytest.mark.parametrize(
    "said",
    [
        "Move Cobalt Rollout to Proposal and set its amount to $70,000.",
        "Two things: change the amount of Cobalt Rollout to 70k and move it to proposal.",
        "Set the stage of Cobalt Rollout to Proposal, please. Also change the amount to $70,000.",
    ],
)
async def test_two_changes_of_one_deal(talk: Talk, said: str) -> None:
    (done,) = await talk(said)
    assert done.changed == {"stage": "Proposal", "amount": 70000.0}
    (stopped,) = await talk(said, profile=STOPS)
    assert len(stopped.changed) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Move Cobalt Rollout to Proposal and Granite Pilot to Qualification.",
        "Two deals have moved: Cobalt Rollout to proposal and the Granite Pilot deal to qualification.",
        "Put Cobalt Rollout into proposal, and move Granite Pilot to qualification.",
    ],
)
async def test_two_deals_in_one_request(talk: Talk, said: str) -> None:
    (done,) = await talk(said)
    stages = [change["stage"].after for change in done.changes.updated["opportunities"].values()]
    assert sorted(map(str, stages)) == ["Proposal", "Qualification"]
    (stopped,) = await talk(said, profile=STOPS)
    assert len(stopped.changes.updated["opportunities"]) == 1


async def test_a_change_and_a_question(talk: Talk) -> None:
    (done,) = await talk("Move Cobalt Rollout to Proposal and tell me who owns it.")
    assert done.changed == {"stage": "Proposal"}
    assert "Omar Diaz" in done.reply
    (stopped,) = await talk("Move Cobalt Rollout to Proposal and tell me who owns it.", profile=STOPS)
    assert "Omar Diaz" not in stopped.reply


async def test_every_open_deal_of_a_client_and_no_closed_one(talk: Talk) -> None:
    (done,) = await talk("Assign every open deal of Northwind Logistics to Dana Whitfield.")
    owners = [change["owner"].after for change in done.changes.updated["opportunities"].values()]
    assert owners == ["Dana Whitfield"] * 2
    (stopped,) = await talk("Assign every open deal of Northwind Logistics to Dana Whitfield.", profile=STOPS)
    assert len(stopped.changes.updated["opportunities"]) == 1


async def test_values_are_read_where_they_stand(talk: Talk) -> None:
    (day,) = await talk("Give Cobalt Rollout the same close date as Granite Pilot.")
    assert day.changed == {"close_date": "2026-06-30"}
    (amount,) = await talk("Set the amount of Harbor Analytics Renewal 2026 to the amount of its v2 quote.")
    assert amount.changed == {"amount": 42000.0}
