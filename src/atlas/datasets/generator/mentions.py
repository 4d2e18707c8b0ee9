"""Mentions: how a request points at a record, by name or by what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from atlas.datasets.generator import lexicon
from atlas.datasets.generator.records import Client, Contact, Contract, Deal, Quote

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
    return Mention(rng.choice(DEAL_NAMED).format(deal.name))


def client_by_name(rng: Random, client: Client) -> Mention:
    return Mention(rng.choice(CLIENT_NAMED).format(client.name))


def contact_by_name(rng: Random, contact: Contact, client: Client) -> Mention:
    forms = ("{0}", "{0}", "{0} at {1}", "{0} from {1}", "our contact {0}", "{1}'s {0}")
    return Mention(rng.choice(forms).format(contact.name, client.name))


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


def contract_of(rng: Random, contract: Contract, client: Mention, only: bool) -> Mention:
    """A contract pointed at through its client: by status when it is not the client's only one."""
    kind = "" if only else f"{contract.status.lower()} "
    return Mention(
        rng.choice(("{1.s} {0}contract", "the {0}contract with {1}")).format(kind, client).replace("  ", " ")
    )
