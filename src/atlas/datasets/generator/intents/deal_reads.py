"""Questions about one deal or about a client's deals."""

from __future__ import annotations

from datetime import date

from atlas.datasets.generator import facts
from atlas.datasets.generator.intents.wording import spoken_value
from atlas.datasets.generator.phrases import deal_reads as phrases
from atlas.datasets.generator.records import OPEN_STAGES, Client, Deal
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import listed, long_date, money


def stage_and_amount(scene: Scene) -> None:
    deal = scene.pick(scene.world.deals())
    scene.ask(phrases.STAGE_AND_AMOUNT, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("{name} is in {stage} and worth {amount}.", "{name}: stage {stage}, amount {amount}."),
        (facts.text(deal.stage), facts.dollars(deal.amount)),
        name=deal.name,
        stage=deal.stage,
        amount=money(deal.amount),
    )


def close_date(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.close_date])
    scene.ask(phrases.CLOSE_DATE, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("The close date of {name} is {day}.", "{name} has the close date {day}."),
        (facts.day(deal.close_date),),
        name=deal.name,
        day=_long(deal),
    )


def owner(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.owner])
    scene.ask(phrases.OWNER, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("{name} is owned by {owner}.", "The owner of {name} is {owner}."),
        (facts.name(deal.owner or ""),),
        name=deal.name,
        owner=deal.owner,
    )


def probability(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.probability])
    scene.ask(phrases.PROBABILITY, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("The win probability of {name} is {odds}%.", "{name} stands at {odds}%."),
        (facts.number(deal.probability or 0),),
        name=deal.name,
        odds=deal.probability,
    )


def picture(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.owner and deal.close_date])
    scene.ask(phrases.PICTURE, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("{name} is in {stage}, worth {amount}, with close date {day}; the owner is {owner}.",),
        (
            facts.text(deal.stage),
            facts.dollars(deal.amount),
            facts.day(deal.close_date),
            facts.name(deal.owner or ""),
        ),
        name=deal.name,
        stage=deal.stage,
        amount=money(deal.amount),
        day=_long(deal),
        owner=deal.owner,
    )


def client_of(scene: Scene) -> None:
    deal = scene.pick(scene.world.deals())
    client = scene.client_of(deal)
    if client.email is None:
        raise Unfit
    scene.ask(phrases.CLIENT_OF, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("client_search", client_id=client.id)
    scene.show(client)
    scene.focus(client, deal)
    scene.reply(
        ("{deal} belongs to {client}; their e-mail is {email}.", "The client is {client}, e-mail {email}."),
        (facts.name(client.name), facts.text(client.email)),
        deal=deal.name,
        client=client.name,
        email=client.email,
    )


def open_total(scene: Scene) -> None:
    client = _client_with_open_deals(scene, 2)
    deals = scene.world.open_deals_of(client)
    scene.ask(phrases.OPEN_TOTAL, client=scene.client(client))
    _search(scene, client)
    scene.focus(client)
    scene.blur(Deal)
    scene.reply(
        ("{client} has {count} open deals worth {total} in total.", "There are {count}, adding up to {total}."),
        (facts.number(len(deals)), facts.dollars(sum(deal.amount for deal in deals))),
        client=client.name,
        count=len(deals),
        total=money(sum(deal.amount for deal in deals)),
    )


def largest_open(scene: Scene) -> None:
    client = _client_with_open_deals(scene, 2)
    deals = sorted(scene.world.open_deals_of(client), key=lambda deal: -deal.amount)
    if deals[0].amount == deals[1].amount:
        raise Unfit
    scene.ask(phrases.LARGEST_OPEN, client=scene.client(client))
    _search(scene, client)
    scene.focus(deals[0], client)
    scene.reply(
        ("The largest is {deal} at {amount}.", "That is {deal}, worth {amount}."),
        (facts.name(deals[0].name), facts.dollars(deals[0].amount)),
        deal=deals[0].name,
        amount=money(deals[0].amount),
    )


def first_to_close(scene: Scene) -> None:
    client = _client_with_open_deals(scene, 2)
    deals = sorted(scene.world.open_deals_of(client), key=lambda deal: deal.close_date or "9")
    if deals[0].close_date in (None, deals[1].close_date):
        raise Unfit
    scene.ask(phrases.FIRST_TO_CLOSE, client=scene.client(client))
    _search(scene, client)
    scene.focus(deals[0], client)
    scene.reply(
        ("{deal} closes first, on {day}.", "The next one is {deal}; it closes on {day}."),
        (facts.name(deals[0].name), facts.day(deals[0].close_date)),
        deal=deals[0].name,
        day=_long(deals[0]),
    )


def list_open(scene: Scene) -> None:
    client = _client_with_open_deals(scene, 1)
    deals = scene.world.open_deals_of(client)
    scene.ask(phrases.LIST_OPEN, client=scene.client(client))
    _search(scene, client)
    scene.focus(client)
    if len(deals) == 1:
        scene.focus(client, deals[0])
    else:
        scene.blur(Deal)
    scene.reply(
        ("Open with {client}: {names}.", "{client} has these open deals: {names}."),
        facts.names(deal.name for deal in deals),
        client=client.name,
        names=listed([deal.name for deal in deals]),
    )


def stage_total(scene: Scene) -> None:
    stage = scene.one_of(sorted({deal.stage for deal in scene.world.deals() if deal.stage in OPEN_STAGES}))
    deals = [deal for deal in scene.world.deals() if deal.stage == stage]
    scene.ask(phrases.STAGE_TOTAL, stage=spoken_value(scene.rng, stage))
    scene.call("summarize_opportunities", stage=stage)
    scene.focus(None)
    scene.blur(Deal)
    scene.reply(
        ("Deals in {stage}: {count}, worth {total} in total.", "{stage}: {count} in all, total {total}."),
        (facts.number(len(deals)), facts.dollars(sum(deal.amount for deal in deals))),
        stage=stage,
        count=len(deals),
        total=money(sum(deal.amount for deal in deals)),
    )


def owner_total(scene: Scene) -> None:
    person = scene.one_of(sorted({deal.owner for deal in scene.world.deals() if deal.owner}))
    deals = [deal for deal in scene.world.deals() if deal.owner == person]
    scene.ask(phrases.OWNER_TOTAL, owner=person)
    scene.call("summarize_opportunities", owner=person)
    scene.focus(None)
    scene.blur(Deal)
    scene.reply(
        ("Deals owned by {owner}: {count}, total {total}.", "In all {count} for {owner}, {total} in total."),
        (facts.number(len(deals)), facts.dollars(sum(deal.amount for deal in deals))),
        owner=person,
        count=len(deals),
        total=money(sum(deal.amount for deal in deals)),
    )


def _client_with_open_deals(scene: Scene, least: int) -> Client:
    return scene.pick([c for c in scene.world.clients() if len(scene.world.open_deals_of(c)) >= least])


def _search(scene: Scene, client: Client) -> None:
    """The reference way to a client's deals."""
    scene.find(client)
    scene.call("opportunity_search", client_id=client.id)
    scene.show(*scene.world.deals_of(client))


def _long(deal: Deal) -> str:
    return long_date(date.fromisoformat(deal.close_date or ""))
