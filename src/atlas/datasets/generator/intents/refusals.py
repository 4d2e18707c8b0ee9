"""Requests that must be declined, by failure category: the state stays as it is and the reply names the reason."""

from __future__ import annotations

from datetime import timedelta

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents import clients, contacts, deal_writes, quotes
from atlas.datasets.generator.intents.wording import named, spoken_value
from atlas.datasets.generator.phrases import clients as client_phrases
from atlas.datasets.generator.phrases import contacts as contact_phrases
from atlas.datasets.generator.phrases import deal_writes as deal_phrases
from atlas.datasets.generator.phrases import quotes as quote_phrases
from atlas.datasets.generator.phrases import refusals as phrases
from atlas.datasets.generator.population import domain, phone, price
from atlas.datasets.generator.reasons import (
    BAD_EMAIL,
    CLOSED,
    LIMIT,
    MISMATCH,
    NAMELESS,
    NO_DATE,
    NO_FIELD,
    NOT_FOUND,
    NUMERIC,
    ODDS_RANGE,
    PAST,
    POSITIVE,
    SPELLING,
    TAKEN,
    UNSUPPORTED,
    WHOLE,
    Reason,
    at_issue,
    lacking,
)
from atlas.datasets.generator.records import CLIENT_STATUSES, OPEN_STAGES, Client, Contact, Deal, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import (
    future_day,
    long_date,
    spoken_date,
    spoken_debt,
    spoken_money,
    spoken_percent,
)

FAKE_STAGES = (
    "Verbal Commitment",
    "Contracting",
    "Discovery",
    "Legal Review",
    "Demo Scheduled",
    "Procurement",
    "Evaluation",
)
FAKE_QUOTE_STATUSES = ("Pending", "On Hold", "Countersigned", "Under Review", "Expired", "Negotiated")
FAKE_CLIENT_STATUSES = ("Platinum", "VIP", "On Hold", "Blocked", "Dormant", "Key Account")
NO_DAYS = (
    "February 30, {0}",
    "{0}-02-30",
    "April 31, {0}",
    "{0}-06-31",
    "{0}-13-05",
    "November 31, {0}",
    "{0}-09-31",
)
DEAL_EXTRAS = (
    ("priority", "high"),
    ("region", "EMEA"),
    ("lead source", "webinar"),
    ("currency", "EUR"),
    ("campaign", "Spring"),
)
CLIENT_EXTRAS = (
    ("loyalty tier", "Gold"),
    ("credit rating", "AA"),
    ("fax number", "555-0188"),
    ("tax id", "DE-4411"),
)


def closed_deal(scene: Scene) -> None:
    """modify_closed_opportunity: amount, probability or close date of a deal that is closed."""
    deal = scene.pick([deal for deal in scene.world.deals() if not deal.open], stay=0.9)
    rng, field = scene.rng, scene.rng.choice(("amount", "probability", "close_date"))
    mention = scene.deal(deal)
    if field == "amount":
        amount = price(rng)
        scene.ask(deal_phrases.SET_AMOUNT, deal=mention, amount=spoken_money(rng, amount))
        _try_change(scene, deal, amount=amount)
    elif field == "probability":
        odds = rng.randrange(5, 100, 5)
        scene.ask(deal_phrases.SET_ODDS, deal=mention, odds=spoken_percent(rng, odds))
        _try_change(scene, deal, probability=odds)
    else:
        day = future_day(rng, scene.today)
        scene.ask(deal_phrases.SET_CLOSE, deal=mention, day=spoken_date(rng, day, scene.today))
        _try_change(scene, deal, close_date=str(day))
    scene.refuse(
        "modify_closed_opportunity",
        (
            "I did not change {name}: the deal is already closed ({stage}).",
            "{name} is {stage}, and a closed deal cannot be changed like that.",
        ),
        CLOSED,
        "Cannot modify closed opportunity",
        name=deal.name,
        stage=deal.stage,
    )


def reopen(scene: Scene) -> None:
    """invalid_stage_transition: a closed deal back into an open stage."""
    deal = scene.pick([deal for deal in scene.world.deals() if not deal.open], stay=0.9)
    stage = scene.rng.choice(OPEN_STAGES)
    scene.ask(deal_phrases.MOVE_STAGE, deal=scene.deal(deal), stage=spoken_value(scene.rng, stage))
    _try_change(scene, deal, stage=stage)
    scene.refuse(
        "invalid_stage_transition",
        (
            "{name} stays {stage}: a closed deal cannot be reopened.",
            "I left it as it is; {name} is closed ({stage}) and its stage cannot change any more.",
        ),
        CLOSED,
        "Cannot modify closed opportunity",
        name=deal.name,
        stage=deal.stage,
    )


