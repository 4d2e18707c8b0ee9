"""Requests about clients: look up, create, change."""

from __future__ import annotations

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.wording import CONFIRMED, named, spoken_value
from atlas.datasets.generator.phrases import clients as phrases
from atlas.datasets.generator.population import address as any_address
from atlas.datasets.generator.population import domain
from atlas.datasets.generator.population import phone as any_phone
from atlas.datasets.generator.records import CLIENT_STATUSES, Client
from atlas.datasets.generator.scene import Scene, Unfit


def any_client(scene: Scene) -> Client:
    return scene.pick(scene.world.clients())


def email(scene: Scene) -> None:
    client = scene.pick([client for client in scene.world.clients() if client.email])
    twins = [c.email for c in scene.world.clients() if c.email and c.id != client.id and client.name in c.name]
    scene.ask(phrases.EMAIL, client=scene.client(client))
    _looked_up(scene, client)
    scene.reply(
        ("The e-mail address of {name} is {email}.", "{name} can be reached at {email}."),
        (facts.text(client.email or ""),),
        facts.texts(*twins),
        name=client.name,
        email=client.email,
    )


def phone_address(scene: Scene) -> None:
    client = scene.pick([client for client in scene.world.clients() if client.phone and client.address])
    scene.ask(phrases.PHONE_ADDRESS, client=scene.client(client))
    _looked_up(scene, client)
    scene.reply(
        (
            "{name}: phone {phone}, address {address}.",
            "The phone number of {name} is {phone}; the address is {address}.",
        ),
        facts.texts(client.phone or "", client.address or ""),
        name=client.name,
        phone=client.phone,
        address=client.address,
    )


def account(scene: Scene) -> None:
    client = scene.pick([client for client in scene.world.clients() if client.owner])
    scene.ask(phrases.ACCOUNT, client=scene.client(client))
    _looked_up(scene, client)
    scene.reply(
        (
            "The account owner of {name} is {owner} and the status is {status}.",
            "{name} is {status}; the account owner is {owner}.",
        ),
        (facts.name(client.owner or ""), facts.text(client.status)),
        name=client.name,
        owner=client.owner,
        status=client.status,
    )


def industry_count(scene: Scene) -> None:
    industry = scene.one_of(sorted({client.industry for client in scene.world.clients() if client.industry}))
    clients = [client for client in scene.world.clients() if client.industry == industry]
    scene.ask(phrases.INDUSTRY_COUNT, industry=industry)
    scene.call("client_search", industry=industry)
    scene.show(*clients)
    scene.focus(None)
    scene.blur(Client)
    if len(clients) == 1:
        scene.focus(clients[0])
    scene.reply(
        ("Clients in {industry} ({count}): {names}.",),
        facts.names(client.name for client in clients),
        industry=industry,
        count=len(clients),
        names="; ".join(client.name for client in clients),
    )


def create(scene: Scene) -> None:
    rng = scene.rng
    base = scene.one_of(scene.world.clients()).name.split()[0]
    root = rng.choice((base, rng.choice(lexicon.ROOTS)))
    sector, industry = rng.choice(lexicon.SECTORS)
    name = f"{root} {sector}"
    if any(client.name == name for client in scene.world.clients()):
        raise Unfit
    client = Client(
        "", name, None, f"{rng.choice(lexicon.MAILBOXES)}@{domain(name)}", status=rng.choice(CLIENT_STATUSES)
    )
    extras: dict[str, str] = {}
    words: list[str] = []
    if rng.random() < 0.4:
        extras["industry"] = industry
        words.append(f"industry {industry}")
    if rng.random() < 0.35:
        extras["phone"] = any_phone(rng)
        words.append(f"phone {extras['phone']}")
    if rng.random() < 0.25:
        extras["owner"] = scene.one_of(sorted({c.owner for c in scene.world.clients() if c.owner}))
        words.append(f"account owner {extras['owner']}")
    client = Client(
        "",
        name,
        extras.get("industry"),
        client.email,
        extras.get("phone"),
        None,
        client.status,
        None,
        extras.get("owner"),
    )
    scene.ask(
        phrases.CREATE,
        name=named(rng, name),
        email=client.email,
        status=spoken_value(rng, client.status),
        more="".join(f", {word}" for word in words),
    )
    made = scene.create("create_new_client", client, name=name, email=client.email, status=client.status, **extras)
    _changed(scene, made, "{name} is now in the CRM as a new client.")


def set_status(scene: Scene) -> None:
    client = any_client(scene)
    status = scene.rng.choice([status for status in CLIENT_STATUSES if status != client.status])
    spoken = scene.rng.choice((status.lower(), status))
    scene.ask(phrases.SET_STATUS, client=scene.client(client), status=spoken)
    scene.find(client)
    _changed(scene, scene.change(client, status=status), "{name} is now {status}.", status=status)


def set_phone(scene: Scene) -> None:
    client = any_client(scene)
    number = any_phone(scene.rng)
    scene.ask(phrases.SET_PHONE, client=scene.client(client), phone=number)
    scene.find(client)
    _changed(scene, scene.change(client, phone=number), "the phone number of {name} is now {phone}.", phone=number)


def set_email(scene: Scene) -> None:
    client = any_client(scene)
    address = f"{scene.rng.choice(lexicon.MAILBOXES)}@{domain(client.name)}"
    if any(other.email == address for other in scene.world.clients()):
        raise Unfit
    scene.ask(phrases.SET_EMAIL, client=scene.client(client), email=address)
    scene.find(client)
    _changed(scene, scene.change(client, email=address), "the e-mail of {name} is now {email}.", email=address)


def set_address(scene: Scene) -> None:
    client = any_client(scene)
    place = any_address(scene.rng)
    scene.ask(phrases.SET_ADDRESS, client=scene.client(client), address=place)
    scene.find(client)
    _changed(scene, scene.change(client, address=place), "the address of {name} is now {address}.", address=place)


def set_owner(scene: Scene) -> None:
    client = any_client(scene)
    owners = {other.owner for other in scene.world.deals() if other.owner} - {client.owner}
    owner = scene.one_of(sorted(owners))
    scene.ask(phrases.SET_OWNER, client=scene.client(client), owner=owner)
    scene.find(client)
    _changed(scene, scene.change(client, owner=owner), "{owner} now owns the account of {name}.", owner=owner)


def _looked_up(scene: Scene, client: Client) -> None:
    """The reference way to read a client: search it by its name."""
    scene.call("client_search", name=client.name)
    scene.show(client)
    scene.focus(client)


def _changed(scene: Scene, client: Client, confirmation: str, **slots: object) -> None:
    scene.focus(client)
    scene.reply([done + confirmation for done in CONFIRMED], name=client.name, **slots)
