"""Requests about contracts: create them, and ask for their terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from atlas.core.json import JsonValue
from atlas.datasets.generator import facts
from atlas.datasets.generator.intents.wording import CONFIRMED, spoken_value
from atlas.datasets.generator.phrases import contracts as phrases
from atlas.datasets.generator.population import price
from atlas.datasets.generator.records import CONTRACT_STATUSES, Client, Contract, Deal
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import future_day, long_date, money, spoken_date, spoken_money


def create(scene: Scene) -> None:
    client = scene.pick(scene.world.clients())
    contract, words = _detailed(scene, Contract("", client.id, value=price(scene.rng)))
    contract, status = _with_status(scene, contract)
    scene.ask(phrases.CREATE, client=scene.client(client), more=_joined([*words, *status]))
    scene.find(client)
    _created(scene, contract, client, client.name)


def create_for_deal(scene: Scene) -> None:
    deal = _deal_without_contract(scene)
    start = Contract("", deal.client_id, deal.id, value=price(scene.rng))
    contract, words = _detailed(scene, start)
    contract, status = _with_status(scene, contract)
    scene.ask(phrases.CREATE_FOR_DEAL, deal=scene.deal(deal), more=_joined([*words, *status]))
    scene.find(deal)
    _created(scene, contract, deal, deal.name)


def create_same(scene: Scene) -> None:
    """A contract over the amount of its deal."""
    deal = _deal_without_contract(scene)
    status = scene.rng.choice(("Active", "Pending"))
    contract, words = _dated(scene, Contract("", deal.client_id, deal.id, None, None, deal.amount, status))
    scene.ask(
        phrases.CREATE_SAME,
        deal=scene.deal(deal),
        status=spoken_value(scene.rng, status),
        more=_joined(words),
    )
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    _created(scene, contract, deal, deal.name)


def terms(scene: Scene) -> None:
    contract = scene.pick([c for c in scene.world.contracts() if c.value and c.end_date])
    scene.ask(phrases.TERMS, contract=scene.contract(contract))
    _looked_up(scene, contract)
    scene.reply(
        ("It is worth {value} and ends on {day}.", "Value {value}, end date {day}."),
        (facts.dollars(contract.value or 0), facts.day(contract.end_date)),
        value=money(contract.value or 0),
        day=_long(contract.end_date),
    )


def status(scene: Scene) -> None:
    contract = scene.pick(scene.world.contracts())
    mention = scene.contract(contract)
    if contract.status.lower() in str(mention).lower():
        raise Unfit
    scene.ask(phrases.STATUS, contract=mention)
    _looked_up(scene, contract)
    scene.reply(
        ("Its status is {status}.", "It is {status}.", "The contract is {status}."),
        (facts.text(contract.status),),
        [facts.text(other) for other in CONTRACT_STATUSES if other != contract.status],
        status=contract.status,
    )


def start(scene: Scene) -> None:
    contract = scene.pick([c for c in scene.world.contracts() if c.start_date])
    scene.ask(phrases.START, contract=scene.contract(contract))
    _looked_up(scene, contract)
    scene.reply(
        ("The start date is {day}.", "Its start date is {day}."),
        (facts.day(contract.start_date),),
        day=_long(contract.start_date),
    )


def total(scene: Scene) -> None:
    client = _client_with_contracts(scene, 2)
    contracts = scene.world.contracts_of(client)
    scene.ask(phrases.TOTAL, client=scene.client(client))
    _searched(scene, client)
    _told_sum(scene, contracts)


def status_of_client(scene: Scene) -> None:
    client = _client_with_contracts(scene, 2)
    found = scene.one_of(sorted({contract.status for contract in scene.world.contracts_of(client)}))
    contracts = [contract for contract in scene.world.contracts_of(client) if contract.status == found]
    scene.ask(phrases.STATUS_OF_CLIENT, client=scene.client(client), status=found.lower())
    _searched(scene, client)
    _told_sum(scene, contracts)


def status_overall(scene: Scene) -> None:
    found = scene.one_of(sorted({contract.status for contract in scene.world.contracts()}))
    contracts = [contract for contract in scene.world.contracts() if contract.status == found]
    scene.ask(phrases.STATUS_OVERALL, status=found.lower())
    scene.call("list_contracts")
    scene.focus(None)
    scene.blur(Contract)
    _told_sum(scene, contracts)


def largest(scene: Scene) -> None:
    client = _client_with_contracts(scene, 2)
    scene.ask(phrases.LARGEST, client=scene.client(client))
    _searched(scene, client)
    _told_one(scene, client, _by_value(scene.world.contracts_of(client)))


def next_to_end(scene: Scene) -> None:
    client = _client_with_contracts(scene, 2)
    active = [contract for contract in scene.world.contracts_of(client) if contract.status == "Active"]
    if len(active) < 2:
        raise Unfit
    ranked = _by_end(active)
    scene.ask(phrases.NEXT_TO_END, client=scene.client(client))
    _searched(scene, client)
    _told_one(scene, client, ranked)


def next_overall(scene: Scene) -> None:
    contract = _by_end([c for c in scene.world.contracts() if c.status == "Active"])[0]
    client = scene.world.get(Client, contract.client_id)
    scene.ask(phrases.NEXT_OVERALL)
    scene.call("list_contracts")
    scene.call("client_search", client_id=client.id)
    scene.show(contract)
    scene.focus(contract)
    scene.reply(
        ("That is the one with {client}; it ends on {day}.", "{client} has it, and it ends on {day}."),
        (facts.name(client.name), facts.day(contract.end_date)),
        client=client.name,
        day=_long(contract.end_date),
    )


def of_deal(scene: Scene) -> None:
    """The contract for a deal that has exactly one."""
    ids = [contract.opportunity_id for contract in scene.world.contracts()]
    deal = scene.pick([deal for deal in scene.world.deals() if ids.count(deal.id) == 1])
    contract = next(c for c in scene.world.contracts() if c.opportunity_id == deal.id)
    if contract.value is None:
        raise Unfit
    scene.ask(phrases.OF_DEAL, deal=scene.deal(deal))
    scene.find(deal)
    scene.call("contract_search", opportunity_id=deal.id)
    scene.show(contract)
    scene.focus(contract, deal)
    scene.reply(
        ("Its status is {status} and its value {value}.", "{status}, worth {value}."),
        (facts.text(contract.status), facts.dollars(contract.value)),
        status=contract.status,
        value=money(contract.value),
    )


def ranked(scene: Scene) -> None:
    client = _client_with_contracts(scene, 2)
    contracts = _by_value(scene.world.contracts_of(client))
    scene.ask(phrases.RANKED, client=scene.client(client))
    _searched(scene, client)
    scene.focus(client, ranked=contracts)
    scene.reply(
        ("From the highest to the lowest: {lines}.", "Largest first: {lines}."),
        [facts.dollars(contract.value or 0) for contract in contracts],
        lines="; ".join(f"{money(c.value or 0)}, {c.status.lower()}" for c in contracts),
    )


def nth_end(scene: Scene) -> None:
    nth, contract = _nth(scene)
    if contract.end_date is None:
        raise Unfit
    scene.ask(phrases.NTH_END, nth=nth)
    _looked_up(scene, contract)
    scene.reply(
        ("It ends on {day}.", "The end date is {day}."),
        (facts.day(contract.end_date),),
        day=_long(contract.end_date),
    )


def nth_status(scene: Scene) -> None:
    nth, contract = _nth(scene)
    scene.ask(phrases.NTH_STATUS, nth=nth)
    _looked_up(scene, contract)
    scene.reply(
        ("That one is {status}.", "Its status is {status}."),
        (facts.text(contract.status),),
        [facts.text(other) for other in CONTRACT_STATUSES if other != contract.status],
        status=contract.status,
    )


def _deal_without_contract(scene: Scene) -> Deal:
    taken = {contract.opportunity_id for contract in scene.world.contracts()}
    return scene.pick([deal for deal in scene.world.deals() if deal.id not in taken])


def _detailed(scene: Scene, contract: Contract) -> tuple[Contract, list[str]]:
    """The contract with dates or without, and the words for its value and dates."""
    spoken = spoken_money(scene.rng, contract.value or 0)
    words = [scene.rng.choice(("value {0}", "worth {0}", "over {0}", "with a value of {0}")).format(spoken)]
    if scene.rng.random() < 0.75:
        contract, more = _dated(scene, contract)
        words += more
    return contract, words


def _dated(scene: Scene, contract: Contract) -> tuple[Contract, list[str]]:
    rng = scene.rng
    first = future_day(rng, scene.today)
    last = first + timedelta(days=rng.choice((181, 364, 364, 729)))
    words = [
        rng.choice(("starting {0}", "start date {0}", "starting on {0}")),
        rng.choice(("ending {0}", "end date {0}", "running until {0}")),
    ]
    days = [spoken_date(rng, day, scene.today) for day in (first, last)]
    said = [word.format(day) for word, day in zip(words, days, strict=True)]
    return replace(contract, start_date=str(first), end_date=str(last)), said


def _with_status(scene: Scene, contract: Contract) -> tuple[Contract, list[str]]:
    """The contract with a status or with the usual one, and the words for it."""
    if scene.rng.random() < 0.25:
        return contract, []
    found = scene.rng.choice(("Active", "Active", "Pending", "Expired"))
    spoken = scene.rng.choice(("status {0}", "with status {0}", "status: {0}")).format(
        spoken_value(scene.rng, found)
    )
    return replace(contract, status=found), [spoken]


def _joined(words: Sequence[str]) -> str:
    return "".join(f", {word}" for word in words)


def _created(scene: Scene, contract: Contract, home: Client | Deal, name: str) -> None:
    given: dict[str, JsonValue] = {
        "opportunity_id": contract.opportunity_id,
        "start_date": contract.start_date,
        "end_date": contract.end_date,
        "value": contract.value,
        "status": contract.status if contract.status.lower() in scene.said.lower() else None,
    }
    made = scene.create(
        "create_contract",
        contract,
        client_id=contract.client_id,
        **{column: value for column, value in given.items() if value is not None},
    )
    scene.focus(made, home)
    scene.reply([done + "the contract for {name} has been created." for done in CONFIRMED], name=name)


def _client_with_contracts(scene: Scene, least: int) -> Client:
    """A client with that many contracts, all of different values."""
    return scene.pick([c for c in scene.world.clients() if _comparable(scene.world.contracts_of(c), least)])


def _comparable(contracts: list[Contract], least: int) -> bool:
    values = {contract.value for contract in contracts}
    return len(contracts) >= least and len(values) == len(contracts) and None not in values


def _by_value(contracts: list[Contract]) -> list[Contract]:
    return sorted(contracts, key=lambda contract: -(contract.value or 0))


def _by_end(contracts: list[Contract]) -> list[Contract]:
    """By end date; there must be one that ends before all others."""
    dated = sorted((c for c in contracts if c.end_date), key=lambda contract: contract.end_date or "")
    if len(dated) < len(contracts) or not dated or (len(dated) > 1 and dated[0].end_date == dated[1].end_date):
        raise Unfit
    return dated


def _told_one(scene: Scene, client: Client, contracts: list[Contract]) -> None:
    """The first of the contracts, by value and end date."""
    if contracts[0].end_date is None:
        raise Unfit
    scene.focus(contracts[0], client)
    scene.reply(
        ("That is the one over {value}, which ends on {day}.", "It is worth {value} and ends on {day}."),
        (facts.dollars(contracts[0].value or 0), facts.day(contracts[0].end_date)),
        value=money(contracts[0].value or 0),
        day=_long(contracts[0].end_date),
    )


def _told_sum(scene: Scene, contracts: list[Contract]) -> None:
    value = round(sum(contract.value or 0 for contract in contracts), 2)
    scene.reply(
        ("There are {count}, worth {value} in total.", "In all {count}, with a total value of {value}."),
        (facts.number(len(contracts)), facts.dollars(value)),
        count=len(contracts),
        value=money(value),
    )


def _nth(scene: Scene) -> tuple[str, Contract]:
    """The first, second or last of the contracts that the previous turn ranked."""
    if len(scene.ranked) < 2:
        raise Unfit
    places = {"first": 0, "second": 1, "last": len(scene.ranked) - 1}
    word = scene.rng.choice(sorted(places))
    try:
        contract = scene.world.get(Contract, scene.ranked[places[word]])
    except KeyError as error:
        raise Unfit from error
    scene.refer_to_last()
    return word, contract


def _looked_up(scene: Scene, contract: Contract) -> None:
    scene.find(contract)
    scene.call("contract_search", contract_id=contract.id)
    scene.focus(contract)


def _searched(scene: Scene, client: Client) -> None:
    """The reference way to a client's contracts."""
    scene.find(client)
    scene.call("contract_search", client_id=client.id)
    scene.show(*scene.world.contracts_of(client))
    scene.blur(Contract)
    scene.focus(client)


def _long(day: str | None) -> str:
    return long_date(date.fromisoformat(day or ""))
