"""The ledger: what it learns from turns, and what it thinks is needed next."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from atlas.core.json import JsonObject
from atlas.datasets.conversation import ConversationTurn, ExpectedResponse
from atlas.datasets.generator.ledger import Holdings, Ledger
from atlas.datasets.generator.records import Contact, Deal
from atlas.datasets.generator.scene import Intent, Scene
from atlas.datasets.generator.tool_shares import LEAST_SHARE, SHARES, TASK_COUNTS
from atlas.datasets.generator.world import World
from atlas.environments.crm.tools import SPECS

COMMON, RARE = "create_new_opportunity", "add_note"


def one(scene: Scene) -> None: ...


def other(scene: Scene) -> None: ...


def third(scene: Scene) -> None: ...


def turn(tool: str, category: str | None = None) -> ConversationTurn:
    arguments: JsonObject = {}
    said = ExpectedResponse("", "structured", (), False, (), (), ())
    return ConversationTurn(1, "x", (), tool, arguments, (), category is None, None, category, said)


def test_every_tool_of_the_crm_has_a_share() -> None:
    assert set(SHARES) == {spec.name for spec in SPECS}
    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert sum(TASK_COUNTS.values()) == 15_181


def test_shares_follow_the_published_counts_and_none_is_tiny() -> None:
    by_count = sorted(TASK_COUNTS, key=lambda tool: -TASK_COUNTS[tool])
    assert [SHARES[tool] for tool in by_count] == sorted(SHARES.values(), reverse=True)
    assert min(SHARES.values()) > LEAST_SHARE / 2


def test_what_falls_behind_is_needed_more_and_what_runs_ahead_less() -> None:
    held = Holdings()
    at_first = {tool: held.need(tool) for tool in (COMMON, RARE)}
    assert at_first == {tool: SHARES[tool] for tool in (COMMON, RARE)}
    for _ in range(100):
        held.add(one, turn(COMMON))
    assert held.need(COMMON) < at_first[COMMON]
    assert held.need(RARE) > at_first[RARE]


def test_an_intent_that_is_not_known_yet_comes_first_and_then_by_need() -> None:
    ledger = Ledger()
    ledger.add("test", [(one, turn(COMMON)), (other, turn(RARE))])
    orders = [ledger.by_need(Random(n), "test", (one, other, third), Counter[Intent]()) for n in range(200)]
    assert all(sorted(order, key=id) == sorted((one, other, third), key=id) for order in orders)
    assert sum(order[0] is third for order in orders) > 100
    firsts = Counter(ledger.by_need(Random(n), "test", (one, other), Counter[Intent]())[0] for n in range(200))
    assert firsts[one] > 150
    ledger.add("test", [(one, turn(COMMON))] * 60)
    firsts = Counter(ledger.by_need(Random(n), "test", (one, other), Counter[Intent]())[0] for n in range(200))
    assert firsts[other] > 50


def test_what_a_conversation_has_used_comes_later() -> None:
    ledger = Ledger()
    ledger.add("test", [(one, turn(COMMON)), (other, turn(COMMON))])
    used = Counter[Intent]({one: 1})
    firsts = Counter(ledger.by_need(Random(n), "test", (one, other), used)[0] for n in range(300))
    assert firsts[other] > 1.5 * firsts[one]


def test_the_rarest_category_is_refused_next() -> None:
    ledger = Ledger()
    ledger.add("test", [(one, turn("modify_client", "past_date")), (other, turn("modify_client", "blank_string"))])
    ledger.add("test", [(one, turn("modify_client", "past_date"))])
    assert all(ledger.by_rarity(Random(n), "test", (one, other))[0] is other for n in range(20))
    assert ledger.by_rarity(Random(1), "test", (one, other, third))[0] is third
    assert {ledger.by_rarity(Random(n), "train", (one, other))[0] for n in range(20)} == {one, other}


def test_a_deal_or_an_address_belongs_to_one_split() -> None:
    def world(deal: str, email: str | None) -> World:
        made = World()
        made.seed(Deal("d", deal, "c", "Proposal", 1.0))
        made.seed(Contact("p", "Ann", "Lee", "c", email=email))
        return made

    ledger = Ledger()
    assert ledger.claim("train", world("Acme Pilot", "ann@acme.com"))
    assert ledger.claim("train", world("Acme Pilot", "ann@acme.com")), "within a split names may come again"
    assert not ledger.claim("test", world("Acme Pilot", "ann@bolt.com"))
    assert not ledger.claim("test", world("Bolt Pilot", "ann@acme.com"))
    assert ledger.claim("test", world("Bolt Pilot", "ann@bolt.com"))
