"""A failure of PostgreSQL: each says where it happened and what to do, whatever the server's language."""

import pytest
from psycopg_pool import PoolTimeout

from atlas.errors import ConfigError, StorageError
from atlas.storage.database import Database
from atlas.storage.failures import describe, place_of


def test_the_place_has_no_password() -> None:
    assert place_of("postgresql://me:secret@db.example:6000/store") == "db.example:6000/store"
    assert place_of("host=h user=me password=secret") == "h:5432/me"


def test_no_url() -> None:
    with pytest.raises(ConfigError, match="postgresql://user:password@host"):
        place_of("foo bar")


@pytest.mark.parametrize(
    ("sqlstate", "said"),
    [
        ("53100", "its disk is full"),
        ("53300", "no connection left"),
        ("25006", "read-only"),
        ("40P01", "run the command again"),
        ("42P01", "atlas db migrate"),
        ("42703", "does not fit this version"),
        ("28P01", "check user and password"),
        ("XX001", "data damaged"),
        ("P0001", "refused a statement"),
    ],
)
async def test_by_sqlstate(database: Database, sqlstate: str, said: str) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}', MESSAGE = 'Platte voll'; END $$"
    with pytest.raises(StorageError) as caught:
        async with database.connection() as connection:
            await connection.execute(raising.encode())
    assert said in str(caught.value)
    assert database.place in str(caught.value)
    assert f"(Platte voll, SQLSTATE {sqlstate})" in str(caught.value)


def test_a_pool_without_a_free_connection() -> None:
    assert "raise storage.max_connections" in describe(PoolTimeout(), "h:1/d")
