"""The databases, looked after by hand: start, stop, status, migrate."""

from __future__ import annotations

from rich.console import Console

from atlas.assembly import databases
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
    """Apply what is missing of the store's schema. Raises `StorageError`."""
    async with databases(settings) as addresses, Database(addresses.atlas_url, max_connections=1) as database:
        applied = await migrate(database)
    Console().print(f"{applied} migrations applied" if applied else "the schema is up to date")
