"""Requests about the CRM as a whole: counts, totals and lists over all clients; and clients that must exist."""

from __future__ import annotations

from collections import Counter
from datetime import date

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.quotes import deal_with_quotes
from atlas.datasets.generator.intents.wording import CONFIRMED, named, spoken_value
from atlas.datasets.generator.phrases import overview as phrases
from atlas.datasets.generator.population import domain
from atlas.datasets.generator.records import CLIENT_STATUSES, Client, Contact, Deal, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import listed, long_date, money


def counts(scene: Scene) -> None:
    world = scene.world
    sizes = {
        "clients": len(world.clients()),
        "contacts": len(world.contacts()),
        "deals": len(world.deals()),
        "quotes": len(world.quotes()),
        "contracts": len(world.contracts()),
        "documents": len(world.documents()),
        "notes": len(world.notes()),
    }
    kinds = scene.rng.sample(sorted(sizes), scene.rng.randint(2, 3))
    scene.ask(phrases.COUNTS, kinds=listed(kinds))
    scene.call("summarize_counts")
    scene.focus(None)
    scene.reply(
        ("In the CRM: {counts}.", "There are {counts}."),
        [facts.number(sizes[kind]) for kind in kinds],
        counts=listed([f"{sizes[kind]} {kind}" for kind in kinds]),
    )


def deal_total(scene: Scene) -> None:
    deals = scene.world.deals()
    scene.ask(phrases.DEAL_TOTAL)
    scene.call("summarize_opportunities")
    _of_all(scene)
    scene.reply(
        ("All in all {count} deals, worth {total}.", "There are {count}, adding up to {total}."),
        (facts.number(len(deals)), facts.dollars(sum(deal.amount for deal in deals))),
        count=len(deals),
        total=money(sum(deal.amount for deal in deals)),
    )


def busiest_owner(scene: Scene) -> None:
    (person, most), *others = Counter(deal.owner for deal in scene.world.deals() if deal.owner).most_common()
    if others and others[0][1] == most:
        raise Unfit
    scene.ask(phrases.BUSIEST_OWNER)
    scene.call("summarize_opportunities")
    _of_all(scene)
    scene.reply(
        ("That is {person}, with {count} deals.", "{person} owns the most deals: {count}."),
        (facts.name(person or ""), facts.number(most)),
        person=person,
        count=most,
    )


def clients_with_status(scene: Scene) -> None:
    status = scene.one_of(sorted({client.status for client in scene.world.clients()}))
    clients = [client for client in scene.world.clients() if client.status == status]
    scene.ask(phrases.CLIENTS_WITH_STATUS, status=status.lower())
    _named_clients(scene, clients)


def clients_of_owner(scene: Scene) -> None:
    person = scene.one_of(sorted({client.owner for client in scene.world.clients() if client.owner}))
    clients = [client for client in scene.world.clients() if client.owner == person]
    scene.ask(phrases.CLIENTS_OF_OWNER, person=person)
    _named_clients(scene, clients)


def contacts_with_title(scene: Scene) -> None:
    title = scene.one_of(sorted({contact.title for contact in scene.world.contacts() if contact.title}))
    contacts = [contact for contact in scene.world.contacts() if contact.title == title]
    scene.ask(phrases.CONTACTS_WITH_TITLE, title=title)
    scene.call("list_contacts")
    scene.blur(Contact)
    scene.focus(contacts[0] if len(contacts) == 1 else None)
    scene.show(*contacts)
    scene.reply(
        ("With that title: {names}.", "{names}."),
        facts.names(contact.name for contact in contacts),
        names=listed([contact.name for contact in contacts]),
    )


def largest_deal(scene: Scene) -> None:
    deals = sorted((deal for deal in scene.world.deals() if deal.open), key=lambda deal: -deal.amount)
    if len(deals) < 2 or deals[0].amount == deals[1].amount:
        raise Unfit
    scene.ask(phrases.LARGEST_DEAL)
    scene.call("list_opportunities")
    _of_all(scene)
    scene.reply(
        ("The largest is {deal} at {amount}.", "That is {deal}, worth {amount}."),
        (facts.name(deals[0].name), facts.dollars(deals[0].amount)),
        deal=deals[0].name,
        amount=money(deals[0].amount),
    )


def next_deal(scene: Scene) -> None:
    deals = sorted((deal for deal in scene.world.deals() if deal.open), key=lambda deal: deal.close_date or "9")
    if len(deals) < 2 or deals[0].close_date in (None, deals[1].close_date):
        raise Unfit
    scene.ask(phrases.NEXT_DEAL)
    scene.call("list_opportunities")
    _of_all(scene)
    scene.reply(
        ("{deal} closes first, on {day}.", "The next one is {deal}; it closes on {day}."),
        (facts.name(deals[0].name), facts.day(deals[0].close_date)),
        deal=deals[0].name,
        day=long_date(date.fromisoformat(deals[0].close_date or "")),
    )