def past_date(scene: Scene) -> None:
    deal = deal_writes.open_deal(scene)
    day = scene.today - timedelta(days=scene.rng.randint(2, 200))
    spoken = scene.rng.choice((str(day), long_date(day), f"{day.day} {day:%B %Y}"))
    scene.ask(deal_phrases.SET_CLOSE, deal=scene.deal(deal), day=spoken)
    _try_change(scene, deal, close_date=str(day))
    scene.refuse(
        "past_date",
        (
            "{day} is in the past, so I did not change {name}.",
            "I left {name} unchanged: a close date must be today or in the future.",
        ),
        PAST,
        "today or in the future",
        name=deal.name,
        day=long_date(day),
    )


def no_such_day(scene: Scene) -> None:
    """invalid_date_format: a day the calendar does not have."""
    deal = deal_writes.open_deal(scene)
    day = scene.rng.choice(NO_DAYS).format(scene.today.year + 1)
    scene.ask(deal_phrases.SET_CLOSE, deal=scene.deal(deal), day=day)
    _try_change(scene, deal, close_date=day)
    scene.refuse(
        "invalid_date_format",
        (
            "{day} is not a valid date, so {name} stays as it is.",
            "I did not change {name}, because {day} does not exist.",
        ),
        NO_DATE,
        "valid ISO-8601 date",
        name=deal.name,
        day=day,
    )


def odds_out_of_range(scene: Scene) -> None:
    deal = deal_writes.open_deal(scene)
    odds = scene.rng.choice((100, 100, 110, 120, 150, 0, 200))
    scene.ask(deal_phrases.SET_ODDS, deal=scene.deal(deal), odds=spoken_percent(scene.rng, odds))
    _try_change(scene, deal, probability=odds)
    scene.refuse(
        "probability_out_of_range",
        (
            "I did not change {name}: a probability must be between 1 and 99.",
            "{name} stays as it is; only 1 to 99 percent can be stored.",
        ),
        ODDS_RANGE,
        "between 1 and 99",
        name=deal.name,
    )


def odds_decimal(scene: Scene) -> None:
    deal = deal_writes.open_deal(scene)
    odds = scene.rng.randint(10, 90) + scene.rng.choice((0.5, 0.25, 0.75))
    scene.ask(deal_phrases.SET_ODDS, deal=scene.deal(deal), odds=spoken_percent(scene.rng, odds))
    _try_change(scene, deal, probability=odds)
    scene.refuse(
        "probability_decimal",
        (
            "I did not change {name}: the probability has to be a whole number.",
            "{name} stays as it is, because only whole percentages can be stored.",
        ),
        WHOLE,
        "whole-number",
        name=deal.name,
    )


def negative_amount(scene: Scene) -> None:
    amount = -price(scene.rng)
    _bad_amount(scene, "negative_amount", amount, spoken_debt(scene.rng, -amount), POSITIVE, "greater than zero")


def zero_amount(scene: Scene) -> None:
    _bad_amount(
        scene, "zero_amount", 0.0, scene.rng.choice(("$0", "0", "$0.00", "USD 0")), POSITIVE, "greater than zero"
    )


def huge_amount(scene: Scene) -> None:
    amount = float(scene.rng.randint(101, 480) * 100_000)
    _bad_amount(scene, "amount_exceeds_max", amount, spoken_money(scene.rng, amount), LIMIT, "10,000,000")


def amount_in_words(scene: Scene) -> None:
    spoken = scene.rng.choice(('"TBD"', '"to be agreed"', '"upon request"', '"n/a"', '"see attachment"'))
    _bad_amount(scene, "type_mismatch", spoken.strip('"'), spoken, NUMERIC, "must be numeric")


def unknown_stage(scene: Scene) -> None:
    """invalid_enum on a deal."""
    deal = deal_writes.open_deal(scene)
    stage = scene.rng.choice(FAKE_STAGES)
    scene.ask(deal_phrases.MOVE_STAGE, deal=scene.deal(deal), stage=scene.rng.choice((stage, stage.lower())))
    _try_change(scene, deal, stage=stage)
    scene.refuse(
        "invalid_enum",
        (
            "{stage} is not a valid stage, so {name} stays in {now}.",
            "I did not move {name}: there is no such stage as {stage}.",
        ),
        at_issue(UNSUPPORTED, stage),
        "must be one of",
        name=deal.name,
        stage=stage,
        now=deal.stage,
    )


