"""A setup, read: the records a world starts with and its clock. Checked here once, for either repository."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tasks import Setup
from atlas.environments.crm.crm import Clock
from atlas.environments.crm.entities import Client, Entity
from atlas.environments.crm.matching import fold
from atlas.environments.crm.rows import from_row
from atlas.environments.crm.schema import TABLES, Table, key_of, table_of


def read_clock(setup: Setup) -> Clock:
    """The world's clock. Raises `ValueError` unless `as_of` is ISO-8601 with an offset."""
    moment = datetime.fromisoformat(setup.as_of)
    if moment.tzinfo is None:
        raise ValueError(f"as_of {setup.as_of!r} has no offset from UTC")
    return Clock(moment.astimezone(UTC).replace(microsecond=0), moment.date())


def read_records(setup: Setup, clock: Clock) -> list[Entity]:
    """The records of a setup, parents before children; creation times that are missing are now.

    Raises `ValueError` naming table, row and column of the first thing that is wrong.
    """
    known = {table.name for table in TABLES}
    for name in setup.content:
        if name not in known:
            raise ValueError(f"{name}: there is no such table; there are {', '.join(sorted(known))}")
    entities = [entity for table in TABLES for entity in _rows_of(table, setup.content.get(table.name, {}), clock)]
    _check(entities)
    return entities


def _rows_of(table: Table[Entity], rows: JsonValue, clock: Clock) -> Iterable[Entity]:
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        raise ValueError(f"{table.name}: expected an object of rows by id")
    stamped = {} if table.stamp is None else {table.stamp: clock.now.isoformat()}
    for key, row in rows.items():
        try:
            yield _read(table, key, row, stamped)
        except ValueError as error:
            raise ValueError(f"{table.name}.{key}.{error}") from error


def _read(table: Table[Entity], key: str, row: JsonObject, stamped: dict[str, str]) -> Entity:
    if row.get(table.key, key) != key:
        raise ValueError(f"{table.key}: {row[table.key]!r} is not the key it stands under")
    filled = {**row, table.key: key}
    for column, now in stamped.items():
        filled[column] = filled.get(column) or now
    return from_row(table.kind, filled)


def _check(entities: Sequence[Entity]) -> None:
    """What the tables' keys and references say, so that memory refuses what PostgreSQL does."""
    kept: set[tuple[type[Entity], str]] = set()
    emails: set[str] = set()
    for entity in entities:
        identity = (type(entity), key_of(entity))
        if identity in kept:
            raise ValueError(f"{_place(entity)}: the id stands there twice")
        kept.add(identity)
        for reference in table_of(type(entity)).references:
            target = getattr(entity, reference.column)
            if target is not None and (reference.target, target) not in kept:
                name = reference.target.__name__
                raise ValueError(f"{_place(entity)}.{reference.column}: there is no {name} with the id {target}")
        if isinstance(entity, Client) and entity.email is not None:
            if fold(entity.email) in emails:
                raise ValueError(f"{_place(entity)}.email: another client has {entity.email}")
            emails.add(fold(entity.email))


def _place(entity: Entity) -> str:
    return f"{table_of(type(entity)).name}.{key_of(entity)}"
