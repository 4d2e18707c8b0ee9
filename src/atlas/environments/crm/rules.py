"""A rule: a business check before a write; it returns the checked value or raises with a sentence for the agent.

First the rules about one value, which take what the agent sent and a label that names it ("Client status"),
then the rules about records. Value rules know no clock and no records, so a value that passes once passes always.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from atlas.core.json import JsonValue
from atlas.environments.crm.entities import (
    AnyId,
    Client,
    DocumentEntityType,
    E,
    Email,
    Entity,
    FileName,
    NoteEntityType,
    Opportunity,
    OpportunityStage,
    Percent,
    Url,
)
from atlas.environments.crm.matching import fold
from atlas.environments.crm.repository import Repository
from atlas.environments.crm.rows import parse_amount, parse_date, parse_id, parse_timestamp
from atlas.environments.crm.schema import TABLES, Column, key_of, table_of
from atlas.errors import ToolError

S = TypeVar("S", bound=StrEnum)

MAX_AMOUNT = 10_000_000
FILE_EXTENSIONS = ("csv", "doc", "docx", "key", "pdf", "ppt", "pptx", "txt", "xlsx")
CLOSED_STAGES = (OpportunityStage.CLOSED_WON, OpportunityStage.CLOSED_LOST)
CLOSED_FIELDS = ("amount", "close_date", "probability", "stage")
"""What of a deal cannot change any more once it is closed."""

_FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(\.[\w-]+)+")
_MAX_EMAIL = 254
_URL = re.compile(r"https?://[^\s/?#]+\S*")


# Values


def text(value: JsonValue, label: str) -> str:
    """Any text that says something; surrounding whitespace is dropped."""
    if not isinstance(value, str):
        raise ToolError(f"{label} must be provided as a string.")
    if "\x00" in value:
        raise ToolError(f"{label} must not contain NUL characters.")
    if not value.strip():
        raise ToolError(f"{label} must not be blank or whitespace.")
    return value.strip()


def choice(value: JsonValue, label: str, options: type[S]) -> S:
    """A member of an enum in its exact spelling: no other case, no padding."""
    name = text(value, label)
    if name != value:
        raise ToolError(f"{label} must not contain leading or trailing whitespace.")
    if name not in {str(option) for option in options}:
        raise ToolError(_no_option(name, label, options))
    return options(name)


def _no_option(name: str, label: str, options: type[StrEnum]) -> str:
    known = f"must be one of: {', '.join(sorted(options))}."
    if options in (DocumentEntityType, NoteEntityType):
        return f"'{name}' is not a valid {options.__name__}; it {known}"
    return f"{label} {known}"


def amount(value: JsonValue, label: str) -> Decimal:
    """Money in cents, above zero when rounded so and at most ten millions."""
    number = finite(value, label)
    if number > MAX_AMOUNT:
        raise ToolError(f"{label} must not exceed {MAX_AMOUNT:,}.")
    if number <= 0 or not (cents := parse_amount(number)):
        raise ToolError(f"{label} must be greater than zero.")
    return cents


def finite(value: JsonValue, label: str) -> float:
    """A number proper: no boolean, no digits in a string, no NaN, no infinity."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ToolError(f"{label} must be numeric.")
    return value


def percent(value: JsonValue, label: str) -> Percent:
    """A whole percentage between 1 and 99: certainty is a stage, not a probability."""
    number = finite(value, label)
    if number != int(number):
        raise ToolError(f"{label} must be expressed as a whole-number percentage.")
    if not 1 <= number <= 99:
        raise ToolError(f"{label} must be between 1 and 99.")
    return Percent(int(number))


def day(value: JsonValue, label: str) -> date:
    """A calendar day as YYYY-MM-DD and in no other form."""
    try:
        return parse_date(value)
    except ValueError as error:
        raise ToolError(f"{label} must be a valid ISO-8601 date (YYYY-MM-DD).") from error


def moment(value: JsonValue, label: str) -> datetime:
    """An ISO-8601 timestamp; one without an offset is UTC."""
    try:
        return parse_timestamp(value)
    except ValueError as error:
        raise ToolError(f"{label} must be a valid ISO-8601 timestamp.") from error


def email(value: JsonValue, label: str) -> Email:
    """An address with a dotted domain, in any script."""
    address = text(value, label)
    if len(address) > _MAX_EMAIL or not _EMAIL.fullmatch(address):
        raise ToolError(f"Invalid email format: '{address}'.")
    return Email(address)


def url(value: JsonValue, label: str) -> Url:
    """A web address, kept as it is given."""
    address = text(value, label)
    if not _URL.fullmatch(address):
        raise ToolError(f"{label} must be a valid http or https URL.")
    return Url(address)


