"""Mentions: phrases and their possessives."""

from __future__ import annotations

from random import Random

import pytest

from atlas.datasets.generator import lexicon, mentions
from atlas.datasets.generator.mentions import Mention
from atlas.datasets.generator.records import Client, Company, Contact, Contract, Deal, Quote


@pytest.mark.parametrize(
    ("mention", "possessive"),
    [
        (Mention("Acme"), "Acme's"),
        (Mention("Acme Foods"), "Acme Foods'"),
        (Mention("it"), "its"),
        (Mention("her"), "her"),
        (Mention("him"), "his"),
        (Mention("the deal you just created", "the new deal"), "the new deal's"),
    ],
)
def test_possessives(mention: Mention, possessive: str) -> None:
    assert mention.s == possessive
    assert f"{mention}" == mention.phrase


def test_a_name_is_in_every_mention_by_name() -> None:
    deal, client = Deal("d", "Pilot", "c", "Proposal", 1.0), Client("c", "Acme")
    contact = Contact("p", "Ann", "Lee", "c")
    for seed in range(40):
        assert "Pilot" in str(mentions.deal_by_name(Random(seed), deal))
        assert "Acme" in str(mentions.client_by_name(Random(seed), client))
        assert "Ann Lee" in str(mentions.contact_by_name(Random(seed), contact, client))
        assert "the new deal" in mentions.new(Random(seed), "deal").s


def test_pronouns_follow_the_first_name() -> None:
    assert str(mentions.pronoun(Contact("p", lexicon.WOMEN[0], "Lee", "c"))) == "her"
    assert str(mentions.pronoun(Contact("p", lexicon.MEN[0], "Lee", "c"))) == "him"
    assert not set(lexicon.WOMEN) & set(lexicon.MEN)


def test_a_quote_is_told_by_its_status_only_when_that_is_enough() -> None:
    quote, deal = Quote("q", "d", 1.0, "Draft", "v2"), Mention("Pilot")
    alone = {str(mentions.quote_on(Random(n), quote, deal, "Pilot", True)) for n in range(60)}
    among = {str(mentions.quote_on(Random(n), quote, deal, "Pilot", False)) for n in range(60)}
    assert any("draft" in text for text in alone)
    assert all("v2" in text for text in among)


def contract_texts(contract: Contract, *others: Contract) -> set[str]:
    siblings, client = [contract, *others], Mention("Acme")
    return {str(mentions.contract_of(Random(n), contract, siblings, client)) for n in range(80)}


def test_a_contract_is_told_by_what_no_other_one_shares() -> None:
    contract = Contract("k", "c", status="Active")
    pending = Contract("l", "c", status="Pending")
    assert contract_texts(contract, pending) == {"Acme's active contract", "the active contract with Acme"}
    assert {"Acme's contract", "the contract with Acme", "our contract with Acme"} <= contract_texts(contract)
    assert contract_texts(contract, Contract("m", "c", status="Active")) == {"None"}
    dated = Contract("k", "c", status="Active", end_date="2027-04-03", value=48_500.0)
    twin = Contract("m", "c", status="Active", end_date="2027-04-03", value=52_000.0)
    assert contract_texts(dated, twin) == {"the $48,500 contract with Acme"}
    assert "the contract with Acme ending April 3, 2027" in contract_texts(dated, contract)


def test_a_company_told_plainly_keeps_its_type_to_itself() -> None:
    company = Company("k", "Apex Consulting", "Vendor")
    told = {str(mentions.company_by_name(Random(n), company)) for n in range(60)}
    plain = {str(mentions.company_by_name(Random(n), company, plainly=True)) for n in range(60)}
    assert any("vendor" in text for text in told)
    assert not any("vendor" in text for text in plain)
    assert all("Apex Consulting" in text for text in told | plain)
