"""Entities: the eight kinds of records of the CRM, with their ids, enums and value types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, TypeVar

ClientId = NewType("ClientId", str)
ContactId = NewType("ContactId", str)
OpportunityId = NewType("OpportunityId", str)
QuoteId = NewType("QuoteId", str)
ContractId = NewType("ContractId", str)
CompanyId = NewType("CompanyId", str)
DocumentId = NewType("DocumentId", str)
NoteId = NewType("NoteId", str)
AnyId = NewType("AnyId", str)
"""The id of a record whose kind stands in another column."""

Email = NewType("Email", str)
Url = NewType("Url", str)
FileName = NewType("FileName", str)
Percent = NewType("Percent", int)


class ClientStatus(StrEnum):
    ACTIVE = "Active"
    PROSPECT = "Prospect"
    INACTIVE = "Inactive"


class OpportunityStage(StrEnum):
    PROSPECTING = "Prospecting"
    QUALIFICATION = "Qualification"
    PROPOSAL = "Proposal"
    NEGOTIATION = "Negotiation"
    CLOSED_WON = "Closed-Won"
    CLOSED_LOST = "Closed-Lost"


class QuoteStatus(StrEnum):
    DRAFT = "Draft"
    SENT = "Sent"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    CANCELED = "Canceled"


class ContractStatus(StrEnum):
    ACTIVE = "Active"
    PENDING = "Pending"
    EXPIRED = "Expired"


class CompanyType(StrEnum):
    PARTNER = "Partner"
    VENDOR = "Vendor"
    COMPETITOR = "Competitor"


class DocumentEntityType(StrEnum):
    OPPORTUNITY = "Opportunity"
    CONTRACT = "Contract"
    QUOTE = "Quote"
    CLIENT = "Client"


class NoteEntityType(StrEnum):
    OPPORTUNITY = "Opportunity"
    CLIENT = "Client"
    CONTACT = "Contact"
    QUOTE = "Quote"
    CONTRACT = "Contract"


@dataclass(frozen=True, slots=True)
class Entity:
    """A record. Its first field is its primary key."""


E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Client(Entity):
    """An account. E-mails are unique among clients, whatever their case."""

    client_id: ClientId
    name: str
    status: ClientStatus
    created_date: datetime
    email: Email | None = None
    industry: str | None = None
    phone: str | None = None
    address: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Contact(Entity):
    """A person at a client."""

    contact_id: ContactId
    first_name: str
    last_name: str
    client_id: ClientId
    title: str | None = None
    email: Email | None = None
    phone: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Opportunity(Entity):
    """A deal with a client. Amounts are positive, in cents' precision; the currency is the CRM's own."""

    opportunity_id: OpportunityId
    name: str
    client_id: ClientId
    stage: OpportunityStage
    amount: Decimal
    created_at: datetime
    close_date: date | None = None
    owner: str | None = None
    probability: Percent | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Quote(Entity):
    """An offer made within a deal."""

    quote_id: QuoteId
    opportunity_id: OpportunityId
    amount: Decimal
    status: QuoteStatus
    created_date: datetime
    version: str | None = None
    valid_until: date | None = None
    quote_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Contract(Entity):
    """A contract with a client, out of a deal or not."""

    contract_id: ContractId
    client_id: ClientId
    status: ContractStatus
    opportunity_id: OpportunityId | None = None
    start_date: date | None = None
    end_date: date | None = None
    value: Decimal | None = None
    document_url: Url | None = None


@dataclass(frozen=True, slots=True)
class Company(Entity):
    """A company that is no client: partner, vendor or competitor."""

    company_id: CompanyId
    name: str
    type: CompanyType
    industry: str | None = None
    address: str | None = None
    contacts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Document(Entity):
    """A file attached to a record of kind `entity_type`."""

    document_id: DocumentId
    entity_type: DocumentEntityType
    entity_id: AnyId
    file_name: FileName
    uploaded_at: datetime
    uploaded_by: str | None = None
    file_url: Url | None = None


@dataclass(frozen=True, slots=True)
class Note(Entity):
    """A remark on a record of kind `entity_type`."""

    note_id: NoteId
    entity_type: NoteEntityType
    entity_id: AnyId
    content: str
    created_at: datetime
    created_by: str | None = None
