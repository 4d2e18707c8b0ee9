"""Requests about contracts that must be declined."""

from __future__ import annotations

from datetime import timedelta

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.refusals import NO_DAYS
from atlas.datasets.generator.phrases import contract_refusals as phrases
from atlas.datasets.generator.phrases import contracts as contract_phrases
from atlas.datasets.generator.population import price
from atlas.datasets.generator.reasons import (
    LIMIT,
    NO_DATE,
    NOT_FOUND,
    NUMERIC,
    OTHER_CLIENT,
    POSITIVE,
    SPELLING,
    UNSUPPORTED,
    Reason,
    at_issue,
)
from atlas.datasets.generator.records import CONTRACT_STATUSES, Contract, Deal
from atlas.datasets.generator.scene import Scene
from atlas.datasets.generator.speech import future_day, spoken_debt, spoken_money

FAKE_STATUSES = ("Signed", "Terminated", "Draft", "On Hold", "Under Review", "Suspended", "Countersigned")


def unknown_status(scene: Scene) -> None:
    """invalid_enum on a contract."""
    client, status = scene.pick(scene.world.clients()), scene.rng.choice(FAKE_STATUSES)
    value = price(scene.rng)
    more = f", value {spoken_money(scene.rng, value)}, status {status}"
    scene.ask(contract_phrases.CREATE, client=scene.client(client), more=more)
    scene.find(client)
    scene.call("create_contract", client_id=client.id, value=value, status=status)
    scene.blur(Contract)
    scene.focus(client)
    scene.refuse(
        "invalid_enum",
        (
            "{status} is not a valid contract status, so I created nothing.",
            "I did not create the contract: there is no such status as {status}.",
        ),
        at_issue(UNSUPPORTED, status),
        "must be one of",
        status=status,
    )


def shouted_status(scene: Scene) -> None:
    """enum_case_mismatch on a contract."""
    status = scene.rng.choice(CONTRACT_STATUSES)
    _exact_status(scene, scene.rng.choice((status.upper(), status.lower())), "enum_case_mismatch", "must be one of")


def padded_status(scene: Scene) -> None:
    """enum_whitespace on a contract."""
    status = scene.rng.choice(CONTRACT_STATUSES)
    _exact_status(scene, scene.rng.choice((f" {status}", f"{status} ")), "enum_whitespace", "whitespace")


def no_such_day(scene: Scene) -> None:
    """invalid_date_format: a term that ends on a day the calendar does not have."""
    client, value = scene.pick(scene.world.clients()), price(scene.rng)
    start = future_day(scene.rng, scene.today, most=90)
    day = scene.rng.choice(NO_DAYS).format((start + timedelta(days=364)).year)
    more = f", value {spoken_money(scene.rng, value)}, starting {start}, ending {day}"
    scene.ask(contract_phrases.CREATE, client=scene.client(client), more=more)
    scene.find(client)
    scene.call("create_contract", client_id=client.id, value=value, start_date=str(start), end_date=day)
    scene.blur(Contract)
    scene.focus(client)
    scene.refuse(
        "invalid_date_format",
        (
            "{day} is not a valid date, so the contract was not created.",
            "I did not create the contract, because {day} does not exist.",
        ),
        NO_DATE,
        "valid ISO-8601 date",
        day=day,
    )


def negative_value(scene: Scene) -> None:
    value = -price(scene.rng)
    said = spoken_debt(scene.rng, -value)
    _bad_value(scene, "negative_amount", value, said, POSITIVE, "greater than zero", "be greater than zero")


def zero_value(scene: Scene) -> None:
    said = scene.rng.choice(("$0", "0", "$0.00", "USD 0"))
    _bad_value(scene, "zero_amount", 0.0, said, POSITIVE, "greater than zero", "be greater than zero")


def huge_value(scene: Scene) -> None:
    value = float(scene.rng.randint(101, 480) * 100_000)
    said = spoken_money(scene.rng, value)
    _bad_value(scene, "amount_exceeds_max", value, said, LIMIT, "10,000,000", "not exceed $10,000,000")


