"""Requests about companies that are no clients: partners, vendors and competitors."""

from __future__ import annotations

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.phrases import companies as phrases
from atlas.datasets.generator.reasons import NOT_FOUND
from atlas.datasets.generator.records import COMPANY_TYPES, Company
from atlas.datasets.generator.scene import Scene
from atlas.datasets.generator.speech import listed

PLURALS = {"Partner": "partners", "Vendor": "vendors", "Competitor": "competitors"}


def address(scene: Scene) -> None:
    company = scene.pick([company for company in scene.world.companies() if company.address])
    scene.ask(phrases.ADDRESS, company=scene.company(company))
    _looked_up(scene, company)
    scene.reply(
        ("The address of {name} is {address}.", "{name} is located at {address}."),
        (facts.text(company.address or ""),),
        facts.texts(*(c.address for c in scene.world.companies() if c.address and c.id != company.id)),
        name=company.name,
        address=company.address,
    )


def kind(scene: Scene) -> None:
    """Its type and its industry; the words for the company must not give the type away."""
    company = scene.pick([company for company in scene.world.companies() if company.industry])
    scene.ask(phrases.KIND, company=scene.company(company, plainly=True))
    _looked_up(scene, company)
    scene.reply(
        ("{name} is a {type} in {industry}.", "It is a {type}; the industry is {industry}."),
        (facts.text(company.type), facts.text(company.industry or "")),
        [facts.text(other) for other in COMPANY_TYPES if other != company.type],
        name=company.name,
        type=company.type.lower(),
        industry=company.industry,
    )


def people(scene: Scene) -> None:
    company = scene.pick([company for company in scene.world.companies() if company.contacts])
    scene.ask(phrases.PEOPLE, company=scene.company(company))
    _looked_up(scene, company)
    scene.reply(
        ("At {name} we know {people}.", "The contacts at {name}: {people}."),
        facts.names(company.contacts),
        name=company.name,
        people=listed(list(company.contacts)),
    )


def in_industry(scene: Scene) -> None:
    """The only company of its type in its industry."""
    pairs = [(company.type, company.industry) for company in scene.world.companies()]
    company = scene.pick(
        [c for c in scene.world.companies() if c.address and pairs.count((c.type, c.industry)) == 1]
    )
    scene.ask(
        phrases.IN_INDUSTRY,
        type=company.type.lower(),
        industry=company.industry,
    )
    scene.call("company_search", type=company.type, industry=company.industry)
    scene.focus(company)
    scene.reply(
        ("That is {name}, {address}.", "{name}; the address is {address}."),
        (facts.name(company.name), facts.text(company.address or "")),
        name=company.name,
        address=company.address,
    )


def of_type(scene: Scene) -> None:
    found = scene.one_of(sorted({company.type for company in scene.world.companies()}))
    companies = [company for company in scene.world.companies() if company.type == found]
    scene.ask(phrases.OF_TYPE, types=PLURALS[found])
    scene.call("list_companies")
    scene.blur(Company)
    scene.focus(companies[0] if len(companies) == 1 else None)
    scene.reply(
        ("On file as {types}: {names}.", "The {types} are: {names}."),
        facts.names(company.name for company in companies),
        [facts.name(c.name) for c in scene.world.companies() if c.type != found],
        types=PLURALS[found],
        names="; ".join(company.name for company in companies),
    )


def count_type(scene: Scene) -> None:
    found = scene.one_of(sorted({company.type for company in scene.world.companies()}))
    companies = [company for company in scene.world.companies() if company.type == found]
    scene.ask(phrases.COUNT_TYPE, types=PLURALS[found])
    scene.call("list_companies")
    scene.blur(Company)
    scene.focus(None)
    scene.reply(
        ("The number of {types} is {count}.", "On file as {types}: {count}."),
        (facts.number(len(companies)),),
        types=PLURALS[found],
        count=len(companies),
    )


def missing(scene: Scene) -> None:
    """unknown_foreign_key: a company that is not in the CRM."""
    known = " ".join(company.name for company in scene.world.companies())
    name = scene.one_of(name for name in lexicon.COMPANY_WORDS if name not in known)
    noun = scene.rng.choice(COMPANY_TYPES).lower()
    bank = scene.rng.choice((phrases.ADDRESS, phrases.PEOPLE))
    scene.ask(bank, company=scene.rng.choice((f"our {noun} {name}", f"the company {name}", f"the {noun} {name}")))
    scene.call("company_search", name=name)
    scene.blur(Company)
    scene.focus(None)
    scene.refuse(
        "unknown_foreign_key",
        (
            "I could not find a company called {name}.",
            "There is no company named {name} in the CRM.",
        ),
        NOT_FOUND.plus(*facts.texts("no company", "no partner", "no vendor", "no competitor")),
        about=(facts.name(name),),
        name=name,
    )


def _looked_up(scene: Scene, company: Company) -> None:
    """The reference way to a company: search it by its name."""
    scene.call("company_search", name=company.name)
    scene.focus(company)
