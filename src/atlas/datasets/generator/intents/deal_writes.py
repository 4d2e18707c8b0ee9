"""Requests that create or change one deal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.wording import CONFIRMED, named, rescaled, spoken_value
from atlas.datasets.generator.phrases import deal_writes as phrases
from atlas.datasets.generator.population import ODDS, price
from atlas.datasets.generator.records import OPEN_STAGES, Client, Deal
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import (
    Bank,
    future_day,
    long_date,
    money,
    number_word,
    spoken_date,
    spoken_money,
    spoken_percent,
)


def open_deal(scene: Scene) -> Deal:
    """Any open deal, most likely the one talked about."""
    return scene.pick([deal for deal in scene.world.deals() if deal.open])


def move_stage(scene: Scene) -> None:
    deal = open_deal(scene)
    stage = scene.rng.choice([stage for stage in OPEN_STAGES if stage != deal.stage])
    scene.ask(phrases.MOVE_STAGE, deal=scene.deal(deal), stage=spoken_value(scene.rng, stage))
    scene.find(deal)
    _changed(scene, scene.change(deal, stage=stage), "{name} is now in {stage}.", stage=stage)


def set_amount(scene: Scene) -> None:
    deal = open_deal(scene)
    amount = price(scene.rng)
    if amount == deal.amount:
        raise Unfit
    scene.ask(phrases.SET_AMOUNT, deal=scene.deal(deal), amount=spoken_money(scene.rng, amount))
    scene.find(deal)
    _changed(
        scene, scene.change(deal, amount=amount), "the amount of {name} is now {amount}.", amount=money(amount)
    )


def set_odds(scene: Scene) -> None:
    deal = open_deal(scene)
    odds = scene.rng.choice([value for value in range(5, 100, 5) if value != deal.probability])
    scene.ask(phrases.SET_ODDS, deal=scene.deal(deal), odds=spoken_percent(scene.rng, odds))
    scene.find(deal)
    _changed(scene, scene.change(deal, probability=odds), "the probability of {name} is now {odds}%.", odds=odds)


def set_close(scene: Scene) -> None:
    deal = open_deal(scene)
    day = future_day(scene.rng, scene.today)
    if str(day) == deal.close_date:
        raise Unfit
    scene.ask(phrases.SET_CLOSE, deal=scene.deal(deal), day=spoken_date(scene.rng, day, scene.today))
    scene.find(deal)
    _changed(scene, scene.change(deal, close_date=str(day)), "{name} now closes on {day}.", day=long_date(day))


def push_close(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.open and deal.close_date])
    weeks = scene.rng.randint(2, 9)
    day = date.fromisoformat(deal.close_date or "") + timedelta(weeks=weeks)
    spoken = scene.rng.choice((number_word(weeks), str(weeks)))
    scene.ask(phrases.PUSH_CLOSE, deal=scene.deal(deal), weeks=spoken)
    scene.find(deal)
    changed = scene.change(deal, close_date=str(day))
    scene.focus(changed)
    scene.reply(
        ("{name} now closes on {day}.", "Done, the new close date of {name} is {day}."),
        (facts.day(str(day)),) if "tell me" in scene.said else (),
        name=deal.name,
        day=long_date(day),
    )


def raise_amount(scene: Scene) -> None:
    _rescale(scene, phrases.RAISE_AMOUNT, 1)


def cut_amount(scene: Scene) -> None:
    _rescale(scene, phrases.CUT_AMOUNT, -1)


def set_owner(scene: Scene) -> None:
    deal = scene.pick(scene.world.deals())
    owners = {other.owner for other in scene.world.deals() if other.owner} - {deal.owner}
    owner = scene.one_of(sorted(owners))
    scene.ask(phrases.SET_OWNER, deal=scene.deal(deal), owner=owner)
    scene.find(deal)
    _changed(scene, scene.change(deal, owner=owner), "{name} now belongs to {owner}.", owner=owner)


def rename(scene: Scene) -> None:
    deal = scene.pick(scene.world.deals())
    new = fresh_deal_name(scene, scene.client_of(deal))
    scene.ask(phrases.RENAME, deal=scene.deal(deal), new=f'"{new}"')
    scene.find(deal)
    _changed(scene, scene.change(deal, name=new), "the deal is now called {name}.")


def close_won(scene: Scene) -> None:
    deal = open_deal(scene)
    scene.ask(phrases.CLOSE_WON, deal=scene.deal(deal))
    scene.find(deal)
    _changed(scene, scene.change(deal, stage="Closed-Won"), "{name} is Closed-Won.")


def close_lost(scene: Scene) -> None:
    deal = open_deal(scene)
    scene.ask(phrases.CLOSE_LOST, deal=scene.deal(deal))
    scene.find(deal)
    _changed(scene, scene.change(deal, stage="Closed-Lost"), "{name} is Closed-Lost.")


def create(scene: Scene) -> None:
    client = scene.pick(scene.world.clients())
    stage = scene.rng.choice(OPEN_STAGES)
    deal = Deal("", fresh_deal_name(scene, client), client.id, stage, price(scene.rng))
    deal, more = _detailed(scene, deal)
    scene.ask(
        phrases.CREATE,
        name=named(scene.rng, deal.name),
        client=scene.client(client),
        amount=spoken_money(scene.rng, deal.amount),
        stage=spoken_value(scene.rng, stage),
        more=more,
    )
    scene.find(client)
    details = {"close_date": deal.close_date, "owner": deal.owner, "probability": deal.probability}
    made = scene.create(
        "create_new_opportunity",
        deal,
        name=deal.name,
        client_id=client.id,
        amount=deal.amount,
        stage=stage,
        **{field: value for field, value in details.items() if value is not None},
    )
    _changed(
        scene,
        made,
        "{name} has been created for {client} at {amount}.",
        client=client.name,
        amount=money(made.amount),
    )


def clone(scene: Scene) -> None:
    deal = scene.pick([d for d in scene.world.deals() if d.open and not d.name.endswith("(Clone)")])
    if any(other.name == f"{deal.name} (Clone)" for other in scene.world.deals()):
        raise Unfit
    scene.ask(phrases.CLONE, deal=scene.deal(deal))
    scene.find(deal)
    copy = replace(deal, name=f"{deal.name} (Clone)", created_at=None)
    made = scene.create("clone_opportunity", copy, opportunity_id=deal.id)
    _changed(scene, made, "the copy is called {name}.")


def delete(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if scene.world.deletable(deal)], stay=0.5)
    scene.ask(phrases.DELETE, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("delete_opportunity", opportunity_id=deal.id)
    scene.world.delete(deal)
    scene.focus(None)
    scene.blur(Deal)
    scene.reply([done + "{name} has been deleted." for done in CONFIRMED], name=deal.name)


def fresh_deal_name(scene: Scene, client: Client) -> str:
    """A deal name nobody has in this world, near to the client's other deals."""
    taken = {deal.name for deal in scene.world.deals()}
    names = [f"{client.name} {topic}" for topic in lexicon.TOPICS]
    names += [f"{name} {tag}" for name in names for tag in lexicon.TAGS]
    return scene.one_of(name for name in names if name not in taken)