def unknown_quote_status(scene: Scene) -> None:
    """invalid_enum on a quote."""
    quote = quotes.any_quote(scene)
    status = scene.rng.choice(FAKE_QUOTE_STATUSES)
    scene.ask(quote_phrases.SET_STATUS, quote=scene.quote(quote), status=scene.rng.choice((status, status.lower())))
    scene.find(quote)
    scene.call("modify_quote", quote_id=quote.id, status=status)
    scene.focus(quote, scene.deal_of(quote))
    scene.refuse(
        "invalid_enum",
        (
            "{status} is not a valid quote status, so nothing has changed.",
            "I left the quote as it is: there is no such status as {status}.",
        ),
        at_issue(UNSUPPORTED, status),
        "must be one of",
        status=status,
    )


def unknown_client_status(scene: Scene) -> None:
    """invalid_enum on a client."""
    client = clients.any_client(scene)
    status = scene.rng.choice(FAKE_CLIENT_STATUSES)
    scene.ask(client_phrases.SET_STATUS, client=scene.client(client), status=status)
    scene.find(client)
    scene.call("modify_client", client_id=client.id, status=status)
    scene.focus(client)
    scene.refuse(
        "invalid_enum",
        (
            "{status} is not a valid client status, so {name} stays {now}.",
            "I did not change {name}: there is no such status as {status}.",
        ),
        at_issue(UNSUPPORTED, status),
        "must be one of",
        name=client.name,
        status=status,
        now=client.status,
    )


def shouted_stage(scene: Scene) -> None:
    """enum_case_mismatch: a stage that must be stored in capitals."""
    deal = deal_writes.open_deal(scene)
    stage = scene.rng.choice([stage for stage in OPEN_STAGES if stage != deal.stage])
    _exact_stage(
        scene, deal, scene.rng.choice((stage.upper(), stage.lower())), "enum_case_mismatch", "must be one of"
    )


def padded_stage(scene: Scene) -> None:
    """enum_whitespace: a stage that must be stored with blanks around it."""
    deal = deal_writes.open_deal(scene)
    stage = scene.rng.choice([stage for stage in OPEN_STAGES if stage != deal.stage])
    _exact_stage(scene, deal, scene.rng.choice((f" {stage}", f"{stage} ")), "enum_whitespace", "whitespace")


def shouted_status(scene: Scene) -> None:
    """enum_case_mismatch on a client."""
    client = clients.any_client(scene)
    status = scene.rng.choice([status for status in CLIENT_STATUSES if status != client.status])
    _exact_status(
        scene, client, scene.rng.choice((status.upper(), status.lower())), "enum_case_mismatch", "must be one of"
    )


def padded_status(scene: Scene) -> None:
    """enum_whitespace on a client."""
    client = clients.any_client(scene)
    status = scene.rng.choice([status for status in CLIENT_STATUSES if status != client.status])
    _exact_status(scene, client, scene.rng.choice((f" {status}", f"{status} ")), "enum_whitespace", "whitespace")


def missing_deal(scene: Scene) -> None:
    """unknown_foreign_key: a deal that is not in the CRM."""
    rng = scene.rng
    client = scene.one_of(scene.world.clients())
    used = " ".join(deal.name for deal in scene.world.deals())
    name = f"{client.name} {scene.one_of(topic for topic in lexicon.TOPICS if topic not in used)}"
    mention = scene.stranger(name, "deal")
    kind = rng.randrange(3)
    if kind == 0:
        scene.ask(deal_phrases.MOVE_STAGE, deal=mention, stage=spoken_value(rng, rng.choice(OPEN_STAGES)))
    elif kind == 1:
        scene.ask(deal_phrases.SET_AMOUNT, deal=mention, amount=spoken_money(rng, price(rng)))
    else:
        scene.ask(quote_phrases.CREATE, deal=mention, amount=spoken_money(rng, price(rng)), status="draft", more="")
    scene.call("opportunity_search", name=name)
    scene.focus(None)
    scene.refuse(
        "unknown_foreign_key",
        (
            "I could not find a deal called {name}, so nothing has changed.",
            "There is no deal named {name} in the CRM; I changed nothing.",
        ),
        NOT_FOUND,
        name=name,
        about=(facts.name(name),),
    )


