"""Requests in two parts: two changes, or a change and a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from atlas.core.tasks import Fact
from atlas.datasets.generator import changes, facts
from atlas.datasets.generator.changes import Change
from atlas.datasets.generator.intents import clients, contacts, deal_writes, quotes
from atlas.datasets.generator.intents.wording import CONFIRMED
from atlas.datasets.generator.phrases import pairs as phrases
from atlas.datasets.generator.records import Client, Contact, Deal, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import Bank, listed, long_date, money

C = TypeVar("C", Client, Contact, Deal, Quote)


def deal_fields(scene: Scene) -> None:
    deal = deal_writes.open_deal(scene)
    one, other = _two(scene, deal, changes.DEAL)
    bank = phrases.pair(phrases.DEAL_FIRST, phrases.DEAL_NEXT, one.column, other.column)
    changed = _changed(scene, deal, bank, (one, other))
    scene.focus(changed, scene.client_of(changed))
    _confirmed(scene, changed.name, (one, other))


def quote_fields(scene: Scene) -> None:
    quote = quotes.any_quote(scene, lambda q: q.status != "Canceled")
    one, other = _two(scene, quote, changes.QUOTE)
    bank = phrases.pair(phrases.QUOTE_FIRST, phrases.QUOTE_NEXT, one.column, other.column)
    changed = _changed(scene, quote, bank, (one, other))
    scene.focus(changed, scene.deal_of(changed))
    _confirmed(scene, quotes.label(changed), (one, other))


def client_fields(scene: Scene) -> None:
    client = clients.any_client(scene)
    one, other = _two(scene, client, changes.CLIENT)
    bank = phrases.pair(phrases.CLIENT_FIRST, phrases.CLIENT_NEXT, one.column, other.column)
    changed = _changed(scene, client, bank, (one, other))
    scene.focus(changed)
    _confirmed(scene, changed.name, (one, other))


def contact_fields(scene: Scene) -> None:
    contact = contacts.any_contact(scene)
    one, other = _two(scene, contact, changes.CONTACT)
    bank = phrases.pair(phrases.CONTACT_FIRST, phrases.CONTACT_NEXT, one.column, other.column)
    changed = _changed(scene, contact, bank, (one, other))
    scene.focus(changed, scene.client_of(changed))
    _confirmed(scene, changed.name, (one, other))


def change_and_ask(scene: Scene) -> None:
    """A field of a deal is changed and another one asked for."""
    deal = scene.pick([d for d in scene.world.deals() if d.open and d.owner and d.close_date and d.probability])
    column, asked = scene.rng.sample(sorted(changes.DEAL), 2)
    change = changes.DEAL[column](scene, deal)
    fact, told = _told(deal, asked)
    scene.ask(
        phrases.pair(phrases.DEAL_FIRST, phrases.DEAL_ASKED, column, asked),
        record=scene.deal(deal),
        value=change.spoken,
    )
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(scene.change(deal, **{column: change.value}))
    scene.reply(
        ("{name} now has {change}; the {told}.", "Done: {name} has {change}, and the {told}."),
        (fact,),
        name=deal.name,
        change=change.told,
        told=told,
    )


def move_both(scene: Scene) -> None:
    """Two deals go to stages of their own."""
    one = deal_writes.open_deal(scene)
    other = scene.one_of(deal for deal in scene.world.deals() if deal.open and deal.id != one.id)
    if one.name in other.name or other.name in one.name:
        raise Unfit
    first, second = changes.stage(scene, one), changes.stage(scene, other)
    if scene.world.restores(other, {"stage": second.value}):
        raise Unfit
    scene.ask(
        phrases.MOVE_BOTH, one=scene.deal(one), other=scene.deal(other), value=first.spoken, then=second.spoken
    )
    for deal, change in ((one, first), (other, second)):
        scene.find(deal)
        scene.change(deal, stage=change.value)
    scene.blur(Deal)
    scene.focus(None)
    scene.reply(
        [done + "{one} is now in {first} and {other} in {second}." for done in CONFIRMED],
        one=one.name,
        other=other.name,
        first=first.value,
        second=second.value,
    )


def _two(scene: Scene, record: C, kinds: Mapping[str, Callable[[Scene, C], Change]]) -> tuple[Change, Change]:
    """Changes of two different fields."""
    one, other = scene.rng.sample(sorted(kinds), 2)
    return kinds[one](scene, record), kinds[other](scene, record)


def _changed(scene: Scene, record: C, bank: Bank, parts: tuple[Change, Change]) -> C:
    one, other = parts
    scene.ask(bank, record=scene.holder(record), value=one.spoken, then=other.spoken)
    scene.find(record)
    return scene.change(record, **{one.column: one.value, other.column: other.value})


def _confirmed(scene: Scene, name: str, parts: tuple[Change, Change]) -> None:
    """End the turn; the state says whether it is right, so the reply needs no facts."""
    scene.reply(
        [done + "{name} now has {told}." for done in CONFIRMED],
        name=name,
        told=listed([part.told for part in parts]),
    )


def _told(deal: Deal, column: str) -> tuple[Fact, str]:
    """The fact that a question about a field asks for, and the words of a reply that states it."""
    if column == "stage":
        return facts.text(deal.stage), f"stage is {deal.stage}"
    if column == "amount":
        return facts.dollars(deal.amount), f"amount is {money(deal.amount)}"
    if column == "probability":
        return facts.number(deal.probability or 0), f"probability is {deal.probability}%"
    if column == "close_date":
        return facts.day(deal.close_date), f"close date is {long_date(date.fromisoformat(deal.close_date or ''))}"
    return facts.name(deal.owner or ""), f"owner is {deal.owner}"
