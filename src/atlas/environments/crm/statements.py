"""Statements: the SQL that the PostgreSQL repository sends, one fixed text a table and purpose.

Rows travel as JSON both ways: PostgreSQL turns a row into exactly the JSON that snapshots hold, and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal, TypeAlias

from atlas.environments.crm.entities import E, Entity
from atlas.environments.crm.schema import TABLES, Column, Table

Comparison: TypeAlias = Literal["contains", "equals", "is missing"]

_ISO_UTC = '\'YYYY-MM-DD"T"HH24:MI:SS"+00:00"\''


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one table: `insert` takes rows as a JSON array, `update` one row, the others a key."""

    get: bytes
    insert: bytes
    update: bytes
    delete: bytes
    all: bytes


def _statements(table: Table[Entity]) -> Statements:
    name, key = table.name, table.key
    columns = [column for column in table.columns if column != key]
    return Statements(
        get=f"SELECT row_to_json(t) FROM {name} t WHERE {key} = $1".encode(),
        insert=f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, $1)".encode(),
        update=(
            f"UPDATE {name} t SET ({', '.join(columns)}) = ROW ({', '.join(f'r.{column}' for column in columns)})"
            f" FROM json_populate_record(NULL::{name}, $1) r WHERE t.{key} = r.{key}"
        ).encode(),
        delete=f"DELETE FROM {name} WHERE {key} = $1".encode(),
        all=_select(table, ()),
    )


@cache
def search_statement(table: str, comparisons: tuple[tuple[str, Comparison], ...]) -> bytes:
    """The search for rows of a table where every named column compares so.

    A "contains" takes three parameters: the folded text, and the letters of `upper_twins`; "equals" takes one.
    """
    searched = _BY_NAME[table]
    return _select(searched, _conditions(searched, comparisons))


def _select(table: Table[E], conditions: Iterable[str]) -> bytes:
    where = " AND ".join(conditions)
    order = ", ".join([*(_sortable(table.columns[column]) for column in table.order), table.key])
    return f"SELECT row_to_json(t) FROM {table.name} t{' WHERE ' * bool(where)}{where} ORDER BY {order}".encode()


def _conditions(table: Table[E], comparisons: tuple[tuple[str, Comparison], ...]) -> Iterable[str]:
    number = 1
    for name, comparison in comparisons:
        column = table.columns[name]
        if comparison == "is missing":
            yield f"{name} IS NULL"
        elif comparison == "equals":
            wanted = "ARRAY(SELECT json_array_elements_text(${}))" if column.is_list else "${}::numeric"
            yield f"{name} = {wanted.format(number)}"
            number += 1
        else:
            yield f"position(${number} IN translate({_text(column)}, ${number + 1}, ${number + 2})) > 0"
            number += 3


def _text(column: Column) -> str:
    """The column as the text that its JSON holds."""
    if column.holds is datetime:
        return f"to_char({column.name} AT TIME ZONE 'UTC', {_ISO_UTC})"
    return f"{column.name}::text"


def _sortable(column: Column) -> str:
    """Text sorts by code point, as in Python, whatever the server's locale."""
    return f'{column.name} COLLATE "C"' if column.is_text else column.name


STATEMENTS = {table.kind: _statements(table) for table in TABLES}
"""The statements for each kind of entity."""

_BY_NAME = {table.name: table for table in TABLES}


@cache
def snapshot_statement(tables: tuple[str, ...] = tuple(_BY_NAME), schema: str | None = None) -> bytes:
    """These tables as one JSON object; they are in `schema`, or where the search path says."""
    prefix = "" if schema is None else f"{schema}."
    return (
        f"SELECT json_build_object({', '.join(_rows_by_key(_BY_NAME[name], prefix) for name in tables)})".encode()
    )


def _rows_by_key(table: Table[Entity], prefix: str) -> str:
    rows = f"SELECT json_object_agg({table.key}, row_to_json(t) ORDER BY {table.key}) FROM {prefix}{table.name} t"
    return f"'{table.name}', coalesce(({rows}), '{{}}')"
