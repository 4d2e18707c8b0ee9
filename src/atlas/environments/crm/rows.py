"""A row: an entity as JSON, exactly as snapshots, tool results and setups hold it, and back.

Amounts are floats of two decimals, dates "YYYY-MM-DD", timestamps UTC in whole seconds
("2026-03-02T09:00:00+00:00"), missing values None. Both repositories hold values so normalised.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from atlas.core.json import JsonObject, JsonValue
from atlas.environments.crm.entities import E, Entity, Percent
from atlas.environments.crm.schema import TABLES, Column, Table, key_of, table_of

CENT = Decimal("0.01")
AMOUNT_LIMIT = Decimal(10) ** 12
"""Amounts are below this in any row, as the column type says; the rules allow agents much less."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_id(text: str) -> str | None:
    """A UUID in the form that rows hold, lower case with hyphens; None when `text` is none."""
    return text.lower() if _UUID.fullmatch(text) else None


def parse_date(text: JsonValue) -> date:
    """A date written YYYY-MM-DD. Raises `ValueError` for anything else."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date (YYYY-MM-DD)")
    return date.fromisoformat(text)


def parse_timestamp(text: JsonValue) -> datetime:
    """An ISO-8601 timestamp as UTC in whole seconds; one without an offset is UTC. Raises `ValueError`."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a timestamp")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the calendar") from error


def parse_amount(number: JsonValue) -> Decimal:
    """A JSON number in cents, half up as PostgreSQL rounds. Raises `ValueError` when it is too large."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise ValueError(f"expected a number, got {number!r}")
    if not math.isfinite(number) or abs(number) >= AMOUNT_LIMIT:
        raise ValueError(f"{number!r} is not below {AMOUNT_LIMIT:,}")
    return Decimal(str(number)).quantize(CENT, ROUND_HALF_UP)


def to_row(entity: Entity) -> JsonObject:
    """Every column of an entity, primary key included, as JSON values."""
    row: JsonObject = msgspec.to_builtins(entity)
    form = _FORMS[type(entity)]
    for column in form.amounts:
        if row[column] is not None:
            row[column] = float(row[column])
    for column in form.timestamps:
        row[column] = row[column].removesuffix("Z") + "+00:00"
    for column in form.lists:
        if row[column] is not None:
            row[column] = list(row[column])
    return row


def to_tables(entities: Iterable[Entity]) -> dict[str, dict[str, JsonObject]]:
    """Entities as rows by table and key, in the order of the keys; tables without any are there, too."""
    tables: dict[str, dict[str, JsonObject]] = {table.name: {} for table in TABLES}
    for entity in sorted(entities, key=key_of):
        tables[table_of(type(entity)).name][key_of(entity)] = to_row(entity)
    return tables


def from_row(kind: type[E], row: JsonObject) -> E:
    """The entity of a row that holds at least the columns without a default.

    Raises `ValueError` saying "column: reason" for an unknown column or a value that does not fit.
    """
    parsers = _FORMS[kind].parsers
    values = {name: _parse(parsers, name, value) for name, value in row.items()}
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_placed(str(error))) from error


def _parse(parsers: dict[str, Callable[[JsonValue], object]], name: str, value: JsonValue) -> object:
    if name not in parsers:
        raise ValueError(f"{name}: there is no such column; there are {', '.join(parsers)}")
    try:
        return None if value is None else parsers[name](value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _placed(message: str) -> str:
    """msgspec says "Expected `str`, got `int` - at `$.name`"; we put the place first."""
    reason, separator, place = message.rpartition(" - at `$.")
    return f"{place.removesuffix('`')}: {reason}" if separator else message


def _id(value: JsonValue) -> str:
    if isinstance(value, str) and (found := parse_id(value)) is not None:
        return found
    raise ValueError(f"{value!r} is not a UUID")


def _positive(value: JsonValue) -> Decimal:
    if (amount := parse_amount(value)) > 0:
        return amount
    raise ValueError(f"{value!r} is not above zero")


def _percent(value: JsonValue) -> JsonValue:
    if isinstance(value, int) and not 1 <= value <= 99:
        raise ValueError(f"{value} is not between 1 and 99")
    return value


def _storable(value: JsonValue) -> JsonValue:
    if "\x00" in (value if isinstance(value, str) else str(value)):
        raise ValueError("holds a NUL character")
    return value


def _filled(value: JsonValue) -> JsonValue:
    if value == "":
        raise ValueError("is empty")
    return _storable(value)


_PARSERS: dict[object, Callable[[JsonValue], object]] = {
    Decimal: _positive,
    Percent: _percent,
    date: parse_date,
    datetime: parse_timestamp,
}


def _parser(column: Column) -> Callable[[JsonValue], object]:
    if column.is_id:
        return _id
    return _PARSERS.get(column.holds) or (_storable if column.nullable else _filled)


@dataclass(frozen=True, slots=True)
class _Form:
    """Which columns need more than msgspec does for them. Types are checked by it, all at once, at the end."""

    parsers: dict[str, Callable[[JsonValue], object]]
    amounts: tuple[str, ...]
    timestamps: tuple[str, ...]
    lists: tuple[str, ...]


def _form(table: Table[Entity]) -> _Form:
    parsers = {column.name: _parser(column) for column in table.columns.values()}
    return _Form(parsers, *(_of_type(table, each) for each in (Decimal, datetime, tuple[str, ...])))


def _of_type(table: Table[Entity], wanted: object) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns.values() if column.holds == wanted)


_FORMS = {table.kind: _form(table) for table in TABLES}
