"""The families: themes of conversations, each with the intents that open it and those that follow."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.datasets.conversation import Split
from atlas.datasets.generator.intents import clients, contacts, deal_reads, deal_writes, quotes, refusals
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

FAMILIES = (
    Family(
        "deal_updates",
        "Opportunity Management",
        HOME,
        20,
        _DEAL_FIELDS,
        (*_DEAL_FIELDS, *_DEAL_READS, quotes.create, deal_reads.largest_open),
        _NO_DEAL,
    ),
    Family(
        "deal_intake",
        "Opportunity Management",
        HOME,
        22,
        (deal_writes.create,),
        (
            deal_writes.create,
            deal_writes.set_odds,
            deal_writes.set_close,
            deal_writes.set_owner,
            quotes.create,
            quotes.create_same,
            contacts.create,
            *_DEAL_READS,
            deal_reads.open_total,
            contacts.who_is,
        ),
        (*_NO_NEW_DEAL, *_NO_DEAL),
    ),
    Family(
        "pipeline_review",
        "Opportunity Management",
        HOME,
        16,
        (*_PIPELINE, *_DEAL_READS),
        (*_PIPELINE, *_DEAL_READS, deal_writes.move_stage, deal_writes.set_close, deal_writes.set_amount),
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
        9,
        (*_CLIENT_READS, *_CLIENT_FIELDS, clients.create),
        (
            *_CLIENT_READS,
            *_CLIENT_FIELDS,
            clients.create,
            contacts.list_all,
            contacts.create,
            deal_reads.open_total,
        ),
        _NO_CLIENT,
    ),
    Family(
        "contact_directory",
        "Contact Management",
        HOME,
        9,
        (*_CONTACT_READS, *_CONTACT_FIELDS, contacts.create),
        (*_CONTACT_READS, *_CONTACT_FIELDS, contacts.create, clients.phone_address, clients.account),
        _NO_CONTACT,
    ),
    Family(
        "quote_desk",
        "Quote Management",
        HOME,
        17,
        (quotes.create, quotes.create_same, *_QUOTE_READS),
        (
            quotes.create,
            quotes.create_same,
            quotes.set_status,
            quotes.set_amount,
            quotes.extend,
            quotes.cancel,
            quotes.delete,
            *_QUOTE_READS,
            deal_reads.stage_and_amount,
            deal_writes.move_stage,
        ),
        _NO_QUOTE,
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