def missing_client(scene: Scene) -> None:
    """unknown_foreign_key: a client that is not in the CRM."""
    rng = scene.rng
    names = " ".join(client.name for client in scene.world.clients())
    root = scene.one_of(root for root in lexicon.ROOTS if root not in names)
    name = f"{root} {rng.choice(lexicon.SECTORS)[0]}"
    mention = scene.stranger(name, "client")
    if rng.random() < 0.5:
        deal = f"{name} {rng.choice(lexicon.TOPICS)}"
        scene.ask(
            deal_phrases.CREATE,
            name=named(rng, deal),
            client=mention,
            amount=spoken_money(rng, price(rng)),
            stage=spoken_value(rng, rng.choice(OPEN_STAGES)),
            more="",
        )
    else:
        scene.ask(client_phrases.SET_PHONE, client=mention, phone=phone(rng))
    scene.call("client_search", name=name)
    scene.focus(None)
    scene.blur(Deal)
    scene.refuse(
        "unknown_foreign_key",
        (
            "I could not find a client called {name}, so nothing has changed.",
            "There is no client named {name} in the CRM; I changed nothing.",
        ),
        NOT_FOUND,
        name=name,
        about=(facts.name(name),),
    )


def missing_quote(scene: Scene) -> None:
    """unknown_foreign_key: a version that the deal has no quote for."""
    deal = quotes.deal_with_quotes(scene, 1)
    version = f"v{len(scene.world.quotes_of(deal)) + scene.rng.randint(3, 6)}"
    mention = scene.stranger(f"the {version} quote on {scene.deal(deal)}", "")
    bank = scene.rng.choice((quote_phrases.CANCEL, quote_phrases.DELETE, quote_phrases.DETAILS))
    scene.ask(bank, quote=mention)
    scene.find(deal)
    scene.call("quote_search", opportunity_id=deal.id, version=version)
    scene.focus(deal)
    scene.refuse(
        "unknown_foreign_key",
        (
            "There is no quote {version} on {name}, so nothing has changed.",
            "I could not find a quote {version} on {name}.",
        ),
        at_issue(NOT_FOUND, version),
        name=deal.name,
        version=version,
    )


def taken_email(scene: Scene) -> None:
    """duplicate_unique_field: a new client with the e-mail of an existing one."""
    owner = scene.one_of(client for client in scene.world.clients() if client.email)
    name, status = _new_client(scene), scene.rng.choice(CLIENT_STATUSES)
    scene.ask(
        client_phrases.CREATE,
        name=named(scene.rng, name),
        email=owner.email,
        status=spoken_value(scene.rng, status),
        more="",
    )
    scene.call("create_new_client", name=name, email=owner.email, status=status)
    scene.focus(None)
    scene.blur(Client)
    scene.refuse(
        "duplicate_unique_field",
        (
            "I did not create {name}: the e-mail {email} already belongs to {owner}.",
            "A client with the e-mail {email} already exists ({owner}), so {name} was not added.",
        ),
        TAKEN.plus(facts.name(owner.name)),
        "already exists",
        name=name,
        email=owner.email,
        owner=owner.name,
    )


def bad_email(scene: Scene) -> None:
    """malformed_email on a new client, or on a contact."""
    rng = scene.rng
    if rng.random() < 0.5:
        name, status = _new_client(scene), rng.choice(CLIENT_STATUSES)
        address = _broken(scene, domain(name))
        scene.ask(
            client_phrases.CREATE, name=named(rng, name), email=address, status=spoken_value(rng, status), more=""
        )
        scene.call("create_new_client", name=name, email=address, status=status)
        scene.focus(None)
        scene.blur(Client)
    else:
        contact = contacts.any_contact(scene)
        address = _broken(scene, domain(scene.client_of(contact).name))
        scene.ask(contact_phrases.SET_EMAIL, contact=scene.contact(contact), email=address)
        scene.find(contact)
        scene.call("modify_contact", contact_id=contact.id, email=address)
        scene.focus(contact)
    scene.refuse(
        "malformed_email",
        (
            "The text {address} is not a valid e-mail address, so nothing has changed.",
            "I changed nothing, because the e-mail {address} is malformed.",
        ),
        BAD_EMAIL,
        address=address,
        about=(facts.text(address),),
    )


