"""A dump: the base world as a script of plain SQL that `psql` can load, equal records in equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from atlas.core.json import JsonValue
from atlas.environments.crm.ddl import durable_ddl
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.rows import to_row
from atlas.environments.crm.schema import table_of

SCHEMA = "crm_base"
"""The schema that holds the base world. Sessions read it when they begin, and never write to it."""

_HEAD = f"""\
-- The base world of the CRM. Load it with `atlas db reset --input FILE`, or with
-- `psql -v ON_ERROR_STOP=1 -f FILE`; either replaces what is there, or changes nothing when something is wrong.
BEGIN;
SET standard_conforming_strings = on;
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
SET search_path = {SCHEMA};
"""


def dump(records: Sequence[Entity]) -> str:
    """The script for these records, parents before children as `read_records` gives them."""
    return "\n".join([_HEAD, durable_ddl(), *map(_insert, records), "", "COMMIT;", ""])


def _insert(entity: Entity) -> str:
    row = {column: value for column, value in to_row(entity).items() if value is not None}
    return f"INSERT INTO {table_of(type(entity)).name} ({', '.join(row)}) VALUES ({_literals(row.values())});"


def _literals(values: Iterable[JsonValue]) -> str:
    return ", ".join(map(_literal, values))


def _literal(value: JsonValue) -> str:
    if isinstance(value, list):
        return f"ARRAY[{_literals(value)}]::text[]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
