"""A change: a new value for one field of a record, as it is stored, as users say it and as replies tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atlas.datasets.generator import lexicon
from atlas.datasets.generator.intents.wording import spoken_value
from atlas.datasets.generator.population import address, phone, price
from atlas.datasets.generator.records import (
    CLIENT_STATUSES,
    OPEN_STAGES,
    QUOTE_STATUSES,
    Client,
    Contact,
    Deal,
    Quote,
)
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import (
    future_day,
    long_date,
    money,
    spoken_date,
    spoken_money,
    spoken_percent,
)


@dataclass(frozen=True, slots=True)
class Change:
    """`value` goes into `column`; `spoken` is what a user calls it, `told` what a reply says of the field."""

    column: str
    value: str | float
    spoken: str
    told: str


def stage(scene: Scene, deal: Deal) -> Change:
    new = scene.rng.choice([stage for stage in OPEN_STAGES if stage != deal.stage])
    return Change("stage", new, spoken_value(scene.rng, new), f"stage {new}")


def amount(scene: Scene, deal: Deal) -> Change:
    new = price(scene.rng)
    return _new(deal.amount, Change("amount", new, spoken_money(scene.rng, new), f"amount {money(new)}"))


def odds(scene: Scene, deal: Deal) -> Change:
    new = scene.rng.randrange(5, 100, 5)
    spoken = spoken_percent(scene.rng, new)
    return _new(deal.probability, Change("probability", new, spoken, f"probability {new}%"))


def close_date(scene: Scene, deal: Deal) -> Change:
    day = future_day(scene.rng, scene.today)
    spoken = spoken_date(scene.rng, day, scene.today)
    return _new(deal.close_date, Change("close_date", str(day), spoken, f"close date {long_date(day)}"))


def owner(scene: Scene, record: Deal | Client) -> Change:
    new = scene.one_of(sorted({deal.owner for deal in scene.world.deals() if deal.owner} - {record.owner}))
    return Change("owner", new, new, f"owner {new}")


def quote_status(scene: Scene, quote: Quote) -> Change:
    new = scene.rng.choice([s for s in QUOTE_STATUSES if s not in (quote.status, "Canceled")])
    return Change("status", new, spoken_value(scene.rng, new), f"status {new}")


def quote_amount(scene: Scene, quote: Quote) -> Change:
    new = round(quote.amount * scene.rng.choice((0.9, 0.95, 1.05, 1.1, 1.15)) / 10) * 10.0
    if any(other.amount == new for other in scene.world.quotes()):
        raise Unfit
    return Change("amount", new, spoken_money(scene.rng, new), f"amount {money(new)}")


def validity(scene: Scene, quote: Quote) -> Change:
    day = future_day(scene.rng, scene.today, least=30)
    if str(day) <= (quote.valid_until or ""):
        raise Unfit
    return Change(
        "valid_until", str(day), spoken_date(scene.rng, day, scene.today), f"expiry date {long_date(day)}"
    )


def client_status(scene: Scene, client: Client) -> Change:
    new = scene.rng.choice([status for status in CLIENT_STATUSES if status != client.status])
    return Change("status", new, scene.rng.choice((new.lower(), new)), f"status {new}")


def phone_number(scene: Scene, record: Client | Contact) -> Change:
    new = phone(scene.rng)
    return _new(record.phone, Change("phone", new, new, f"phone number {new}"))


def place(scene: Scene, client: Client) -> Change:
    new = address(scene.rng)
    return _new(client.address, Change("address", new, f'"{new}"', f"address {new}"))


def title(scene: Scene, contact: Contact) -> Change:
    new = scene.rng.choice([title for title in lexicon.TITLES if title != contact.title])
    return Change("title", new, f'"{new}"', f"title {new}")


DEAL: dict[str, Callable[[Scene, Deal], Change]] = {
    "stage": stage,
    "amount": amount,
    "probability": odds,
    "close_date": close_date,
    "owner": owner,
}
QUOTE: dict[str, Callable[[Scene, Quote], Change]] = {
    "status": quote_status,
    "amount": quote_amount,
    "valid_until": validity,
}
CLIENT: dict[str, Callable[[Scene, Client], Change]] = {
    "status": client_status,
    "phone": phone_number,
    "address": place,
    "owner": owner,
}
CONTACT: dict[str, Callable[[Scene, Contact], Change]] = {"title": title, "phone": phone_number}
"""What can be changed of a record of each kind, by column."""


def _new(present: object, change: Change) -> Change:
    """The change, unless the field has that value already."""
    if change.value == present:
        raise Unfit
    return change