def no_amount(scene: Scene) -> None:
    """missing_required_field: a deal without an amount."""
    client = scene.pick(scene.world.clients())
    name, stage = deal_writes.fresh_deal_name(scene, client), scene.rng.choice(OPEN_STAGES)
    scene.ask(
        phrases.NO_AMOUNT,
        name=named(scene.rng, name),
        client=scene.client(client),
        stage=spoken_value(scene.rng, stage),
    )
    scene.find(client)
    scene.call("create_new_opportunity", name=name, client_id=client.id, stage=stage)
    scene.focus(client)
    scene.blur(Deal)
    scene.refuse(
        "missing_required_field",
        (
            "I did not create {name}: an amount is required for every deal.",
            "A deal needs an amount, so {name} has not been created.",
        ),
        lacking("amount", "value"),
        "amount",
        name=name,
    )


def no_email(scene: Scene) -> None:
    """missing_required_field: a client without an e-mail address."""
    name, status = _new_client(scene), scene.rng.choice(CLIENT_STATUSES)
    scene.ask(phrases.NO_EMAIL, name=named(scene.rng, name), status=spoken_value(scene.rng, status))
    scene.call("create_new_client", name=name, status=status)
    scene.focus(None)
    scene.blur(Client)
    scene.refuse(
        "missing_required_field",
        (
            "I did not add {name}: an e-mail address is required for every client.",
            "A client needs an e-mail address, so {name} has not been added.",
        ),
        lacking("e-mail", "email", "e-mail address", "email address"),
        "email",
        name=name,
    )


def blank_deal_name(scene: Scene) -> None:
    """blank_string on a deal."""
    deal = scene.pick(scene.world.deals())
    scene.ask(phrases.CLEAR_NAME, record=scene.deal(deal))
    _try_change(scene, deal, name="")
    scene.refuse(
        "blank_string",
        (
            "I left the name as it is: a deal's name cannot be blank.",
            "{name} keeps its name, because the field must not be empty.",
        ),
        NAMELESS,
        "blank",
        name=deal.name,
    )


def blank_client_name(scene: Scene) -> None:
    """blank_string on a client."""
    client = clients.any_client(scene)
    scene.ask(phrases.CLEAR_NAME, record=scene.client(client))
    scene.find(client)
    scene.call("modify_client", client_id=client.id, name="")
    scene.focus(client)
    scene.refuse(
        "blank_string",
        (
            "I left the name as it is: a client's name cannot be blank.",
            "{name} keeps its name, because the field must not be empty.",
        ),
        NAMELESS,
        "blank",
        name=client.name,
    )


def unknown_deal_field(scene: Scene) -> None:
    """unknown_field_update: a field that deals do not have."""
    deal = scene.pick(scene.world.deals())
    field, value = scene.rng.choice(DEAL_EXTRAS)
    scene.ask(phrases.EXTRA_DEAL_FIELD, deal=scene.deal(deal), field=field, value=value)
    _try_change(scene, deal, **{field.replace(" ", "_"): value})
    scene.refuse(
        "unknown_field_update",
        (
            "A deal has no field {field}, so I changed nothing.",
            "I left {name} as it is: there is no field for the {field}.",
        ),
        at_issue(NO_FIELD, field),
        "no field named",
        name=deal.name,
        field=field,
    )


def extra_client_field(scene: Scene) -> None:
    """extra_field: a new client with a property that clients do not have, all or nothing."""
    name, status = _new_client(scene), scene.rng.choice(CLIENT_STATUSES)
    email = f"{scene.rng.choice(lexicon.MAILBOXES)}@{domain(name)}"
    field, value = scene.rng.choice(CLIENT_EXTRAS)
    scene.ask(
        phrases.EXTRA_CLIENT_FIELD,
        name=named(scene.rng, name),
        email=email,
        status=spoken_value(scene.rng, status),
        field=field,
        value=value,
    )
    scene.call("create_new_client", name=name, email=email, status=status, **{field.replace(" ", "_"): value})
    scene.focus(None)
    scene.blur(Client)
    scene.refuse(
        "extra_field",
        (
            "I did not create {name}: a client has no field for the {field}.",
            "There is no field for a {field}, so {name} has not been added.",
        ),
        at_issue(NO_FIELD, field),
        field.replace(" ", "_"),
        name=name,
        field=field,
    )