def quotes_with_status(scene: Scene) -> None:
    status = scene.one_of(sorted({quote.status for quote in scene.world.quotes()}))
    quotes = [quote for quote in scene.world.quotes() if quote.status == status]
    total = round(sum(quote.amount for quote in quotes), 2)
    scene.ask(phrases.QUOTES_WITH_STATUS, status=status.lower())
    scene.call("list_quotes")
    scene.blur(Quote)
    scene.focus(None)
    scene.reply(
        ("There are {count}, {total} in total.", "In all {count}, adding up to {total}."),
        (facts.number(len(quotes)), facts.dollars(total)),
        count=len(quotes),
        total=money(total),
    )


def two_quotes(scene: Scene) -> None:
    """Total and statuses of two quotes of a deal that has more."""
    deal = deal_with_quotes(scene, 2)
    one, other = scene.rng.sample(scene.world.quotes_of(deal), 2)
    total = round(one.amount + other.amount, 2)
    scene.ask(phrases.TWO_QUOTES, one=one.version, other=other.version, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("quote_search", opportunity_id=deal.id)
    scene.show(*scene.world.quotes_of(deal))
    scene.call("compare_quote_details", quote_ids=[one.id, other.id])
    scene.blur(Quote)
    scene.focus(deal)
    scene.reply(
        ("Together {total}; {one} is {first}, {other} is {second}.",),
        (facts.dollars(total), facts.text(one.status), facts.text(other.status)),
        total=money(total),
        one=one.version,
        other=other.version,
        first=one.status,
        second=other.status,
    )


def details(scene: Scene) -> None:
    deal = scene.pick([deal for deal in scene.world.deals() if deal.owner and deal.probability])
    scene.ask(phrases.DETAILS, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("opportunity_details", opportunity_id=deal.id)
    scene.focus(deal)
    scene.reply(
        ("{name}: stage {stage}, amount {amount}, probability {odds}%, owner {owner}.",),
        (
            facts.text(deal.stage),
            facts.dollars(deal.amount),
            facts.number(deal.probability or 0),
            facts.name(deal.owner or ""),
        ),
        name=deal.name,
        stage=deal.stage,
        amount=money(deal.amount),
        odds=deal.probability,
        owner=deal.owner,
    )


def ensure_new(scene: Scene) -> None:
    """A client that must exist and does not yet."""
    name, status = new_client_name(scene), scene.rng.choice(CLIENT_STATUSES)
    email = f"{scene.rng.choice(lexicon.MAILBOXES)}@{domain(name)}"
    scene.ask(phrases.ENSURE, name=named(scene.rng, name), email=email, status=spoken_value(scene.rng, status))
    client = Client("", name, None, email, status=status)
    made = scene.create("ensure_client", client, email=email, name=name, status=status)
    scene.focus(made)
    scene.reply([done + "{name} is now in the CRM as a new client." for done in CONFIRMED], name=name)


def ensure_known(scene: Scene) -> None:
    """A client that exists already, under a name that is nearly the one asked for."""
    client = scene.one_of(client for client in scene.world.clients() if client.email and client.owner)
    status = scene.rng.choice(CLIENT_STATUSES)
    other = f"{client.name} {scene.one_of(s for s in lexicon.SUFFIXES if s not in client.name)}"
    if any(record.name == other for record in scene.world.clients()):
        raise Unfit
    scene.ask(
        phrases.ENSURE_KNOWN,
        name=named(scene.rng, other),
        email=client.email,
        status=spoken_value(scene.rng, status),
    )
    scene.call("ensure_client", email=client.email, name=other, status=status)
    scene.show(client)
    scene.focus(client)
    scene.reply(
        (
            "That e-mail belongs to {name}; the account owner is {owner}.",
            "{name} has that e-mail already. The account owner is {owner}.",
        ),
        (facts.name(client.name), facts.name(client.owner or "")),
        name=client.name,
        owner=client.owner,
    )


def new_client_name(scene: Scene) -> str:
    """A name no client has, sharing no first word with one."""
    names = scene.world.names()
    root = scene.one_of(root for root in lexicon.ROOTS if root not in names)
    return f"{root} {scene.rng.choice(lexicon.SECTORS)[0]}"


def _named_clients(scene: Scene, clients: list[Client]) -> None:
    """The answer to a question that several clients may fit, found in the list of all."""
    scene.call("list_clients")
    scene.show(*clients)
    scene.blur(Client)
    scene.focus(clients[0] if len(clients) == 1 else None)
    scene.reply(
        ("These are {names}.", "{names}."),
        facts.names(client.name for client in clients),
        names="; ".join(client.name for client in clients),
    )


def _of_all(scene: Scene) -> None:
    scene.blur(Deal)
    scene.focus(None)
