import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from atlas.environments.crm import wire as wire_module
from atlas.environments.crm.wire import Wire


@pytest.fixture
async def wire(crm_url: str) -> AsyncIterator[Wire]:
    made = Wire(await psycopg.AsyncConnection.connect(crm_url, autocommit=True))
    yield made
    await made.close()


async def kill(wire: Wire, url: str) -> None:
    (pid,) = await wire.run([(b"SELECT pg_backend_pid()", ())])
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [int(pid)])


async def test_a_batch_gives_the_rows_of_its_last_statement(wire: Wire) -> None:
    batch = [(b"SELECT 1", ()), (b"SELECT g FROM generate_series(1, $1::int) g", (b"3",))]
    assert await wire.run(batch) == [b"1", b"2", b"3"]
    assert wire.idle


async def test_text_passes_as_it_is(wire: Wire) -> None:
    text = "ä'\\%s$1\n€".encode()
    assert await wire.run([(b"SELECT $1::text", (text,))]) == [text]
    assert await wire.run([(b"SELECT NULL", ())]) == [b""]


async def test_the_first_failure_is_raised_and_the_wire_goes_on(wire: Wire) -> None:
    batch = [(b"BEGIN", ()), (b"SELECT $1::int", (b"x",)), (b"SELECT 1/0", ())]
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        await wire.run(batch)
    assert not wire.idle
    await wire.run([(b"ROLLBACK", ())])
    assert wire.idle


async def test_a_statement_behind_a_failure_is_prepared_the_next_time(wire: Wire) -> None:
    behind = (b"SELECT $1::text || 'b'", (b"a",))
    with pytest.raises(psycopg.errors.DivisionByZero):
        await wire.run([(b"SELECT 1/0", ()), behind])
    assert await wire.run([behind]) == [b"ab"]
    assert await wire.run([behind]) == [b"ab"]


async def test_statements_beyond_the_limit_are_not_prepared(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "MAX_PREPARED", 2)
    for number in range(5):
        assert await wire.run([(f"SELECT $1::int + {number}".encode(), (b"1",))]) == [b"%d" % (number + 1)]
    assert await wire.run([(b"SELECT count(*) FROM pg_prepared_statements", ())]) == [b"2"]


async def test_large_values_go_both_ways(wire: Wire) -> None:
    """More than any socket buffer, so that sending and receiving must take turns."""
    large = b"x" * 20_000_000
    assert await wire.run([(b"SELECT $1::text", (large,))] * 2) == [large]


async def test_a_cancelled_round_trip_does_not_answer_the_next(wire: Wire) -> None:
    slow = asyncio.create_task(wire.run([(b"SELECT pg_sleep(0.1), 'late'", ())]))
    await asyncio.sleep(0.02)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert not wire.idle
    assert await wire.run([(b"SELECT 'mine'", ())]) == [b"mine"]
    assert wire.idle


async def test_a_killed_connection_is_noticed(wire: Wire, crm_url: str) -> None:
    await kill(wire, crm_url)
    with pytest.raises(psycopg.OperationalError):
        await wire.run([(b"SELECT 1", ())])
    assert not wire.alive
    with pytest.raises(psycopg.OperationalError):
        await wire.run([(b"SELECT 1", ())])


async def test_a_connection_killed_while_idle_is_noticed_without_use(wire: Wire, crm_url: str) -> None:
    await kill(wire, crm_url)
    await asyncio.sleep(0.01)
    assert not wire.alive


async def test_a_connection_killed_in_the_middle_says_so(wire: Wire, crm_url: str) -> None:
    (pid,) = await wire.run([(b"SELECT pg_backend_pid()", ())])
    sleeping = asyncio.create_task(wire.run([(b"SELECT pg_sleep(10)", ())]))
    await asyncio.sleep(0.02)
    with psycopg.connect(crm_url) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [int(pid)])
    with pytest.raises(psycopg.errors.AdminShutdown):
        await asyncio.wait_for(sleeping, 5)
    assert not wire.alive
