"""The databases, looked after by hand: start, stop, status, migrate, and the base world of the CRM."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from atlas.assembly import databases
from atlas.environments.crm.base import SHIPPED, records_of
from atlas.environments.crm.base_schema import BaseSchema
from atlas.environments.crm.dump import dump
from atlas.environments.crm.old_versions import drop_old_versions
from atlas.errors import InputError
from atlas.export.artifacts import write_text
from atlas.settings import Settings
from atlas.storage.database import Database
from atlas.storage.embedded import EmbeddedServer
from atlas.storage.migrations import migrate


def start_server(settings: Settings) -> None:
    """Start the embedded server and keep it. Raises `StorageError`."""
    server = EmbeddedServer(settings.home, settings.pg_bin)
    address = server.start(stay=True)
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"PostgreSQL runs at {address.host}:{address.port} until `atlas db stop`.")
    console.print(f"  CRM worlds  {address.url('crm_sandbox')}")
    console.print(f"  sessions    {address.url('atlas')}")


def stop_server(settings: Settings) -> None:
    """Stop the embedded server; harmless when it does not run."""
    server = EmbeddedServer(settings.home, settings.pg_bin)
    ran = server.status().running
    server.stop()
    Console().print("stopped" if ran else "it was not running")


async def show_status(settings: Settings) -> None:
    """Both databases with their server versions. Raises `StorageError` when one cannot be reached."""
    console = Console(soft_wrap=True, highlight=False)
    status = EmbeddedServer(settings.home, settings.pg_bin).status()
    if not (settings.crm_url and settings.atlas_url):
        console.print(f"embedded server: {'running' if status.running else 'not running'}, data in {status.data}")
        if not status.running:
            return
    async with databases(settings) as addresses:
        for name, url in (("CRM worlds", addresses.crm_url), ("sessions", addresses.atlas_url)):
            async with Database(url, max_connections=1) as database:
                console.print(f"{name:11} {database.place}, PostgreSQL {await database.ping()}")


async def migrate_store(settings: Settings) -> None:
    """Apply what is missing of the store's schema, and drop what older versions left among the CRM's slots.

    Raises `StorageError`, or `WorldError` for the CRM's database.
    """
    console = Console(soft_wrap=True, highlight=False)
    async with databases(settings) as addresses:
        async with Database(addresses.atlas_url, max_connections=1) as database:
            applied = await migrate(database)
        dropped = await drop_old_versions(addresses.crm_url)
    console.print(f"{applied} migrations applied" if applied else "the schema is up to date")
    if dropped:
        console.print(f"{dropped} schemas of older CRM versions dropped")


async def seed_world(settings: Settings) -> None:
    """Put the shipped base world where there is none. Raises `WorldError`."""
    async with _base_schema(settings) as schema:
        made = await schema.put(_shipped(), "the shipped base world", replace=False)
        count = len(await schema.records())
    Console().print(f"base world of {count} records {'made' if made else 'is there already, and left as it is'}")


async def write_snapshot(settings: Settings, output: Path) -> None:
    """Write the base world as plain SQL. Raises `WorldError`, or `StorageError` when the file cannot be written."""
    async with _base_schema(settings) as schema:
        records = await schema.records()
    write_text(output, dump(records))
    Console(soft_wrap=True, highlight=False).print(f"{len(records)} records written to {output}")


async def reset_world(settings: Settings, source: Path | None) -> None:
    """Put the base world of `source`, or the shipped one, in the place of what is there, all or nothing.

    Raises `InputError` for a file that cannot be used, with the line, and `WorldError`.
    """
    script, name = (_shipped(), "the shipped base world") if source is None else (_read(source), str(source))
    async with _base_schema(settings) as schema:
        await schema.put(script, name)
        count = len(await schema.records())
    Console(soft_wrap=True, highlight=False).print(f"base world of {count} records restored from {name}")


@asynccontextmanager
async def _base_schema(settings: Settings) -> AsyncIterator[BaseSchema]:
    """The base schema of one's own CRM database, or of the embedded server's."""
    if settings.crm_url:
        async with BaseSchema.open(settings.crm_url) as schema:
            yield schema
        return
    server = EmbeddedServer(settings.home, settings.pg_bin)
    address = await asyncio.to_thread(server.start)
    try:
        async with BaseSchema.open(address.url("crm_sandbox")) as schema:
            yield schema
    finally:
        server.detach()


def _shipped() -> str:
    return dump(records_of(SHIPPED))


def _read(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{source}: no such file; `atlas db snapshot --output {source}` writes one") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}") from error
