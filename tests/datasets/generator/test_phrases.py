"""Phrases: every bank has many ways to say its thing, each with the same slots."""

from __future__ import annotations

import re

import pytest

from atlas.datasets.generator.phrases import (
    clients,
    companies,
    contacts,
    contract_refusals,
    contracts,
    deal_reads,
    deal_writes,
    document_refusals,
    documents,
    note_refusals,
    notes,
    overview,
    overview_refusals,
    quotes,
    refusals,
)
from atlas.datasets.generator.speech import Bank, expansions

MODULES = (
    clients,
    companies,
    contacts,
    contract_refusals,
    contracts,
    deal_reads,
    deal_writes,
    document_refusals,
    documents,
    note_refusals,
    notes,
    overview,
    overview_refusals,
    quotes,
    refusals,
)
BANKS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": bank
    for module in MODULES
    for name, bank in vars(module).items()
    if isinstance(bank, Bank)
}


def templates(bank: Bank) -> list[str]:
    return [*bank.do, *bank.ask, *bank.want, *bank.say]


@pytest.mark.parametrize("name", sorted(BANKS))
def test_every_bank_is_rich_and_well_formed(name: str) -> None:
    texts = templates(BANKS[name])
    assert len(texts) == len(set(texts)) == len(BANKS[name])
    assert len(texts) >= 7
    assert len({frozenset(re.findall(r"\{(\w+)", text)) for text in texts}) == 1, "some phrase lacks a slot"
    for text in (expanded for template in texts for expanded in expansions(template)):
        assert not re.search(r"[\[\]|]", text), text
        assert not re.sub(r"\{\w+(\.s)?\}", "", text).count("{"), text


@pytest.mark.parametrize("name", sorted(BANKS))
def test_whole_messages_end_like_sentences_and_clauses_do_not(name: str) -> None:
    bank = BANKS[name]
    assert all(text.endswith((".", "?", "!")) for say in bank.say for text in expansions(say))
    clauses = (*bank.do, *bank.ask, *bank.want)
    assert not any(text.endswith((".", "?", "!")) for clause in clauses for text in expansions(clause))


@pytest.mark.parametrize(("clauses", "slot"), [(documents.UPLOADED_BY, "person"), (notes.WRITTEN_BY, "person")])
def test_clauses_that_name_somebody_have_one_slot(clauses: tuple[str, ...], slot: str) -> None:
    assert len(clauses) == len(set(clauses)) >= 5
    assert all(re.findall(r"\{(\w+)\}", clause) == [slot] for clause in clauses)
