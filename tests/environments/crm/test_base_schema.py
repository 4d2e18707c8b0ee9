"""The base world in a real database: it is replaced whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest

from atlas.core.tasks import Setup
from atlas.environments.crm import base_schema
from atlas.environments.crm.base import SHIPPED, records_of
from atlas.environments.crm.base_schema import BaseSchema
from atlas.environments.crm.dump import SCHEMA, dump
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.rows import to_row
from atlas.environments.crm.setup import read_clock, read_records
from atlas.errors import InputError, WorldError
from tests.environments.crm.samples import SETUP, key

SAMPLES = read_records(SETUP, read_clock(SETUP))
SHIPPED_SCRIPT, SAMPLE_SCRIPT = dump(records_of(SHIPPED)), dump(SAMPLES)


def rows(records: object) -> list[str]:
    assert isinstance(records, list)
    return sorted(str(to_row(record)) for record in records if isinstance(record, Entity))


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
async def schema(url: str) -> AsyncIterator[BaseSchema]:
    """The base schema of an empty database."""
    async with BaseSchema.open(url) as opened:
        yield opened


async def test_what_is_put_is_read_and_dumped_the_same(schema: BaseSchema) -> None:
    for script in (SHIPPED_SCRIPT, SAMPLE_SCRIPT):
        assert await schema.put(script, "f")
        once = dump(await schema.records())
        assert await schema.put(once, "f")
        assert dump(await schema.records()) == once
    assert rows(await schema.records()) == rows(SAMPLES)


async def test_unusual_values_survive(schema: BaseSchema) -> None:
    texts = [
        "O'Neill",
        "a\\b",
        "E'\\n'",
        "$$;$$",
        "-- x",
        "/* ",
        "1\r\n2\t",
        "😀 e\u0301 \u202e",
        "%s %(a)s",
        ":name",
    ]
    companies = {
        key(number): {"name": text, "type": "Vendor", "contacts": [text, ""]} for number, text in enumerate(texts)
    }
    setup = Setup(SETUP.as_of, "s", {"companies": companies})
    records = read_records(setup, read_clock(setup))
    await schema.put(dump(records), "f")
    assert rows(await schema.records()) == rows(records)


async def test_seeding_leaves_what_is_there(schema: BaseSchema) -> None:
    assert await schema.put(SAMPLE_SCRIPT, "f", replace=False)
    assert not await schema.put(SHIPPED_SCRIPT, "f", replace=False)
    assert rows(await schema.records()) == rows(SAMPLES)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("INSERT INTO notes", "INSERT INTO nodes", 'relation "nodes" does not exist'),
        ("'Closed-Won', 1200.50", "'Closed', 1200.50", "invalid input value for enum"),
        ("'Closed-Won', 1200.50", "'Closed-Won', -1200.50", "violates check constraint"),
        ("'Closed-Won', 1200.50", "'Closed-Won', 'much'", "invalid input syntax for type numeric"),
        ("COMMIT;", "SELEC 1;\nCOMMIT;", 'syntax error at or near "SELEC"'),
        ("COMMIT;", "VACUUM;\nCOMMIT;", "VACUUM cannot run inside a transaction block"),
        ("COMMIT;", "ROLLBACK;\nCOMMIT;", "ROLLBACK would part the script"),
    ],
)
async def test_a_script_that_fails_names_the_line_and_changes_nothing(
    schema: BaseSchema, right: str, wrong: str, sentence: str
) -> None:
    await schema.put(SHIPPED_SCRIPT, "f")
    before = dump(await schema.records())
    head, _, tail = SAMPLE_SCRIPT.partition(right)
    with pytest.raises(InputError) as refused:
        await schema.put(head + wrong + tail, "bad.sql")
    assert str(refused.value).startswith(f"bad.sql:{head.count(chr(10)) + 1}: ")
    assert sentence in str(refused.value)
    assert str(refused.value).endswith("; nothing was changed")
    assert dump(await schema.records()) == before


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("SELECT 1;", "f: it makes no schema crm_base with all tables and keys"),
        (f"CREATE SCHEMA {SCHEMA};", "f: it makes no schema crm_base with all tables and keys"),
        (
            SAMPLE_SCRIPT.replace("CHECK (probability BETWEEN 1 AND 99)", "").replace(", 60)", ", 600)"),
            f"f: opportunities.{key(21)}.probability: 600 is not between 1 and 99",
        ),
        (
            SAMPLE_SCRIPT.replace("COMMIT;", "ALTER TABLE notes ADD mood text;\nCOMMIT;"),
            f"f: notes.{key(0xABC)}.mood: there is no such column",
        ),
    ],
)
async def test_a_script_that_makes_no_world_is_refused(schema: BaseSchema, script: str, sentence: str) -> None:
    await schema.put(SHIPPED_SCRIPT, "f")
    before = dump(await schema.records())
    with pytest.raises(InputError) as refused:
        await schema.put(script, "f")
    assert str(refused.value).startswith(sentence)
    assert dump(await schema.records()) == before


async def test_an_empty_database_has_no_base_world(schema: BaseSchema) -> None:
    with pytest.raises(WorldError, match="no base world; make one with `atlas db seed`"):
        await schema.records()


async def test_a_world_damaged_by_hand_is_named(schema: BaseSchema, url: str) -> None:
    await schema.put(SHIPPED_SCRIPT, "f")
    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER TABLE {SCHEMA}.notes ADD mood text".encode())
    with pytest.raises(WorldError, match=r"notes\..*mood: there is no such column.*`atlas db reset`"):
        await schema.records()


async def test_resets_at_once_take_turns(url: str) -> None:
    async def put(script: str) -> None:
        async with BaseSchema.open(url) as schema:
            await schema.put(script, "f")

    await asyncio.gather(*(put(script) for script in [SHIPPED_SCRIPT, SAMPLE_SCRIPT] * 3))
    async with BaseSchema.open(url) as schema:
        assert len(await schema.records()) in (56, len(SAMPLES))


async def test_a_reset_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_schema, "LOCK_TIMEOUT_S", 0.05)
    async with BaseSchema.open(url) as schema:
        await schema.put(SHIPPED_SCRIPT, "f")
        with psycopg.connect(url) as other:
            other.execute(f"SELECT count(*) FROM {SCHEMA}.clients".encode())
            with pytest.raises(WorldError, match="somebody holds the tables of the base world open"):
                await asyncio.wait_for(schema.put(SAMPLE_SCRIPT, "f"), 10)
        assert len(await schema.records()) == 56


async def test_a_role_without_the_right_is_told_what_to_do(schema: BaseSchema, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        role = connection.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert role is not None
        if role[1]:
            pytest.skip("a superuser has every right")
        connection.execute(
            f'REVOKE CREATE ON DATABASE "{connection.info.dbname}" FROM PUBLIC, "{role[0]}"'.encode()
        )
    with pytest.raises(WorldError, match=r"f:\d+ in .*permission denied.*let the role own the database, or grant"):
        await schema.put(SHIPPED_SCRIPT, "f")


async def test_a_connection_lost_in_the_middle_is_told(schema: BaseSchema) -> None:
    await schema.put(SHIPPED_SCRIPT, "f")
    with pytest.raises(WorldError, match="cannot carry out f:1 in the CRM database"):
        await schema.put("SELECT pg_terminate_backend(pg_backend_pid());", "f")


async def test_a_server_that_is_away_is_named_without_the_password() -> None:
    with pytest.raises(WorldError, match=r"cannot connect to the CRM database crm at 127\.0\.0\.1:1") as refused:
        async with BaseSchema.open("postgresql://kim:sesame@127.0.0.1:1/crm"):
            pass
    assert "sesame" not in str(refused.value)
