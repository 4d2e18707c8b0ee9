"""The population of a world: who and what is in it before the first request, distractors included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from atlas.datasets.generator import lexicon
from atlas.datasets.generator.records import (
    COMPANY_TYPES,
    OPEN_STAGES,
    Client,
    Company,
    Contact,
    Contract,
    Deal,
    Document,
    Note,
    Quote,
    Record,
)
from atlas.datasets.generator.world import World

ODDS = {"Prospecting": (5, 25), "Qualification": (20, 45), "Proposal": (40, 65), "Negotiation": (60, 90)}
"""Usual range of the probability, in percent, per open stage."""


def new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def person(rng: Random) -> tuple[str, str]:
    """A first and a last name."""
    return rng.choice(lexicon.WOMEN + lexicon.MEN), rng.choice(lexicon.SURNAMES)


def phone(rng: Random) -> str:
    return f"+1-{rng.randint(212, 989)}-555-{rng.randint(100, 199):04d}"


def address(rng: Random) -> str:
    return f"{rng.randint(3, 890)} {rng.choice(lexicon.STREETS)}, {rng.choice(lexicon.CITIES)}"


def domain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum()) + ".com"


def price(rng: Random) -> float:
    """A deal amount in dollars: mostly five digits, now and then seven; always a multiple of 50."""
    if rng.random() < 0.06:
        return float(rng.randint(21, 60) * 50_000)
    return float(rng.randint(80, 2_400) * rng.choice((50, 50, 100, 100, 200)))


MOST_RECORDS = 60


def populate(rng: Random, today: date) -> World:
    """A world of 20 to 60 records in which near-equal names, shared surnames and several quotes a deal occur.

    It holds at least one deal closed as won and one as lost, a client with two open deals, two deals with several
    quotes, a client with three contracts, a deal with two files, and a deal and a client with two notes each.
    """
    town = _Town(rng, today)
    while True:
        # A town with all its extras at once is larger than that, about one in a hundred; the next draw is not.
        world = town.built()
        if len(world) <= MOST_RECORDS:
            return world


@dataclass(slots=True)
class _Town:
    rng: Random
    today: date

    def built(self) -> World:
        world, rng = World(), self.rng
        owners = [" ".join(self._fresh_person(set())) for _ in range(4)]
        clients = self._clients(owners)
        contacts = self._contacts(clients)
        deals = self._deals(clients, owners)
        quotes = [quote for position, deal in enumerate(deals) for quote in self._quotes(deal, position)]
        contracts = self._contracts(clients, deals)
        everything: list[Record] = [*clients, *contacts, *deals, *quotes, *contracts, *self._companies()]
        everything += self._documents(deals, quotes, clients, contracts, owners)
        everything += self._notes(deals, contacts, clients, contracts, owners)
        rng.shuffle(everything)
        for record in everything:
            world.seed(record)
        world.begin()
        return world

    def _stamp(self, most_days: int = 400) -> str:
        """A moment in the past, during office hours."""
        day = self.today - timedelta(days=self.rng.randint(3, most_days))
        return f"{day}T{self.rng.randint(8, 17):02d}:{self.rng.choice((0, 10, 15, 30, 45)):02d}:00+00:00"

    def _fresh_person(self, taken: set[tuple[str, str]]) -> tuple[str, str]:
        while (found := person(self.rng)) in taken:
            pass
        taken.add(found)
        return found

    def _client_names(self) -> list[tuple[str, str]]:
        """Names and industries: one trio of near-equal names, often a second pair, and some of their own."""
        rng = self.rng
        roots = rng.sample(lexicon.ROOTS, 6)
        first, second, third = rng.sample(lexicon.SECTORS, 3)
        names = [(f"{roots[0]} {first[0]}", first[1])]
        names.append((f"{roots[0]} {first[0]} {rng.choice(lexicon.SUFFIXES)}", first[1]))
        names.append((f"{roots[0]} {second[0]}", second[1]))
        names.append((f"{roots[1]} {first[0]}", first[1]))
        if rng.random() < 0.6:
            names.append((f"{roots[1]} {third[0]}", third[1]))
        names += [
            (f"{root} {s[0]}", s[1]) for root, s in zip(roots[2:], rng.sample(lexicon.SECTORS, 4), strict=True)
        ]
        return names[: rng.randint(5, 7)]

    def _clients(self, owners: list[str]) -> list[Client]:
        rng = self.rng
        return [
            Client(
                id=new_id(rng),
                name=name,
                industry=industry,
                email=f"{rng.choice(lexicon.MAILBOXES)}@{domain(name)}",
                phone=phone(rng),
                address=address(rng),
                status=rng.choice(("Active", "Active", "Active", "Prospect", "Inactive")),
                created_date=self._stamp(900),
                owner=rng.choice(owners),
            )
            for name, industry in self._client_names()
        ]

    def _contacts(self, clients: list[Client]) -> list[Contact]:
        rng, taken = self.rng, set[tuple[str, str]]()
        homes = [*clients[:4], *rng.choices(clients, k=rng.randint(1, 3))]
        contacts: list[Contact] = []
        for position, client in enumerate(homes):
            first, last = self._fresh_person(taken)
            if position in (1, 3):
                last = contacts[-1].last_name
                taken.add((first, last))
            contacts.append(
                Contact(
                    id=new_id(rng),
                    first_name=first,
                    last_name=last,
                    client_id=client.id,
                    title=rng.choice(lexicon.TITLES),
                    email=f"{first}.{last}@{domain(client.name)}".lower(),
                    phone=phone(rng),
                )
            )
        return list({contact.name: contact for contact in contacts}.values())

    def _deal_names(self, client: Client, count: int) -> list[str]:
        topics = self.rng.sample(lexicon.TOPICS, count)
        names = [f"{client.name} {topic}" for topic in topics]
        if count > 1 and self.rng.random() < 0.7:
            names[1] = f"{names[0]} {self.rng.choice(lexicon.TAGS)}"
        return names

    def _deals(self, clients: list[Client], owners: list[str]) -> list[Deal]:
        rng = self.rng
        wanted = [3, 2, 2, 2, *[rng.choice((0, 1, 1, 2)) for _ in clients[4:]]]
        stages = [*rng.sample(OPEN_STAGES, 2), "Closed-Won", rng.choice(OPEN_STAGES), "Closed-Lost"]
        amounts, days = set[float](), set[date]()
        deals: list[Deal] = []
        for client, count in zip(clients, wanted, strict=True):
            for name in self._deal_names(client, count):
                stage = stages.pop(0) if stages else rng.choice((*OPEN_STAGES, *OPEN_STAGES, "Closed-Won"))
                deals.append(self._deal(name, client, stage, rng.choice(owners), amounts, days))
        return deals

    def _deal(
        self, name: str, client: Client, stage: str, owner: str, amounts: set[float], days: set[date]
    ) -> Deal:
        rng, still_open = self.rng, stage in OPEN_STAGES
        while (amount := price(rng)) in amounts:
            pass
        amounts.add(amount)
        reach = (6, 320) if still_open else (-300, -4)
        while (day := self.today + timedelta(days=rng.randint(*reach))) in days:
            pass
        days.add(day)
        odds = rng.randint(*ODDS[stage]) if still_open else None
        return Deal(new_id(rng), name, client.id, stage, amount, str(day), owner, odds, None, self._stamp(360))

    def _quotes(self, deal: Deal, position: int) -> list[Quote]:
        """Three and two quotes for the first two deals, so that there is always something to compare."""
        rng = self.rng
        count = {0: 3, 1: 2}.get(position, rng.choice((0, 0, 0, 0, 1, 1, 2)))
        prefix = "".join(word[0] for word in deal.name.split()[:3]).upper()
        shares = rng.sample((0.8, 0.85, 0.9, 0.95, 1.05, 1.1, 1.2), count)
        statuses = rng.sample(("Draft", "Sent", "Approved", "Rejected", "Draft"), count)
        return [
            Quote(
                id=new_id(rng),
                opportunity_id=deal.id,
                amount=round(deal.amount * share, 2),
                status=status,
                version=f"v{number}",
                valid_until=str(self.today + timedelta(days=rng.randint(4, 120))),
                created_date=self._stamp(200),
                quote_prefix=f"{prefix}-{self.today.year % 100}",
            )
            for number, (share, status) in enumerate(zip(shares, statuses, strict=True), start=1)
        ]

    def _contracts(self, clients: list[Client], deals: list[Deal]) -> list[Contract]:
        """One of each status, with near-equal terms, for the first client, one for its namesake, some for deals."""
        rng, ends, value = self.rng, set[date](), price(self.rng)
        own = [
            self._contract(clients[0].id, None, round(value * share, 2), status, ends)
            for share, status in ((1.0, "Active"), (1.1, "Expired"), (0.95, rng.choice(("Pending", "Active"))))
        ]
        others = [self._contract(clients[1].id, None, round(value * 1.05, 2), "Active", ends)]
        for client in rng.sample(clients[2:], rng.randint(0, 1)):
            others.append(self._contract(client.id, None, price(rng), rng.choice(("Active", "Expired")), ends))
        won = [deal for deal in deals if deal.stage == "Closed-Won"]
        for deal in won[:2]:
            status = rng.choice(("Active", "Pending"))
            others.append(self._contract(deal.client_id, deal.id, deal.amount, status, ends))
        return [*own, *others]

    def _contract(
        self, client_id: str, deal_id: str | None, value: float, status: str, ends: set[date]
    ) -> Contract:
        reach = {"Expired": (-700, -400), "Active": (-200, -20), "Pending": (5, 60)}[status]
        while (end := self.today + timedelta(days=self.rng.randint(*reach) + 364)) in ends:
            pass
        ends.add(end)
        start = end - timedelta(days=364)
        return Contract(new_id(self.rng), client_id, deal_id, str(start), str(end), value, status)

    def _companies(self) -> list[Company]:
        """Two of a near-equal name, and two of one industry that are of different types."""
        rng = self.rng
        names = rng.sample(lexicon.COMPANY_WORDS, rng.randint(2, 3))
        names.append(f"{names[0]} {rng.choice(lexicon.SUFFIXES)}")
        industries = rng.sample(sorted({industry for _, industry in lexicon.SECTORS}), 2)
        types = [*rng.sample(COMPANY_TYPES, 3), rng.choice(COMPANY_TYPES)]
        return [
            Company(
                id=new_id(rng),
                name=name,
                type=kind,
                industry=industries[position // 2],
                address=address(rng),
                contacts=tuple(" ".join(person(rng)) for _ in range(rng.randint(1, 2))),
            )
            for position, (name, kind) in enumerate(zip(names, types, strict=False))
        ]

    def _documents(
        self,
        deals: list[Deal],
        quotes: list[Quote],
        clients: list[Client],
        contracts: list[Contract],
        owners: list[str],
    ) -> list[Document]:
        """Two files of near-equal names on one deal, two on different clients, and one each elsewhere."""
        rng, stamps = self.rng, set[str]()
        stems = rng.sample(lexicon.FILE_STEMS, 5)
        first, second = (self._file_names(stem) for stem in stems[:2])
        deal, other = rng.sample(deals[:6], 2)
        homes: list[tuple[Deal | Quote | Client | Contract, str]] = [
            (deal, first[0]),
            (deal, first[1]),
            (clients[0], second[0]),
            (rng.choice(clients[:2]), second[1]),
        ]
        others: tuple[Deal | Quote | Client | Contract, ...] = (other, rng.choice(quotes), rng.choice(contracts))
        for home, stem in zip(others, stems[2:], strict=True):
            homes.append((home, f"{stem}.{rng.choice(lexicon.FILE_KINDS)}"))
        return [
            Document(new_id(rng), home.entity, home.id, name, rng.choice(owners), self._new_stamp(stamps))
            for home, name in homes
        ]

    def _file_names(self, stem: str) -> tuple[str, str]:
        kind = self.rng.choice(lexicon.FILE_KINDS)
        return f"{stem}.{kind}", f"{stem}{self.rng.choice(lexicon.FILE_ENDINGS)}.{kind}"

    def _new_stamp(self, taken: set[str]) -> str:
        """A moment in the past, on a day that none of `taken` is on; it is taken from now on."""
        while (stamp := self._stamp(120))[:10] in taken:
            pass
        taken.add(stamp[:10])
        return stamp

    def _notes(
        self,
        deals: list[Deal],
        contacts: list[Contact],
        clients: list[Client],
        contracts: list[Contract],
        owners: list[str],
    ) -> list[Note]:
        """Two on one deal, two on one client, and one each on a contact and a contract."""
        rng, stamps = self.rng, set[str]()
        deal, client = rng.choice(deals[:6]), rng.choice(clients[:4])
        homes: list[Deal | Contact | Client | Contract] = [deal, deal, client, client]
        homes += [rng.choice(contacts), rng.choice(contracts)]
        texts = rng.sample(lexicon.NOTE_TEXTS, len(homes))
        return [
            Note(new_id(rng), home.entity, home.id, text, rng.choice(owners), self._new_stamp(stamps))
            for home, text in zip(homes, texts, strict=True)
        ]
