"""The families: themes of conversations, each with the intents that open it and those that follow."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.datasets.conversation import Split
from atlas.datasets.generator.intents import (
    clients,
    companies,
    composites,
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
    pairs,
    quotes,
    refusals,
)
from atlas.datasets.generator.scene import Intent

HOME: tuple[Split, ...] = ("train", "test")
AWAY: tuple[Split, ...] = ("transfer",)


@dataclass(frozen=True, slots=True)
class Family:
    """One theme. `weight` is its share of the conversations of a split; `refusals` are requests to be declined."""

    name: str
    category: str
    splits: tuple[Split, ...]
    weight: int
    opening: tuple[Intent, ...]
    following: tuple[Intent, ...]
    refusals: tuple[Intent, ...] = ()


_DEAL_READS = (
    deal_reads.stage_and_amount,
    deal_reads.close_date,
    deal_reads.owner,
    deal_reads.probability,
    deal_reads.picture,
    deal_reads.client_of,
)
_PIPELINE = (
    deal_reads.open_total,
    deal_reads.largest_open,
    deal_reads.first_to_close,
    deal_reads.list_open,
    deal_reads.stage_total,
    deal_reads.owner_total,
)
_DEAL_FIELDS = (
    deal_writes.move_stage,
    deal_writes.set_amount,
    deal_writes.set_odds,
    deal_writes.set_close,
    deal_writes.set_owner,
    deal_writes.close_won,
    deal_writes.close_lost,
)
_DEAL_PAIRS = (pairs.deal_fields, pairs.change_and_ask, pairs.move_both)
_CLIENT_READS = (clients.email, clients.phone_address, clients.account, clients.industry_count)
_CLIENT_FIELDS = (
    clients.set_status,
    clients.set_phone,
    clients.set_email,
    clients.set_address,
    clients.set_owner,
)
_CONTACT_READS = (contacts.email, contacts.phone, contacts.title, contacts.who_is, contacts.list_all)
_CONTACT_FIELDS = (contacts.set_title, contacts.set_phone, contacts.set_email)
_QUOTE_READS = (quotes.details, quotes.validity, quotes.total, quotes.highest, quotes.lowest, quotes.prefixes)
_QUOTE_NTH = (quotes.cancel_nth, quotes.delete_nth, quotes.status_nth, quotes.expiry_nth)
_NO_DEAL = (
    refusals.closed_deal,
    refusals.reopen,
    refusals.past_date,
    refusals.no_such_day,
    refusals.odds_out_of_range,
    refusals.odds_decimal,
    refusals.negative_amount,
    refusals.zero_amount,
    refusals.huge_amount,
    refusals.amount_in_words,
    refusals.unknown_stage,
    refusals.shouted_stage,
    refusals.padded_stage,
    refusals.missing_deal,
    refusals.blank_deal_name,
    refusals.unknown_deal_field,
)
_NO_NEW_DEAL = (refusals.missing_client, refusals.no_amount, refusals.huge_amount, refusals.missing_deal)
_NO_CLIENT = (
    refusals.unknown_client_status,
    refusals.shouted_status,
    refusals.padded_status,
    refusals.missing_client,
    refusals.taken_email,
    refusals.bad_email,
    refusals.no_email,
    refusals.blank_client_name,
    refusals.extra_client_field,
    refusals.wrong_home,
)
_NO_CONTACT = (refusals.wrong_home, refusals.bad_email, refusals.missing_client)
_NO_QUOTE = (
    refusals.unknown_quote_status,
    refusals.missing_quote,
    refusals.negative_amount,
    refusals.zero_amount,
    refusals.huge_amount,
    refusals.amount_in_words,
    refusals.missing_deal,
)
_UPLOADS = (
    documents.upload_to_deal,
    documents.upload_to_client,
    documents.upload_to_quote,
    documents.upload_to_contract,
)
_FILE_READS = (
    documents.files_of,
    documents.count_of,
    documents.uploader,
    documents.upload_day,
    documents.filed_where,
    documents.by_person,
    documents.count_by_person,
    documents.latest_file,
    documents.by_date,
)
_NO_UPLOAD = (
    document_refusals.unsafe_name,
    document_refusals.no_extension,
    document_refusals.bad_extension,
    document_refusals.no_file_name,
    document_refusals.on_contact,
    document_refusals.missing_home,
)
_CONTRACT_READS = (
    contracts.terms,
    contracts.status,
    contracts.start,
    contracts.total,
    contracts.status_of_client,
    contracts.status_overall,
    contracts.largest,
    contracts.next_to_end,
    contracts.next_overall,
    contracts.of_deal,
    contracts.ranked,
)
_NO_CONTRACT = (
    contract_refusals.unknown_status,
    contract_refusals.shouted_status,
    contract_refusals.padded_status,
    contract_refusals.no_such_day,
    contract_refusals.negative_value,
    contract_refusals.zero_value,
    contract_refusals.huge_value,
    contract_refusals.value_in_words,
    contract_refusals.missing_home,
    contract_refusals.other_deal,
)
_ADD_NOTES = (
    notes.add_to_deal,
    notes.add_to_client,
    notes.add_to_contact,
    notes.add_to_quote,
    notes.add_to_contract,
)
_NOTE_READS = (
    notes.last,
    notes.writer_of_last,
    notes.notes_of,
    notes.count_of,
    notes.by_person,
    notes.count_by_person,
    notes.writer,
    notes.written_when,
    notes.by_date,
)
_COMPANY_READS = (
    companies.address,
    companies.kind,
    companies.people,
    companies.in_industry,
    companies.of_type,
    companies.count_type,
)
_OVERVIEW = (
    overview.counts,
    overview.deal_total,
    overview.busiest_owner,
    overview.clients_with_status,
    overview.clients_of_owner,
    overview.contacts_with_title,
    overview.largest_deal,
    overview.next_deal,
    overview.quotes_with_status,
    overview.two_quotes,
    overview.details,
)
_NO_NOTE = (note_refusals.blank_note, note_refusals.on_company, note_refusals.missing_home)
_NOT_ENSURED = (overview_refusals.ensure_nameless, overview_refusals.ensure_malformed)

FAMILIES = (
    Family(
        "deal_updates",
        "Opportunity Management",
        HOME,
        16,
        (*_DEAL_FIELDS, *_DEAL_PAIRS),
        (
            *_DEAL_FIELDS,
            *_DEAL_PAIRS,
            *_DEAL_READS,
            deal_writes.create,
            quotes.create,
            deal_reads.largest_open,
            documents.upload_to_deal,
        ),
        _NO_DEAL,
    ),
    Family(
        "deal_intake",
        "Opportunity Management",
        HOME,
        28,
        (deal_writes.create,),
        (
            deal_writes.create,
            deal_writes.set_odds,
            deal_writes.set_close,
            deal_writes.set_owner,
            quotes.create,
            quotes.create_same,
            contacts.create,
            *_DEAL_PAIRS,
            *_DEAL_READS,
            deal_reads.open_total,
            contacts.who_is,
            documents.upload_to_deal,
            documents.upload_to_client,
        ),
        (*_NO_NEW_DEAL, *_NO_DEAL),
    ),
    Family(
        "pipeline_review",
        "Opportunity Management",
        HOME,
        19,
        (*_PIPELINE, *_DEAL_READS),
        (
            *_PIPELINE,
            *_DEAL_READS,
            deal_writes.create,
            deal_writes.move_stage,
            deal_writes.set_close,
            deal_writes.set_amount,
            *_DEAL_PAIRS,
        ),
        _NO_DEAL,
    ),
    Family(
        "deal_copies",
        "Opportunity Management",
        HOME,
        7,
        (deal_writes.clone, deal_writes.delete, deal_writes.rename),
        (
            deal_writes.clone,
            deal_writes.rename,
            deal_writes.set_amount,
            deal_writes.set_close,
            deal_writes.delete,
            deal_writes.move_stage,
            *_DEAL_READS,
        ),
        (refusals.missing_deal, refusals.blank_deal_name, refusals.closed_deal, refusals.reopen),
    ),
    Family(
        "client_care",
        "Client Management",
        HOME,
        8,
        (*_CLIENT_READS, *_CLIENT_FIELDS, clients.create),
        (
            *_CLIENT_READS,
            *_CLIENT_FIELDS,
            pairs.client_fields,
            clients.create,
            contacts.list_all,
            contacts.create,
            deal_writes.create,
            deal_reads.open_total,
            documents.upload_to_client,
        ),
        _NO_CLIENT,
    ),
    Family(
        "contact_directory",
        "Contact Management",
        HOME,
        6,
        (*_CONTACT_READS, *_CONTACT_FIELDS, contacts.create),
        (
            *_CONTACT_READS,
            *_CONTACT_FIELDS,
            pairs.contact_fields,
            contacts.create,
            clients.phone_address,
            clients.account,
            deal_writes.create,
        ),
        _NO_CONTACT,
    ),
    Family(
        "quote_desk",
        "Quote Management",
        HOME,
        18,
        (quotes.create, quotes.create_same, *_QUOTE_READS),
        (
            quotes.create,
            quotes.create_same,
            quotes.set_status,
            quotes.set_amount,
            quotes.extend,
            pairs.quote_fields,
            quotes.compare,
            quotes.cancel,
            quotes.delete,
            *_QUOTE_READS,
            deal_reads.stage_and_amount,
            deal_writes.create,
            deal_writes.move_stage,
            documents.upload_to_quote,
        ),
        _NO_QUOTE,
    ),
    Family(
        "document_desk",
        "Document Management",
        HOME,
        14,
        (*_UPLOADS, *_UPLOADS, *_FILE_READS),
        (
            *_UPLOADS,
            *_FILE_READS,
            documents.nth_uploader,
            documents.nth_day,
            deal_reads.stage_and_amount,
            deal_writes.move_stage,
        ),
        _NO_UPLOAD,
    ),
    Family(
        "contract_desk",
        "Contract Management",
        HOME,
        8,
        (contracts.create, contracts.create_for_deal, contracts.create_same, *_CONTRACT_READS),
        (
            contracts.create,
            contracts.create_for_deal,
            contracts.create_same,
            *_CONTRACT_READS,
            contracts.nth_end,
            contracts.nth_status,
            documents.upload_to_contract,
            deal_reads.stage_and_amount,
        ),
        _NO_CONTRACT,
    ),
    Family(
        "note_keeping",
        "Notes",
        HOME,
        6,
        (*_ADD_NOTES, *_NOTE_READS),
        (*_ADD_NOTES, *_NOTE_READS, notes.nth_writer, deal_reads.stage_and_amount, contacts.email),
        _NO_NOTE,
    ),
    Family(
        "partner_directory",
        "Company Directory",
        HOME,
        5,
        _COMPANY_READS,
        (*_COMPANY_READS, clients.industry_count, clients.phone_address),
        (companies.missing, note_refusals.on_company),
    ),
    Family(
        "crm_overview",
        "Reporting",
        HOME,
        10,
        (*_OVERVIEW, overview.ensure_new, overview.ensure_known),
        (
            *_OVERVIEW,
            overview.ensure_new,
            overview.ensure_known,
            contracts.status_overall,
            deal_writes.move_stage,
            contacts.who_is,
        ),
        _NOT_ENSURED,
    ),
    Family(
        "quote_negotiation",
        "Quote Management",
        AWAY,
        30,
        (quotes.ranked, quotes.compare, quotes.create_off),
        (
            quotes.ranked,
            *_QUOTE_NTH,
            *_QUOTE_NTH,
            quotes.compare,
            quotes.create_off,
            quotes.extend_weeks,
            quotes.set_amount,
            quotes.highest,
            deal_reads.stage_and_amount,
        ),
        _NO_QUOTE,
    ),
    Family(
        "deal_rework",
        "Opportunity Management",
        AWAY,
        40,
        (deal_writes.raise_amount, deal_writes.cut_amount, deal_writes.push_close),
        (
            deal_writes.raise_amount,
            deal_writes.cut_amount,
            deal_writes.push_close,
            deal_writes.set_odds,
            *_DEAL_READS,
            deal_reads.largest_open,
            quotes.create_off,
        ),
        _NO_DEAL,
    ),
    Family(
        "deal_composites",
        "Opportunity Management",
        AWAY,
        40,
        (
            composites.rework,
            composites.forecast,
            composites.move_and_quote,
            composites.raise_and_quote,
            composites.match_quote,
            composites.same_day,
            composites.hand_over,
        ),
        (
            composites.rework,
            composites.forecast,
            composites.move_and_quote,
            composites.raise_and_quote,
            composites.match_quote,
            composites.same_day,
            composites.hand_over,
            *_DEAL_READS,
            deal_reads.open_total,
            deal_writes.create,
            documents.upload_to_deal,
        ),
        _NO_DEAL,
    ),
    Family(
        "onboarding",
        "Client Management",
        AWAY,
        30,
        (clients.create,),
        (
            contacts.create,
            deal_writes.create,
            quotes.create_same,
            quotes.create_off,
            deal_writes.push_close,
            clients.set_owner,
            contacts.set_phone,
            deal_reads.open_total,
            clients.account,
        ),
        (*_NO_CLIENT, *_NO_NEW_DEAL),
    ),
)


def families(split: Split) -> tuple[Family, ...]:
    """The families of a split; those of `transfer` occur in no other."""
    return tuple(family for family in FAMILIES if split in family.splits)
