"""Mentions: how a request points at a record, by name or by what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from atlas.datasets.generator import lexicon
from atlas.datasets.generator.records import Client, Company, Contact, Contract, Deal, Quote
from atlas.datasets.generator.speech import long_date, money

DEAL_NAMED = (
    "{0}",
    "{0}",
    "the {0} deal",
    "the {0} opportunity",
    '"{0}"',
    "the deal {0}",
    'the deal "{0}"',
    "the opportunity {0}",
    "our {0} deal",
)
DEAL_AGAIN = ("that deal", "that deal", "this deal", "the same deal", "that opportunity", "this opportunity")
CLIENT_NAMED = (
    "{0}",
    "{0}",
    "{0}",
    "the client {0}",
    "our client {0}",
    '"{0}"',
    "the {0} account",
    "the customer {0}",
)
CLIENT_AGAIN = ("that client", "the same client", "this client", "that account", "that customer", "this account")
CONTACT_AGAIN = ("that contact", "this contact", "the same person", "that person")
QUOTE_AGAIN = ("that quote", "that quote", "this quote", "the same quote", "that proposal")
CONTRACT_AGAIN = ("that contract", "this contract", "the same contract", "that agreement")
DOCUMENT_NAMED = ("{0}", "{0}", "the file {0}", "the document {0}", '"{0}"', "{0}")
DOCUMENT_AGAIN = ("that file", "that document", "this file", "the same document", "that file")
NOTE_AGAIN = ("that note", "this note", "the same note", "that remark")
COMPANY_NAMED = ("{0}", "{0}", '"{0}"', "{0}")
NOTE_QUOTED = ('the note "{0}"', 'the note that says "{0}"', 'the note "{0}"')
COMPANY_AGAIN = ("that company", "this company", "the same company")
_POSSESSIVES = {"it": "its", "her": "her", "him": "his"}
NEW = ("the new {0}", "the {0} you just created", "the {0} we just added", "the {0} you just set up")


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase. `{x}` in a template gives the phrase, `{x.s}` its possessive.

    `short` is what the possessive is made of when the phrase itself is too long for one.
    """

    phrase: str
    short: str = ""

    def __str__(self) -> str:
        return self.phrase

    @property
    def s(self) -> str:
        phrase = self.short or self.phrase
        if phrase in _POSSESSIVES:
            return _POSSESSIVES[phrase]
        return f"{phrase}'" if phrase.endswith("s") else f"{phrase}'s"


def deal_by_name(rng: Random, deal: Deal) -> Mention:
    return _plainly(rng.choice(DEAL_NAMED).format(deal.name))


def client_by_name(rng: Random, client: Client) -> Mention:
    return _plainly(rng.choice(CLIENT_NAMED).format(client.name))


def _plainly(phrase: str) -> Mention:
    """The phrase; its possessive goes without quotation marks."""
    return Mention(phrase, phrase.replace('"', ""))


def contact_by_name(rng: Random, contact: Contact, client: Client) -> Mention:
    forms = ("{0}", "{0}", "{0} at {1}", "{0} from {1}", "our contact {0}", "{1.s} {0}")
    return Mention(rng.choice(forms).format(contact.name, Mention(client.name)))


def pronoun(contact: Contact) -> Mention:
    return Mention("her" if contact.first_name in lexicon.WOMEN else "him")


def new(rng: Random, noun: str) -> Mention:
    """Something that was created a turn ago."""
    return Mention(rng.choice(NEW).format(noun), f"the new {noun}")


def quote_on(rng: Random, quote: Quote, deal: Mention, name: str, only_status: bool) -> Mention:
    """A quote pointed at through its deal (called `name`): by version, or by status when no sibling shares it."""
    if only_status and rng.random() < 0.4:
        status = quote.status.lower()
        return Mention(f"the {status} quote {rng.choice(('on', 'for'))} {deal}", f"the {status} {name} quote")
    forms = ("the {0} quote on {1}", "the {0} quote for {1}", "quote {0} of {1}", "the {0} proposal for {1}")
    return Mention(rng.choice(forms).format(quote.version, deal), f"the {quote.version} {name} quote")


def contract_of(rng: Random, contract: Contract, siblings: list[Contract], client: Mention) -> Mention | None:
    """A contract pointed at through its client by what no other contract of the client shares; None if nothing.

    `siblings` are all contracts of the client, the contract among them.
    """
    forms: list[str] = []
    if contract.end_date and [other.end_date for other in siblings].count(contract.end_date) == 1:
        ends = long_date(date.fromisoformat(contract.end_date))
        forms += [f"the contract with {client} that ends on {ends}", f"the contract with {client} ending {ends}"]
    if [other.status for other in siblings].count(contract.status) == 1:
        status = contract.status.lower()
        forms += [f"{client.s} {status} contract", f"the {status} contract with {client}"] * 2
    if contract.value is not None and [other.value for other in siblings].count(contract.value) == 1:
        forms.append(f"the {money(contract.value)} contract with {client}")
    if len(siblings) == 1:
        forms += [f"{client.s} contract", f"the contract with {client}", f"our contract with {client}"] * 2
    return Mention(rng.choice(forms)) if forms else None


def contract_for(rng: Random, deal: Mention) -> Mention:
    """A contract pointed at through the deal it is for."""
    return Mention(rng.choice(("the contract for {0}", "the contract on {0}")).format(deal))


def company_by_name(rng: Random, company: Company, *, plainly: bool = False) -> Mention:
    """A company by its name, `plainly` without its type."""
    typed = (f"our {company.type.lower()} {{0}}", f"the {company.type.lower()} {{0}}")
    forms = (*COMPANY_NAMED, *(() if plainly else typed))
    return _plainly(rng.choice(forms).format(company.name))


def note_by_text(rng: Random, content: str) -> Mention:
    return Mention(rng.choice(NOTE_QUOTED).format(content))


def document_by_name(rng: Random, file_name: str) -> Mention:
    return Mention(rng.choice(DOCUMENT_NAMED).format(file_name))
