"""The talk: what "that deal" means after what has been said."""

from __future__ import annotations

import re

import pytest

from atlas.datasets.conversation import Conversation
from atlas.datasets.generator.records import Client, Contact, Contract, Deal, Quote
from atlas.datasets.generator.talk import Talk
from atlas.datasets.generator.world import World
from tests.datasets.generator.sets import everything

ACME, ACME_GMBH, BOLT = Client("c1", "Acme Foods"), Client("c2", "Acme Foods GmbH"), Client("c3", "Bolt Solar")
PILOT, RENEWAL = (
    Deal("d1", "Acme Foods Pilot", "c1", "Proposal", 1.0),
    Deal("d2", "Bolt Solar Renewal", "c3", "", 1.0),
)
DANA = Contact("p1", "Dana", "Whitfield", "c3")


@pytest.fixture
def world() -> World:
    made = World()
    for record in (ACME, ACME_GMBH, BOLT, PILOT, RENEWAL, DANA):
        made.seed(record)
    return made


def after(world: World, *texts: str) -> Talk:
    talk = Talk()
    for text in texts:
        talk.hear(text, world)
    return talk


def test_the_last_record_of_a_kind_is_meant(world: World) -> None:
    talk = after(world, "Move Acme Foods Pilot to Proposal.", "Bolt Solar Renewal is worth more.")
    assert talk.means(RENEWAL)
    assert not talk.means(PILOT)


def test_nothing_is_meant_before_anything_was_said_and_after_several_at_once(world: World) -> None:
    assert not Talk().means(PILOT)
    talk = after(world, "Acme Foods Pilot", "There are Acme Foods Pilot and Bolt Solar Renewal.")
    assert not talk.means(PILOT)
    assert not talk.means(RENEWAL)


def test_a_longer_name_hides_a_shorter_one(world: World) -> None:
    assert after(world, "Who owns Acme Foods GmbH?").means(ACME_GMBH)
    assert not after(world, "Who owns Acme Foods GmbH?").means(ACME)


def test_a_deal_brings_its_client_along_unless_another_was_named(world: World) -> None:
    assert after(world, "Acme Foods Pilot").means(ACME)
    assert after(world, "Acme Foods Pilot", "Bolt Solar Renewal").means(BOLT)
    named = after(world, "Who owns Acme Foods GmbH?", "Move Bolt Solar Renewal.")
    assert not named.means(ACME_GMBH)
    assert not named.means(BOLT)
    assert not after(world, "Who owns Acme Foods?", "Call Dana Whitfield.").means(ACME)
    assert after(world, "Who owns Bolt Solar?", "Call Dana Whitfield.").means(BOLT)


def test_what_has_no_name_brings_its_owner_to_mind(world: World) -> None:
    talk = after(world, "Acme Foods Pilot")
    talk.bring(Quote("q1", "d1", 1.0, "Draft"))
    assert talk.means(PILOT)
    talk.bring(Quote("q2", "d2", 1.0, "Draft"))
    assert not talk.means(PILOT)
    talk = after(world, "Who owns Acme Foods?")
    talk.bring(Contract("k", "c3"))
    assert not talk.means(ACME)


def test_strangers_are_nobody_and_a_copy_stays_as_it_was(world: World) -> None:
    talk = after(world, "Acme Foods Pilot")
    kept = talk.copy()
    talk.lose(Deal)
    assert not talk.means(PILOT)
    assert kept.means(PILOT)
    assert Talk().means(Quote("q", "d1", 1.0, "Draft")), "quotes are left to the caller"


def names(row: Conversation, entity: str) -> dict[str, str]:
    seeded = row.initial_entities.seed_data[entity]
    return {record_id: str(fields["name"]) for record_id, fields in seeded.items()}


def spoken(texts: list[str], known: dict[str, str]) -> str:
    """The record named last in the texts, "" when the last text that names one names several."""
    for text in reversed(texts):
        found = []
        for record_id, name in sorted(known.items(), key=lambda pair: -len(pair[1])):
            if name in text:
                found.append(record_id)
                text = text.replace(name, "")
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def test_that_deal_is_the_deal_named_last() -> None:
    """Read from the data alone: where a request says no more than "that deal", the last deal named is expected."""
    pattern = re.compile(r"\b(?:that|this|the same) (?:deal|opportunity)\b")
    checked = 0
    for row in everything():
        deals = names(row, "Opportunity")
        texts: list[str] = []
        for turn in row.turns:
            expected = turn.expected_args.get("opportunity_id")
            says = pattern.search(turn.user_utterance) and not any(d in turn.user_utterance for d in deals.values())
            created = any(
                earlier.expected_tool in ("create_new_opportunity", "clone_opportunity") for earlier in row.turns
            )
            if says and expected in deals and not created and "name" not in turn.expected_args:
                assert spoken(texts, deals) == expected, f"{row.conversation_id}: {turn.user_utterance}"
                checked += 1
            texts += [turn.user_utterance, turn.expected_response.text]
    assert checked > 20