def wrong_home(scene: Scene) -> None:
    """cross_entity_mismatch: a contact looked for under a client it does not belong to."""
    contact = scene.one_of(scene.world.contacts())
    home = scene.client_of(contact)
    other = scene.one_of(client for client in scene.world.clients() if client.id != home.id)
    scene.ask(phrases.WRONG_HOME, contact=contact.name, client=scene.client(other), phone=phone(scene.rng))
    scene.find(other)
    scene.call("contact_search", first_name=contact.first_name, last_name=contact.last_name, client_id=other.id)
    scene.blur(Contact)
    scene.focus(other)
    scene.refuse(
        "cross_entity_mismatch",
        (
            "{contact} is not a contact of {client}, so I changed nothing.",
            "I changed nothing: {contact} is not with {client}.",
        ),
        MISMATCH.plus(facts.name(home.name)),
        contact=contact.name,
        client=other.name,
        about=(facts.name(contact.name),),
    )


def _try_change(scene: Scene, deal: Deal, **values: object) -> None:
    """The call that must fail, and the deal as the thing talked about."""
    scene.find(deal)
    scene.call("modify_opportunity", opportunity_id=deal.id, **values)
    scene.focus(deal, scene.client_of(deal))


def _bad_amount(scene: Scene, category: str, amount: float | str, spoken: str, reason: Reason, error: str) -> None:
    """An amount that cannot be stored, on a deal, on a quote or for a new quote."""
    told = {
        "negative_amount": "an amount must be greater than zero",
        "zero_amount": "an amount must be greater than zero",
        "amount_exceeds_max": "an amount must not exceed $10,000,000",
        "type_mismatch": "an amount must be numeric",
    }[category]
    kind = scene.rng.choice(("deal", "deal", "quote", "new"))
    if kind == "deal":
        deal = deal_writes.open_deal(scene)
        scene.ask(deal_phrases.SET_AMOUNT, deal=scene.deal(deal), amount=spoken)
        _try_change(scene, deal, amount=amount)
    elif kind == "quote":
        quote = quotes.any_quote(scene, lambda q: q.status != "Canceled")
        scene.ask(phrases.QUOTE_AMOUNT, quote=scene.quote(quote), amount=spoken)
        scene.find(quote)
        scene.call("modify_quote", quote_id=quote.id, amount=amount)
        scene.focus(quote, scene.deal_of(quote))
    else:
        deal = deal_writes.open_deal(scene)
        scene.ask(quote_phrases.CREATE, deal=scene.deal(deal), amount=spoken, status="draft", more="")
        scene.find(deal)
        scene.call("create_quote", opportunity_id=deal.id, amount=amount, status="Draft")
        scene.blur(Quote)
        scene.focus(deal)
    scene.refuse(
        category, ("I changed nothing: {told}.", "That is not possible, because {told}."), reason, error, told=told
    )


def _exact_stage(scene: Scene, deal: Deal, stage: str, category: str, error: str) -> None:
    scene.ask(phrases.EXACT_STAGE, deal=scene.deal(deal), stage=stage)
    _try_change(scene, deal, stage=stage)
    scene.refuse(
        category,
        (
            '"{stage}" is not allowed in that spelling, so {name} stays in {now}.',
            'I left {name} in {now}: the stage cannot be stored as "{stage}", only in its exact spelling.',
        ),
        at_issue(SPELLING, stage.strip()),
        error,
        name=deal.name,
        stage=stage,
        now=deal.stage,
    )


def _exact_status(scene: Scene, client: Client, status: str, category: str, error: str) -> None:
    scene.ask(phrases.EXACT_STATUS, client=scene.client(client), status=status)
    scene.find(client)
    scene.call("modify_client", client_id=client.id, status=status)
    scene.focus(client)
    scene.refuse(
        category,
        (
            '"{status}" is not allowed in that spelling, so {name} stays {now}.',
            'I left {name} as it is: the status cannot be stored as "{status}", only in its exact spelling.',
        ),
        at_issue(SPELLING, status.strip()),
        error,
        name=client.name,
        status=status,
        now=client.status,
    )


def _new_client(scene: Scene) -> str:
    """A name no client has, sharing no first word with one."""
    names = " ".join(client.name for client in scene.world.clients())
    root = scene.one_of(root for root in lexicon.ROOTS if root not in names)
    name = f"{root} {scene.rng.choice(lexicon.SECTORS)[0]}"
    if any(name in deal.name for deal in scene.world.deals()):
        raise Unfit
    return name


def _broken(scene: Scene, host: str) -> str:
    """An address that looks like an e-mail address and is none."""
    box = scene.rng.choice(lexicon.MAILBOXES)
    return scene.rng.choice(
        (f"{box}.{host}", f"{box}@", f"{box}@@{host}", f"@{host}", f"{box} at {host}", f"{box}@{host[:-4]}")
    )
