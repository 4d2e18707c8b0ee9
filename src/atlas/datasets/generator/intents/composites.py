"""Requests that change several things of deals at once, or to a value that must be read first."""

from __future__ import annotations

from datetime import date

from atlas.datasets.generator import changes, facts
from atlas.datasets.generator.changes import Change
from atlas.datasets.generator.intents import deal_writes
from atlas.datasets.generator.intents.wording import CONFIRMED, rescaled, spoken_value
from atlas.datasets.generator.phrases import composites as phrases
from atlas.datasets.generator.population import price
from atlas.datasets.generator.records import Deal, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import Bank, listed, long_date, money, spoken_money, spoken_percent

LARGEST = 10_000_000


def rework(scene: Scene) -> None:
    """Stage, amount and owner of one deal."""
    deal = deal_writes.open_deal(scene)
    parts = (changes.stage(scene, deal), changes.amount(scene, deal), changes.owner(scene, deal))
    _changed(scene, deal, phrases.REWORK, parts)


def forecast(scene: Scene) -> None:
    """Stage, probability and close date of one deal."""
    deal = deal_writes.open_deal(scene)
    parts = (changes.stage(scene, deal), changes.odds(scene, deal), changes.close_date(scene, deal))
    _changed(scene, deal, phrases.FORECAST, parts)


def move_and_quote(scene: Scene) -> None:
    deal = deal_writes.open_deal(scene)
    stage, amount = changes.stage(scene, deal), price(scene.rng)
    status = scene.rng.choice(("Draft", "Sent"))
    scene.ask(
        phrases.MOVE_AND_QUOTE,
        deal=scene.deal(deal),
        stage=stage.spoken,
        status=spoken_value(scene.rng, status),
        amount=spoken_money(scene.rng, amount),
    )
    scene.find(deal)
    changed = scene.change(deal, stage=stage.value)
    made = _quoted(scene, changed, amount, status)
    scene.focus(made, changed)
    scene.reply(
        [done + "{name} is now in {stage} and has a {status} quote over {amount}." for done in CONFIRMED],
        name=deal.name,
        stage=stage.value,
        status=status,
        amount=money(amount),
    )


def raise_and_quote(scene: Scene) -> None:
    """The amount is raised by a share of itself, and the result quoted."""
    deal = deal_writes.open_deal(scene)
    percent, status = scene.rng.choice((5, 8, 10, 12, 15, 20, 25)), scene.rng.choice(("Draft", "Sent"))
    amount = rescaled(deal.amount, percent)
    if amount > LARGEST:
        raise Unfit
    scene.ask(
        phrases.RAISE_AND_QUOTE,
        deal=scene.deal(deal),
        percent=spoken_percent(scene.rng, percent),
        status=spoken_value(scene.rng, status),
    )
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    changed = scene.change(deal, amount=amount)
    made = _quoted(scene, changed, amount, status)
    scene.focus(made, changed)
    scene.reply(
        [done + "{name} is now worth {amount}, and the {status} quote is over the same." for done in CONFIRMED],
        (facts.dollars(amount),),
        name=deal.name,
        status=status,
        amount=money(amount),
    )


def match_quote(scene: Scene) -> None:
    """The amount of a deal becomes that of one of its quotes."""
    quotes = [quote for quote in scene.world.quotes() if quote.version and scene.deal_of(quote).open]
    quote = scene.one_of(quote for quote in quotes if quote.amount != scene.deal_of(quote).amount)
    deal = scene.deal_of(quote)
    if [other.version for other in scene.world.quotes_of(deal)].count(quote.version) > 1:
        raise Unfit
    scene.ask(phrases.MATCH_QUOTE, deal=scene.deal(deal), version=quote.version)
    scene.find(deal)
    scene.call("quote_search", opportunity_id=deal.id)
    scene.show(*scene.world.quotes_of(deal))
    scene.blur(Quote)
    changed = scene.change(deal, amount=quote.amount)
    scene.focus(changed, scene.client_of(changed))
    scene.reply(
        [done + "{name} is now worth {amount}." for done in CONFIRMED],
        (facts.dollars(quote.amount),),
        name=deal.name,
        amount=money(quote.amount),
    )


def same_day(scene: Scene) -> None:
    """The close date of a deal becomes that of another one."""
    deal = deal_writes.open_deal(scene)
    other = scene.one_of(
        d for d in scene.world.deals() if d.open and d.close_date and d.close_date != deal.close_date
    )
    if deal.name in other.name or other.name in deal.name:
        raise Unfit
    scene.ask(phrases.SAME_DAY, deal=scene.deal(deal), other=other.name)
    scene.find(deal)
    scene.find(other)
    scene.call("view_opportunity_details", opportunity_id=other.id)
    changed = scene.change(deal, close_date=other.close_date)
    scene.blur(Deal)
    scene.focus(None)
    day = date.fromisoformat(other.close_date or "")
    scene.reply(
        [done + "{name} now closes on {day}." for done in CONFIRMED],
        (facts.day(str(day)),),
        name=changed.name,
        day=long_date(day),
    )


def hand_over(scene: Scene) -> None:
    """Every open deal of a client gets another owner."""
    client = scene.pick([c for c in scene.world.clients() if len(scene.world.open_deals_of(c)) > 1])
    deals = scene.world.open_deals_of(client)
    owners = {deal.owner for deal in scene.world.deals() if deal.owner} - {deal.owner for deal in deals}
    owner = scene.one_of(sorted(owners))
    if any(scene.world.restores(deal, {"owner": owner}) for deal in deals):
        raise Unfit
    scene.ask(phrases.HAND_OVER, client=scene.client(client), owner=owner)
    scene.find(client)
    scene.call("opportunity_search", client_id=client.id)
    scene.show(*scene.world.deals_of(client))
    for deal in deals:
        scene.change(deal, owner=owner)
    scene.blur(Deal)
    scene.focus(client)
    scene.reply(
        [done + "{owner} now owns {names}." for done in CONFIRMED],
        owner=owner,
        names=listed([deal.name for deal in deals]),
    )


def _changed(scene: Scene, deal: Deal, bank: Bank, parts: tuple[Change, ...]) -> None:
    words = {"probability": "odds", "close_date": "day"}
    scene.ask(bank, deal=scene.deal(deal), **{words.get(part.column, part.column): part.spoken for part in parts})
    scene.find(deal)
    changed = scene.change(deal, **{part.column: part.value for part in parts})
    scene.focus(changed, scene.client_of(changed))
    scene.reply(
        [done + "{name} now has {told}." for done in CONFIRMED],
        name=deal.name,
        told=listed([part.told for part in parts]),
    )


def _quoted(scene: Scene, deal: Deal, amount: float, status: str) -> Quote:
    return scene.create(
        "create_quote",
        Quote("", deal.id, amount, status),
        opportunity_id=deal.id,
        amount=amount,
        status=status,
    )
