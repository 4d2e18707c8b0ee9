"""Schemas of earlier versions go when nobody uses them, and only then."""

from collections.abc import Callable

import psycopg
import pytest

from atlas.environments.crm.ddl import VERSION, lock_of
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.old_versions import drop_old_versions
from atlas.errors import WorldError

OLD = "00c0ffee" if VERSION != "00c0ffee" else "00c0ffef"
STRANGERS = ["crm_base", "crm_mine", f"crm_{OLD}_x", f"my_crm_{OLD}_1", f"crm_{OLD.upper()}_1", f"crm_{OLD}_01"]


def schemas(url: str) -> set[str]:
    query = "SELECT nspname FROM pg_namespace WHERE nspname ~* 'crm'"
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute(query).fetchall()}


def make(url: str, *names: str) -> None:
    with psycopg.connect(url) as connection:
        for name in names:
            connection.execute(f'CREATE SCHEMA "{name}" CREATE TABLE clients (name text)'.encode())


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


async def test_old_slots_and_their_types_go(url: str) -> None:
    make(url, f"crm_{OLD}_1", f"crm_{OLD}_12", f"crm_{OLD}_types")
    async with CrmEnvironment.postgres(url, size=1):
        kept = schemas(url) - {f"crm_{OLD}_1", f"crm_{OLD}_12", f"crm_{OLD}_types"}
        assert await drop_old_versions(url) == 3
    assert schemas(url) == kept == {f"crm_{VERSION}_1", f"crm_{VERSION}_types"}
    assert await drop_old_versions(url) == 0


async def test_what_is_in_use_stays_with_its_types(url: str) -> None:
    make(url, f"crm_{OLD}_1", f"crm_{OLD}_2", f"crm_{OLD}_types")
    with psycopg.connect(url, autocommit=True) as user:
        user.execute("SELECT pg_advisory_lock(%s, 2)", [lock_of(OLD)])
        assert await drop_old_versions(url) == 1
        assert schemas(url) == {f"crm_{OLD}_2", f"crm_{OLD}_types"}
    assert await drop_old_versions(url) == 2


async def test_types_that_a_process_is_just_making_stay(url: str) -> None:
    make(url, f"crm_{OLD}_types")
    with psycopg.connect(url) as maker:
        maker.execute("SELECT pg_advisory_xact_lock(%s, 0)", [lock_of(OLD)])
        assert await drop_old_versions(url) == 0


async def test_other_schemas_are_not_ours(url: str) -> None:
    make(url, *STRANGERS)
    assert await drop_old_versions(url) == 0
    assert schemas(url) == set(STRANGERS)


async def test_a_server_that_is_away_is_an_error() -> None:
    with pytest.raises(WorldError, match="cannot drop the schemas of older versions in the CRM database"):
        await drop_old_versions("host=127.0.0.1 port=1 dbname=crm")
