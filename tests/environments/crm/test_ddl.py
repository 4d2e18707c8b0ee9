from atlas.environments.crm.ddl import TABLES, TYPES, VERSION, durable_ddl, lock_of


def test_the_lock_of_a_version_is_a_signed_integer_of_four_bytes() -> None:
    assert lock_of("00000001") == 1
    assert lock_of("ffffffff") == -1
    assert -(2**31) <= lock_of(VERSION) < 2**31


def test_durable_tables_are_the_same_tables() -> None:
    assert durable_ddl().count("CREATE TABLE") == TABLES.count("CREATE UNLOGGED TABLE") == 8
    assert durable_ddl().count("CREATE TYPE") == TYPES.count("CREATE TYPE")
    assert "--" not in durable_ddl()