def file_name(value: JsonValue, label: str) -> FileName:
    """A safe file name with an extension of an office document."""
    name = text(value, label)
    if not _FILE_NAME.fullmatch(name):
        raise ToolError(f"{label} may only include letters, numbers, dots, underscores, and hyphens.")
    stem, _, extension = name.rpartition(".")
    if not stem or not extension:
        raise ToolError(f"{label} must include an extension.")
    if extension.lower() not in FILE_EXTENSIONS:
        allowed = ", ".join(FILE_EXTENSIONS)
        raise ToolError(f"Document file extension '.{extension}' is not supported (allowed: {allowed}).")
    return FileName(name)


def names(value: JsonValue, label: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list):
        raise ToolError(f"{label} must be a list of strings.")
    return tuple(text(item, label) for item in value)


VALUE_RULES: dict[object, Callable[[JsonValue, str], object]] = {
    str: text,
    Email: email,
    Url: url,
    FileName: file_name,
    Decimal: amount,
    Percent: percent,
    date: day,
    datetime: moment,
    tuple[str, ...]: names,
}
"""The rule for each type of column; enums have `choice`."""


def label_of(kind: type[Entity], column: str) -> str:
    """How error sentences call a column: "Client status"; a deal's close date and probability need no prefix."""
    words = column.replace("_", " ")
    return words.capitalize() if column in ("close_date", "probability") else f"{kind.__name__} {words}"


def value_of(column: Column, value: JsonValue, label: str) -> object:
    """What the agent sent for a column, checked by the rule of its type. None is left to nullable columns."""
    if value is None and column.nullable:
        return None
    if column.options is not None:
        return choice(value, label, column.options)
    return VALUE_RULES[column.holds](value, label)


def may_change(column: Column) -> bool:
    """Ids and creation times stay as they are."""
    return not column.is_id and column.holds is not datetime


def changeable(kind: type[E], names: Iterable[str]) -> list[Column]:
    """The columns of these names, all of which must exist and be free to change."""
    columns = table_of(kind).columns
    for name in names:
        if name not in columns:
            raise ToolError(f"{kind.__name__} has no field named '{name}'.")
        if not may_change(columns[name]):
            raise ToolError(f"{kind.__name__} field '{name}' cannot be changed.")
    return [columns[name] for name in names]


def criterion(kind: type[Entity], name: str, value: JsonValue) -> JsonValue:
    """One search criterion of the type that the column has in JSON, so that no search is silently empty."""
    columns = table_of(kind).columns
    if name not in columns:
        raise ToolError(f"{kind.__name__} has no field named '{name}'; its fields are: {', '.join(columns)}.")
    label, column = label_of(kind, name), columns[name]
    if value is None:
        return None
    if column.is_number:
        return finite(value, label)
    if column.is_list:
        return list(names(value, label))
    if not isinstance(value, str):
        raise ToolError(f"{label} must be provided as a string.")
    if "\x00" in value:
        raise ToolError(f"{label} must not contain NUL characters.")
    return value


# Records

_KINDS = {table.kind.__name__: table.kind for table in TABLES}


async def found(records: Repository, kind: type[E], key: str) -> E:
    """The record with this id, which must exist; what is no UUID is the id of nothing."""
    row_key = parse_id(key)
    record = None if row_key is None else await records.get(kind, row_key)
    if record is None:
        raise ToolError(f"{kind.__name__} not found with ID '{key}'.")
    return record


async def attachable(records: Repository, entity_type: DocumentEntityType | NoteEntityType, key: AnyId) -> AnyId:
    """The id of the record that a document or note is to hang on, which must exist."""
    return AnyId(key_of(await found(records, _KINDS[entity_type], key)))


async def client_with(records: Repository, address: Email) -> Client | None:
    """The client who has this e-mail, whatever the case of its letters."""
    near = await records.search(Client, {"email": address})
    return next((client for client in near if fold(client.email or "") == fold(address)), None)


async def email_is_free(records: Repository, address: Email, owner: Client | None = None) -> None:
    """No client but `owner` has this e-mail."""
    client = await client_with(records, address)
    if client is not None and (owner is None or client.client_id != owner.client_id):
        raise ToolError(f"Client already exists with email '{address}'.")


def not_past(close_date: date | None, today: date) -> None:
    """A deal closes today or later."""
    if close_date is not None and close_date < today:
        raise ToolError("Close date must be today or in the future.")


def open_for(opportunity: Opportunity, columns: Iterable[str]) -> None:
    """A closed deal keeps its figures; notes, name and owner may still change."""
    frozen = sorted({*columns} & {*CLOSED_FIELDS})
    if frozen and opportunity.stage in CLOSED_STAGES:
        raise ToolError(
            f"Cannot modify closed opportunity fields [{', '.join(frozen)}] while stage is '{opportunity.stage}'."
        )
