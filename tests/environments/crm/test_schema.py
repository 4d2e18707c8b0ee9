"""The schema in Python and the schema in SQL are one."""

from enum import StrEnum
from typing import Any

import psycopg
import pytest

from atlas.environments.crm import entities
from atlas.environments.crm.ddl import VERSION
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.schema import TABLES, Column, key_of, table_of
from tests.environments.crm.samples import SETUP

OWN, TYPES = f"crm_{VERSION}_1", f"crm_{VERSION}_types"
SQL_TYPES = {
    "str": "text",
    "Email": "text",
    "Url": "text",
    "FileName": "text",
    "Decimal": "numeric",
    "Percent": "integer",
    "date": "date",
    "datetime": "timestamp with time zone",
    "tuple": "ARRAY",
}


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def sql_type(column: Column) -> str:
    if column.is_id:
        return "uuid"
    return "USER-DEFINED" if column.options else SQL_TYPES[getattr(column.holds, "__name__", "")]


@pytest.fixture
def tables_url(postgres: CrmEnvironment, crm_url: str) -> str:
    """The database with the tables made, which the environment does when it is entered."""
    return crm_url


def test_columns(tables_url: str) -> None:
    query = "SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns"
    found = ask(tables_url, f"{query} WHERE table_schema = '{OWN}'")
    ours = [
        (table.name, column.name, sql_type(column), column.nullable)
        for table in TABLES
        for column in table.columns.values()
    ]
    assert sorted(found) == sorted(ours)


def test_references(tables_url: str) -> None:
    found = ask(
        tables_url,
        f"""
        SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, c.confdeltype::text
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.connamespace = '{OWN}'::regnamespace
        """,
    )
    ours = [
        (
            f"{OWN}.{table.name}",
            each.column,
            f"{OWN}.{table_of(each.target).name}",
            each.on_delete[0].replace("s", "n"),
        )
        for table in TABLES
        for each in table.references
    ]
    assert sorted(found) == sorted(ours)


def test_enums(tables_url: str) -> None:
    found = ask(
        tables_url,
        f"""
        SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
        FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
        WHERE t.typnamespace = '{TYPES}'::regnamespace GROUP BY t.typname
        """,
    )
    ours = [each for each in vars(entities).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    assert sorted(values for _, values in found) == sorted([list(each) for each in ours if each is not StrEnum])
    assert {"client_status", "opportunity_stage", "note_entity_type"} < {name for name, _ in found}


def test_every_reference_is_indexed(tables_url: str) -> None:
    found = ask(tables_url, f"SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = '{OWN}'")
    for table in TABLES:
        for reference in table.references:
            assert any(name == table.name and f"({reference.column})" in text for name, text in found), reference


def test_tables_are_unlogged(tables_url: str) -> None:
    """What never commits need not be logged."""
    found = ask(
        tables_url,
        f"SELECT DISTINCT relpersistence::text FROM pg_class WHERE relnamespace = '{OWN}'::regnamespace"
        " AND relkind = 'r'",
    )
    assert found == [("u",)]


async def test_the_database_itself_refuses_what_no_rule_catches(postgres: CrmEnvironment, crm_url: str) -> None:
    async with postgres.open(SETUP):
        pass
    with psycopg.connect(crm_url) as connection:
        connection.execute(f"SET search_path = {OWN}, {TYPES}".encode())
        for insert in (
            "INSERT INTO clients (name, status) VALUES ('', 'Active')",
            "INSERT INTO clients (name, status, email) VALUES ('a', 'Active', 'A@x.c'), ('b', 'Active', 'a@x.c')",
            "INSERT INTO contracts (client_id, status, value) VALUES (gen_random_uuid(), 'Active', 5)",
            "INSERT INTO contracts (client_id, status, value) VALUES (gen_random_uuid(), 'Active', 0)",
        ):
            with pytest.raises(psycopg.errors.IntegrityError), connection.transaction():
                connection.execute(insert.encode())


def test_the_first_column_is_the_key() -> None:
    note = entities.Note(*"abcdef")
    assert key_of(note) == "a"
    assert [table.key for table in TABLES][:2] == ["client_id", "contact_id"]