def _detailed(scene: Scene, deal: Deal) -> tuple[Deal, str]:
    """The deal with some optional details, and the words that ask for them."""
    rng, words = scene.rng, list[str]()
    if rng.random() < 0.45:
        day = future_day(rng, scene.today)
        deal = replace(deal, close_date=str(day))
        words.append(
            rng.choice(("closing {}", "close date {}", "expected to close by {}")).format(
                spoken_date(rng, day, scene.today)
            )
        )
    if rng.random() < 0.35:
        deal = replace(deal, owner=rng.choice(sorted({d.owner for d in scene.world.deals() if d.owner})))
        words.append(rng.choice(("owned by {}", "owner {}", "assigned to {}")).format(deal.owner))
    if rng.random() < 0.3:
        deal = replace(deal, probability=rng.randint(*ODDS[deal.stage]) // 5 * 5)
        words.append(
            rng.choice(("probability {}", "with a {} probability", "with {} odds")).format(
                spoken_percent(rng, deal.probability or 5)
            )
        )
    return deal, "".join(f", {part}" for part in words)


def _rescale(scene: Scene, bank: Bank, sign: int) -> None:
    deal = open_deal(scene)
    percent = scene.rng.choice((5, 8, 10, 12, 15, 20, 25, 30))
    amount = rescaled(deal.amount, sign * percent)
    if amount > 10_000_000:
        raise Unfit
    scene.ask(bank, deal=scene.deal(deal), percent=spoken_percent(scene.rng, percent))
    scene.find(deal)
    scene.focus(scene.change(deal, amount=amount))
    scene.reply(
        ("{name} is now worth {amount}.", "Done: the new amount of {name} is {amount}."),
        (facts.dollars(amount),),
        name=deal.name,
        amount=money(amount),
    )


def _changed(scene: Scene, deal: Deal, confirmation: str, **slots: object) -> None:
    """End a turn that changed one deal; the state says whether it is right, so the reply needs no facts."""
    scene.focus(deal, scene.client_of(deal))
    scene.reply([done + confirmation for done in CONFIRMED], name=deal.name, **slots)