def value_in_words(scene: Scene) -> None:
    said = scene.rng.choice(('"TBD"', '"to be agreed"', '"upon request"', '"n/a"', '"see attachment"'))
    _bad_value(scene, "type_mismatch", said.strip('"'), said, NUMERIC, "must be numeric", "be numeric")


def missing_home(scene: Scene) -> None:
    """unknown_foreign_key: a contract with a client or for a deal that is not in the CRM."""
    rng = scene.rng
    known = scene.world.names()
    more = f", value {spoken_money(rng, price(rng))}"
    if rng.random() < 0.5:
        root = scene.one_of(root for root in lexicon.ROOTS if root not in known)
        name, noun, tool = f"{root} {rng.choice(lexicon.SECTORS)[0]}", "client", "client_search"
        bank = rng.choice((contract_phrases.CREATE, contract_phrases.TOTAL))
        slots = {"client": scene.stranger(name, "client")}
    else:
        topic = scene.one_of(topic for topic in lexicon.TOPICS if topic not in known)
        name, noun, tool = f"{scene.one_of(scene.world.clients()).name} {topic}", "deal", "opportunity_search"
        bank = rng.choice((contract_phrases.CREATE_FOR_DEAL, contract_phrases.OF_DEAL))
        slots = {"deal": scene.stranger(name, "deal")}
    creates = bank in (contract_phrases.CREATE, contract_phrases.CREATE_FOR_DEAL)
    scene.ask(bank, **slots, **({"more": more} if creates else {}))
    scene.call(tool, name=name)
    scene.blur(Contract)
    scene.focus(None)
    scene.refuse(
        "unknown_foreign_key",
        (
            "I could not find a {noun} called {name}, so nothing has changed.",
            "There is no {noun} named {name} in the CRM.",
        ),
        NOT_FOUND,
        name=name,
        noun=noun,
        about=(facts.name(name),),
    )


def other_deal(scene: Scene) -> None:
    """cross_entity_mismatch: a contract with one client for a deal of another one."""
    deal = scene.one_of(scene.world.deals())
    home = scene.client_of(deal)
    other = scene.one_of(c for c in scene.world.clients() if c.id != home.id and c.name not in deal.name)
    scene.ask(phrases.OTHER_DEAL, client=other.name, deal=f'"{deal.name}"')
    scene.find(other)
    scene.call("opportunity_search", name=deal.name, client_id=other.id)
    scene.blur(Contract, Deal)
    scene.focus(other)
    scene.refuse(
        "cross_entity_mismatch",
        (
            "{deal} does not belong to {client}, so I created nothing.",
            "I created nothing: {deal} is not a deal of {client}.",
        ),
        OTHER_CLIENT.plus(facts.name(home.name)) if home.name not in deal.name else OTHER_CLIENT,
        deal=deal.name,
        client=other.name,
        about=(facts.name(deal.name),),
    )


def _exact_status(scene: Scene, status: str, category: str, error: str) -> None:
    client = scene.pick(scene.world.clients())
    scene.ask(phrases.EXACT_STATUS, client=scene.client(client), status=status)
    scene.find(client)
    scene.call("create_contract", client_id=client.id, status=status)
    scene.blur(Contract)
    scene.focus(client)
    scene.refuse(
        category,
        (
            '"{status}" is not allowed in that spelling, so no contract was created.',
            'I did not create the contract: its status cannot be stored as "{status}", only in its exact spelling.',
        ),
        at_issue(SPELLING, status.strip()),
        error,
        status=status,
    )


def _bad_value(
    scene: Scene,
    category: str,
    value: float | str,
    said: str,
    reason: Reason,
    error: str,
    must: str,
) -> None:
    client = scene.pick(scene.world.clients())
    status = scene.rng.choice(("Active", "Pending"))
    more = f", value {said}, status {status.lower()}"
    scene.ask(contract_phrases.CREATE, client=scene.client(client), more=more)
    scene.find(client)
    scene.call("create_contract", client_id=client.id, value=value, status=status)
    scene.blur(Contract)
    scene.focus(client)
    scene.refuse(
        category,
        (
            "I did not create the contract: its value must {must}.",
            "That is not possible, because the value of a contract must {must}.",
        ),
        reason,
        error,
        must=must,
    )
