"""The schema: which table holds which entity, its columns, its sort order and what refers to what.

The SQL in `sql/` says the same to PostgreSQL; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import EnumMeta, StrEnum
from types import NoneType
from typing import Generic, Literal, cast, get_args, get_type_hints

from atlas.environments.crm.entities import (
    AnyId,
    Client,
    ClientId,
    Company,
    CompanyId,
    Contact,
    ContactId,
    Contract,
    ContractId,
    Document,
    DocumentId,
    E,
    Email,
    Entity,
    FileName,
    Note,
    NoteId,
    Opportunity,
    OpportunityId,
    Percent,
    Quote,
    QuoteId,
    Url,
)

ENTITY_OF_ID: dict[object, type[Entity]] = {
    ClientId: Client,
    ContactId: Contact,
    OpportunityId: Opportunity,
    QuoteId: Quote,
    ContractId: Contract,
    CompanyId: Company,
    DocumentId: Document,
    NoteId: Note,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `holds` is what the entity's field is annotated with, less the None of a nullable one."""

    name: str
    holds: object
    nullable: bool

    @property
    def is_id(self) -> bool:
        return self.holds is AnyId or self.holds in ENTITY_OF_ID

    @property
    def options(self) -> type[StrEnum] | None:
        """The enum that the values belong to, if there is one."""
        return self.holds if isinstance(self.holds, EnumMeta) and issubclass(self.holds, StrEnum) else None

    @property
    def is_text(self) -> bool:
        return self.holds in (str, Email, Url, FileName)

    @property
    def is_number(self) -> bool:
        return self.holds in (Decimal, Percent)

    @property
    def is_list(self) -> bool:
        return self.holds == tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key, and what becomes of the row that holds it when its target is deleted."""

    column: str
    target: type[Entity]
    on_delete: Literal["cascade", "set null"] = "cascade"


@dataclass(frozen=True, slots=True)
class Table(Generic[E]):
    """A table. Lists of its rows are sorted by `order`, missing values last, then by `key`."""

    name: str
    kind: type[E]
    key: str
    order: tuple[str, ...]
    columns: dict[str, Column]
    references: tuple[Reference, ...]

    @property
    def stamp(self) -> str | None:
        """The timestamp column that the environment fills in, if the table has one."""
        return next((column.name for column in self.columns.values() if column.holds is datetime), None)


def column_of(name: str, hint: object) -> Column:
    """A column, or an argument that is used like one, by its annotation."""
    members = get_args(hint)
    if NoneType not in members:
        return Column(name, hint, nullable=False)
    (inner,) = (member for member in members if member is not NoneType)
    return Column(name, inner, nullable=True)


def _table(name: str, kind: type[E], *order: str, references: tuple[Reference, ...] = ()) -> Table[E]:
    columns = {field: column_of(field, hint) for field, hint in get_type_hints(kind).items()}
    return Table(name, kind, next(iter(columns)), order, columns, references)


_OF_CLIENT = Reference("client_id", Client)

TABLES: tuple[Table[Entity], ...] = (
    _table("clients", Client, "name"),
    _table("contacts", Contact, "last_name", "first_name", references=(_OF_CLIENT,)),
    _table("opportunities", Opportunity, "name", references=(_OF_CLIENT,)),
    _table("quotes", Quote, "version", references=(Reference("opportunity_id", Opportunity),)),
    _table(
        "contracts",
        Contract,
        "start_date",
        references=(_OF_CLIENT, Reference("opportunity_id", Opportunity, "set null")),
    ),
    _table("companies", Company, "name"),
    _table("documents", Document, "file_name"),
    _table("notes", Note, "created_at"),
)
"""Every table, parents before children."""

_BY_KIND = {table.kind: table for table in TABLES}


def table_of(kind: type[E]) -> Table[E]:
    """The table that holds entities of `kind`."""
    return cast(Table[E], _BY_KIND[kind])


def key_of(entity: Entity) -> str:
    """The primary key of a record."""
    key: str = getattr(entity, table_of(type(entity)).key)
    return key
