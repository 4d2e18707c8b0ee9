"""Records: the rows of a generated world, one frozen type per CRM entity."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, Literal, TypeAlias

from atlas.core.json import JsonObject

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed-Won", "Closed-Lost")
OPEN_STAGES = STAGES[:4]
CLIENT_STATUSES = ("Active", "Prospect", "Inactive")
QUOTE_STATUSES = ("Draft", "Sent", "Approved", "Rejected", "Canceled")
CONTRACT_STATUSES = ("Active", "Pending", "Expired")
COMPANY_TYPES = ("Partner", "Vendor", "Competitor")

Table: TypeAlias = Literal[
    "clients", "contacts", "opportunities", "quotes", "contracts", "companies", "documents", "notes"
]


@dataclass(frozen=True, slots=True)
class Client:
    """An account. `created_date` and the other timestamps are ISO-8601 UTC, dates are YYYY-MM-DD."""

    table: ClassVar[Table] = "clients"
    entity: ClassVar[str] = "Client"
    key: ClassVar[str] = "client_id"

    id: str
    name: str
    industry: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    status: str = "Active"
    created_date: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a client."""

    table: ClassVar[Table] = "contacts"
    entity: ClassVar[str] = "Contact"
    key: ClassVar[str] = "contact_id"

    id: str
    first_name: str
    last_name: str
    client_id: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    notes: str | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity. `amount` is in dollars, `probability` in percent."""

    table: ClassVar[Table] = "opportunities"
    entity: ClassVar[str] = "Opportunity"
    key: ClassVar[str] = "opportunity_id"

    id: str
    name: str
    client_id: str
    stage: str
    amount: float
    close_date: str | None = None
    owner: str | None = None
    probability: int | None = None
    notes: str | None = None
    created_at: str | None = None

    @property
    def open(self) -> bool:
        return self.stage in OPEN_STAGES


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced proposal for a deal."""

    table: ClassVar[Table] = "quotes"
    entity: ClassVar[str] = "Quote"
    key: ClassVar[str] = "quote_id"

    id: str
    opportunity_id: str
    amount: float
    status: str
    version: str | None = None
    valid_until: str | None = None
    created_date: str | None = None
    quote_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with a client, for a deal or on its own."""

    table: ClassVar[Table] = "contracts"
    entity: ClassVar[str] = "Contract"
    key: ClassVar[str] = "contract_id"

    id: str
    client_id: str
    opportunity_id: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    value: float | None = None
    status: str = "Pending"
    document_url: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A partner, vendor or competitor."""

    table: ClassVar[Table] = "companies"
    entity: ClassVar[str] = "Company"
    key: ClassVar[str] = "company_id"

    id: str
    name: str
    type: str
    industry: str | None = None
    address: str | None = None
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file attached to a deal, contract, quote or client."""

    table: ClassVar[Table] = "documents"
    entity: ClassVar[str] = "Document"
    key: ClassVar[str] = "document_id"

    id: str
    entity_type: str
    entity_id: str
    file_name: str
    uploaded_by: str | None = None
    uploaded_at: str | None = None
    file_url: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a deal, client, contact, quote or contract."""

    table: ClassVar[Table] = "notes"
    entity: ClassVar[str] = "Note"
    key: ClassVar[str] = "note_id"

    id: str
    entity_type: str
    entity_id: str
    content: str
    created_by: str | None = None
    created_at: str | None = None


Record: TypeAlias = Client | Contact | Deal | Quote | Contract | Company | Document | Note
KINDS: tuple[type[Record], ...] = (Client, Contact, Deal, Quote, Contract, Company, Document, Note)
STAMPS = ("created_date", "created_at", "uploaded_at")
"""Columns that the environment fills from the world's clock when a row is created."""


def fields(record: Record) -> JsonObject:
    """The record's columns without its primary key."""
    row = asdict(record)
    del row["id"]
    if "contacts" in row:
        row["contacts"] = list(row["contacts"])
    return row


def row(record: Record) -> JsonObject:
    """The record's columns as a snapshot holds them, primary key included."""
    return {record.key: record.id, **fields(record)}
