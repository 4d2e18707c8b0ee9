"""Requests about quotes: compare, create, change, cancel, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from atlas.datasets.generator import facts
from atlas.datasets.generator.intents.wording import CONFIRMED, rescaled, spoken_value
from atlas.datasets.generator.phrases import quotes as phrases
from atlas.datasets.generator.records import QUOTE_STATUSES, Deal, Quote
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


def any_quote(scene: Scene, fits: Callable[[Quote], bool] = lambda quote: True) -> Quote:
    return scene.pick([quote for quote in scene.world.quotes() if fits(quote)])


def deal_with_quotes(scene: Scene, least: int) -> Deal:
    """A deal with at least that many quotes, their versions known and their amounts different."""
    return scene.pick([deal for deal in scene.world.deals() if _comparable(scene.world.quotes_of(deal), least)])


def details(scene: Scene) -> None:
    quote = any_quote(scene)
    scene.ask(phrases.DETAILS, quote=scene.quote(quote))
    _viewed(scene, quote)
    scene.reply(
        ("{label} is {status} and amounts to {amount}.", "Status {status}, amount {amount}."),
        (facts.text(quote.status), facts.dollars(quote.amount)),
        label=label(quote),
        status=quote.status,
        amount=money(quote.amount),
    )


def validity(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.valid_until is not None)
    scene.ask(phrases.VALIDITY, quote=scene.quote(quote))
    _viewed(scene, quote)
    scene.reply(
        ("{label} is valid until {day}.", "It is valid until {day}."),
        (facts.day(quote.valid_until),),
        label=label(quote),
        day=long_date(date.fromisoformat(quote.valid_until or "")),
    )


def total(scene: Scene) -> None:
    deal = deal_with_quotes(scene, 2)
    quotes = scene.world.quotes_of(deal)
    scene.ask(phrases.TOTAL, deal=scene.deal(deal))
    _searched(scene, deal)
    scene.focus(deal)
    scene.reply(
        ("{deal} has {count} quotes, {total} in total.", "There are {count} quotes adding up to {total}."),
        (facts.number(len(quotes)), facts.dollars(sum(quote.amount for quote in quotes))),
        deal=deal.name,
        count=len(quotes),
        total=money(sum(quote.amount for quote in quotes)),
    )


def highest(scene: Scene) -> None:
    _extreme(scene, phrases.HIGHEST, max)


def lowest(scene: Scene) -> None:
    _extreme(scene, phrases.LOWEST, min)


def ranked(scene: Scene) -> None:
    deal = deal_with_quotes(scene, 2)
    quotes = sorted(scene.world.quotes_of(deal), key=lambda quote: -quote.amount)
    scene.ask(phrases.RANKED, deal=scene.deal(deal))
    _searched(scene, deal)
    scene.focus(deal, ranked=quotes)
    scene.reply(
        ("From the highest to the lowest: {lines}.", "{deal}, largest first: {lines}."),
        [facts.dollars(quote.amount) for quote in quotes],
        deal=deal.name,
        lines="; ".join(f"{quote.version} at {money(quote.amount)}" for quote in quotes),
    )


def compare(scene: Scene) -> None:
    deal = deal_with_quotes(scene, 2)
    one, other = scene.rng.sample(scene.world.quotes_of(deal), 2)
    gap = round(abs(one.amount - other.amount), 2)
    scene.ask(phrases.COMPARE, one=one.version, other=other.version, deal=scene.deal(deal))
    _searched(scene, deal)
    scene.call("compare_quotes", quote_ids=[one.id, other.id])
    scene.focus(deal)
    scene.reply(
        ("They are {gap} apart.", "The difference between {one} and {other} is {gap}."),
        (facts.dollars(gap),),
        one=one.version,
        other=other.version,
        gap=money(gap),
    )


def create(scene: Scene) -> None:
    deal = _quotable(scene)
    amount = round(deal.amount * scene.rng.choice((0.7, 0.75, 0.8, 0.9, 1.1, 1.25)) / 50) * 50.0
    if not 0 < amount <= 10_000_000:
        raise Unfit
    _created(scene, phrases.CREATE, deal, amount, spoken_money(scene.rng, amount))


def create_same(scene: Scene) -> None:
    deal = _quotable(scene)
    _created(scene, phrases.CREATE_SAME, deal, deal.amount, "")


def create_off(scene: Scene) -> None:
    deal = _quotable(scene)
    percent = scene.rng.choice((3, 5, 6, 10, 12, 15, 20))
    status, amount = scene.rng.choice(("Draft", "Sent")), rescaled(deal.amount, -percent)
    scene.ask(
        phrases.CREATE_OFF,
        deal=scene.deal(deal),
        percent=spoken_percent(scene.rng, percent),
        status=spoken_value(scene.rng, status),
    )
    scene.find(deal)
    scene.call("view_opportunity_details", opportunity_id=deal.id)
    made = scene.create(
        "create_quote", Quote("", deal.id, amount, status), opportunity_id=deal.id, amount=amount, status=status
    )
    scene.focus(made, deal)
    scene.reply(
        ("The quote on {deal} amounts to {amount}.", "Done, the {status} quote is over {amount}."),
        (facts.dollars(amount),),
        deal=deal.name,
        status=status,
        amount=money(amount),
    )


def set_status(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.status != "Canceled")
    status = scene.rng.choice([s for s in QUOTE_STATUSES if s not in (quote.status, "Canceled")])
    scene.ask(phrases.SET_STATUS, quote=scene.quote(quote), status=spoken_value(scene.rng, status))
    scene.find(quote)
    _changed(scene, scene.change(quote, status=status), "{label} is now {status}.", status=status)


def set_amount(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.status != "Canceled")
    amount = round(quote.amount * scene.rng.choice((0.9, 0.95, 1.05, 1.1, 1.15)) / 10) * 10.0
    if amount == quote.amount or any(q.amount == amount for q in scene.world.quotes()):
        raise Unfit
    scene.ask(phrases.SET_AMOUNT, quote=scene.quote(quote), amount=spoken_money(scene.rng, amount))
    scene.find(quote)
    _changed(
        scene, scene.change(quote, amount=amount), "the amount of {label} is now {amount}.", amount=money(amount)
    )


def extend(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.status != "Canceled")
    day = future_day(scene.rng, scene.today, least=30)
    if str(day) <= (quote.valid_until or ""):
        raise Unfit
    scene.ask(phrases.EXTEND, quote=scene.quote(quote), day=spoken_date(scene.rng, day, scene.today))
    scene.find(quote)
    _changed(scene, scene.change(quote, valid_until=str(day)), "{label} is valid until {day}.", day=long_date(day))


def extend_weeks(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.valid_until is not None and q.status != "Canceled")
    weeks = scene.rng.randint(2, 8)
    day = date.fromisoformat(quote.valid_until or "") + timedelta(weeks=weeks)
    spoken = scene.rng.choice((number_word(weeks), str(weeks)))
    scene.ask(phrases.EXTEND_WEEKS, quote=scene.quote(quote), weeks=spoken)
    scene.find(quote)
    changed = scene.change(quote, valid_until=str(day))
    scene.focus(changed, scene.deal_of(quote))
    scene.reply(
        ("{label} is now valid until {day}.", "Done, the new expiry date is {day}."),
        (facts.day(str(day)),),
        label=label(quote),
        day=long_date(day),
    )


def cancel(scene: Scene) -> None:
    quote = any_quote(scene, lambda q: q.status not in ("Canceled", "Rejected"))
    scene.ask(phrases.CANCEL, quote=scene.quote(quote))
    _canceled(scene, quote)


def delete(scene: Scene) -> None:
    quote = any_quote(scene, scene.world.deletable)
    scene.ask(phrases.DELETE, quote=scene.quote(quote))
    _deleted(scene, quote)


def cancel_nth(scene: Scene) -> None:
    nth, quote = _nth(scene)
    if quote.status == "Canceled":
        raise Unfit
    scene.ask(phrases.NTH_CANCEL, nth=nth)
    _canceled(scene, quote)


def delete_nth(scene: Scene) -> None:
    nth, quote = _nth(scene)
    if not scene.world.deletable(quote):
        raise Unfit
    scene.ask(phrases.NTH_DELETE, nth=nth)
    _deleted(scene, quote)


def status_nth(scene: Scene) -> None:
    nth, quote = _nth(scene)
    if quote.status == "Canceled":
        raise Unfit
    status = scene.rng.choice([s for s in QUOTE_STATUSES if s not in (quote.status, "Canceled")])
    scene.ask(phrases.NTH_STATUS, nth=nth, status=spoken_value(scene.rng, status))
    scene.find(quote)
    _changed(scene, scene.change(quote, status=status), "{label} is now {status}.", status=status)


def expiry_nth(scene: Scene) -> None:
    nth, quote = _nth(scene)
    if quote.valid_until is None:
        raise Unfit
    scene.ask(phrases.NTH_EXPIRY, nth=nth)
    _viewed(scene, quote)
    scene.reply(
        ("{label} is valid until {day}.", "That one, {label}, is valid until {day}."),
        (facts.day(quote.valid_until),),
        label=label(quote),
        day=long_date(date.fromisoformat(quote.valid_until)),
    )


def prefixes(scene: Scene) -> None:
    found = sorted({quote.quote_prefix for quote in scene.world.quotes() if quote.quote_prefix})
    if not found:
        raise Unfit
    scene.ask(phrases.PREFIXES)
    scene.call("quote_prefixes")
    scene.focus(None)
    scene.reply(
        ("The prefixes in use are {found}.", "In use: {found}."), facts.texts(*found), found=", ".join(found)
    )


def label(quote: Quote) -> str:
    """What a reply calls the quote."""
    return f"quote {quote.version}" if quote.version else "the quote"


def _comparable(quotes: list[Quote], least: int) -> bool:
    amounts = {quote.amount for quote in quotes}
    return len(quotes) >= least and len(amounts) == len(quotes) and all(quote.version for quote in quotes)


def _quotable(scene: Scene) -> Deal:
    return scene.pick([deal for deal in scene.world.deals() if deal.open])


def _nth(scene: Scene) -> tuple[str, Quote]:
    """The second, third or last of the quotes that the previous turn ranked."""
    if len(scene.ranked) < 2:
        raise Unfit
    words = {
        "second": 1,
        "last": len(scene.ranked) - 1,
        "first": 0,
        **({"third": 2} if len(scene.ranked) > 2 else {}),
    }
    word = scene.rng.choice(sorted(words))
    scene.refer_to_last()
    return word, scene.world.get(Quote, scene.ranked[words[word]])


def _extreme(scene: Scene, bank: Bank, best: Callable[..., Quote]) -> None:
    deal = deal_with_quotes(scene, 2)
    quote = best(scene.world.quotes_of(deal), key=lambda quote: quote.amount)
    scene.ask(bank, deal=scene.deal(deal))
    _searched(scene, deal)
    scene.focus(quote, deal)
    scene.reply(
        ("That is {version}, at {amount}.", "{version} is the one, at {amount}."),
        (facts.text(quote.version or ""), facts.dollars(quote.amount)),
        version=quote.version,
        amount=money(quote.amount),
    )


def _created(scene: Scene, bank: Bank, deal: Deal, amount: float, spoken: str) -> None:
    rng = scene.rng
    quote, words = Quote("", deal.id, amount, rng.choice(("Draft", "Draft", "Sent", "Approved"))), list[str]()
    details: dict[str, Any] = {}
    if rng.random() < 0.5:
        details["version"] = f"v{1 + len(scene.world.quotes_of(deal))}"
        if any(other.version == details["version"] for other in scene.world.quotes_of(deal)):
            raise Unfit
        words.append(f"version {details['version']}")
    if rng.random() < 0.4:
        day = future_day(rng, scene.today)
        details["valid_until"] = str(day)
        words.append(f"valid until {spoken_date(rng, day, scene.today)}")
    quote = replace(quote, **details)
    scene.ask(
        bank,
        deal=scene.deal(deal),
        amount=spoken,
        status=spoken_value(rng, quote.status),
        more="".join(f", {word}" for word in words),
    )
    scene.find(deal)
    if not spoken:
        scene.call("view_opportunity_details", opportunity_id=deal.id)
    made = scene.create(
        "create_quote", quote, opportunity_id=deal.id, amount=amount, status=quote.status, **details
    )
    _changed(
        scene,
        made,
        "{deal} has a new {status} quote over {amount}.",
        deal=deal.name,
        status=quote.status,
        amount=money(amount),
    )


def _canceled(scene: Scene, quote: Quote) -> None:
    scene.find(quote)
    scene.call("cancel_quote", quote_id=quote.id)
    changed = replace(quote, status="Canceled")
    scene.world.put(changed)
    _changed(scene, changed, "{label} is canceled.")


def _deleted(scene: Scene, quote: Quote) -> None:
    deal = scene.deal_of(quote)
    scene.find(quote)
    scene.call("delete_quote", quote_id=quote.id)
    scene.world.delete(quote)
    scene.blur(Quote)
    scene.focus(deal)
    scene.reply([done + "{label} has been deleted." for done in CONFIRMED], label=label(quote))


def _searched(scene: Scene, deal: Deal) -> None:
    scene.find(deal)
    scene.call("quote_search", opportunity_id=deal.id)
    scene.show(*scene.world.quotes_of(deal))
    scene.blur(Quote)


def _viewed(scene: Scene, quote: Quote) -> None:
    scene.find(quote)
    scene.call("quote_details", quote_id=quote.id)
    scene.focus(quote, scene.deal_of(quote))


def _changed(scene: Scene, quote: Quote, confirmation: str, **slots: object) -> None:
    scene.focus(quote, scene.deal_of(quote))
    scene.reply([done + confirmation for done in CONFIRMED], label=label(quote), **slots)
