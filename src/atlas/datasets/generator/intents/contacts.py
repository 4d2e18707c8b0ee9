"""Requests about contacts: look up, create, change."""

from __future__ import annotations

from dataclasses import replace

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.wording import CONFIRMED
from atlas.datasets.generator.phrases import contacts as phrases
from atlas.datasets.generator.population import domain, person
from atlas.datasets.generator.population import phone as any_phone
from atlas.datasets.generator.records import Contact
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import listed


def any_contact(scene: Scene) -> Contact:
    return scene.pick(scene.world.contacts())


def email(scene: Scene) -> None:
    contact = scene.pick([contact for contact in scene.world.contacts() if contact.email])
    scene.ask(phrases.EMAIL, contact=scene.contact(contact))
    _looked_up(scene, contact)
    scene.reply(
        ("The e-mail address of {name} is {email}.", "{name} can be reached at {email}."),
        (facts.text(contact.email or ""),),
        name=contact.name,
        email=contact.email,
    )


def phone(scene: Scene) -> None:
    contact = scene.pick([contact for contact in scene.world.contacts() if contact.phone])
    scene.ask(phrases.PHONE, contact=scene.contact(contact))
    _looked_up(scene, contact)
    scene.reply(
        ("The phone number of {name} is {phone}.", "You can call {name} at {phone}."),
        (facts.text(contact.phone or ""),),
        name=contact.name,
        phone=contact.phone,
    )


def title(scene: Scene) -> None:
    contact = scene.pick([contact for contact in scene.world.contacts() if contact.title])
    client = scene.client_of(contact)
    scene.ask(phrases.TITLE, contact=scene.contact(contact))
    with_client = "which client" in scene.said
    _looked_up(scene, contact)
    if with_client:
        scene.find(client)
    scene.reply(
        ("{name} is {title} at {client}.", "The title of {name} ({client}) is {title}."),
        (facts.text(contact.title or ""), *([facts.name(client.name)] if with_client else [])),
        name=contact.name,
        title=contact.title,
        client=client.name,
    )


def who_is(scene: Scene) -> None:
    contact = scene.pick([contact for contact in scene.world.contacts() if contact.title and contact.email], stay=0)
    client = scene.client_of(contact)
    if [other.title for other in scene.world.contacts_of(client)].count(contact.title) > 1:
        raise Unfit
    scene.ask(phrases.WHO_IS, title=contact.title, client=scene.client(client))
    scene.find(client)
    scene.call("contact_search", client_id=client.id, title=contact.title)
    scene.show(contact)
    scene.focus(contact, client)
    scene.reply(
        ("The {title} at {client} is {name}, e-mail {email}.", "That is {name}; the e-mail is {email}."),
        (facts.name(contact.name), facts.text(contact.email or "")),
        name=contact.name,
        title=contact.title,
        client=client.name,
        email=contact.email,
    )


def list_all(scene: Scene) -> None:
    client = scene.pick([client for client in scene.world.clients() if scene.world.contacts_of(client)])
    contacts = scene.world.contacts_of(client)
    scene.ask(phrases.LIST, client=scene.client(client))
    scene.find(client)
    scene.call("contact_search", client_id=client.id)
    scene.show(*contacts)
    scene.blur(Contact)
    scene.focus(contacts[0] if len(contacts) == 1 else client, client)
    scene.reply(
        ("Contacts at {client}: {names}.", "At {client} we know {names}."),
        facts.names(contact.name for contact in contacts),
        client=client.name,
        names=listed([contact.name for contact in contacts]),
    )


def create(scene: Scene) -> None:
    rng = scene.rng
    client = scene.pick(scene.world.clients())
    first, last = person(rng)
    if rng.random() < 0.4:
        last = scene.one_of(scene.world.contacts()).last_name
    if any(other.name == f"{first} {last}" for other in scene.world.contacts()):
        raise Unfit
    contact, words = Contact("", first, last, client.id), list[str]()
    details: dict[str, str] = {}
    if rng.random() < 0.6:
        details["title"] = rng.choice(lexicon.TITLES)
        words.append(f"title {details['title']}")
    if rng.random() < 0.6:
        details["email"] = f"{first}.{last}@{domain(client.name)}".lower()
        words.append(f"e-mail {details['email']}")
    if rng.random() < 0.35:
        details["phone"] = any_phone(rng)
        words.append(f"phone {details['phone']}")
    contact = replace(contact, **details)
    scene.ask(
        phrases.CREATE, name=contact.name, client=scene.client(client), more="".join(f", {word}" for word in words)
    )
    scene.find(client)
    made = scene.create(
        "create_new_contact", contact, first_name=first, last_name=last, client_id=client.id, **details
    )
    _changed(scene, made, "{name} is now a contact at {client}.", client=client.name)


def set_title(scene: Scene) -> None:
    contact = any_contact(scene)
    new = scene.rng.choice([title for title in lexicon.TITLES if title != contact.title])
    scene.ask(phrases.SET_TITLE, contact=scene.contact(contact), title=new)
    scene.find(contact)
    _changed(scene, scene.change(contact, title=new), "{name} is now {title}.", title=new)


def set_phone(scene: Scene) -> None:
    contact = any_contact(scene)
    number = any_phone(scene.rng)
    scene.ask(phrases.SET_PHONE, contact=scene.contact(contact), phone=number)
    scene.find(contact)
    _changed(scene, scene.change(contact, phone=number), "the phone number of {name} is now {phone}.", phone=number)


def set_email(scene: Scene) -> None:
    contact = any_contact(scene)
    address = f"{contact.first_name[0]}.{contact.last_name}@{domain(scene.client_of(contact).name)}".lower()
    if contact.email == address:
        raise Unfit
    scene.ask(phrases.SET_EMAIL, contact=scene.contact(contact), email=address)
    scene.find(contact)
    _changed(scene, scene.change(contact, email=address), "the e-mail of {name} is now {email}.", email=address)


def _looked_up(scene: Scene, contact: Contact) -> None:
    """The reference way to read a contact: search it by its name."""
    scene.call("contact_search", first_name=contact.first_name, last_name=contact.last_name)
    scene.show(contact)
    scene.focus(contact)


def _changed(scene: Scene, contact: Contact, confirmation: str, **slots: object) -> None:
    scene.focus(contact, scene.client_of(contact))
    scene.reply([done + confirmation for done in CONFIRMED], name=contact.name, **slots)
