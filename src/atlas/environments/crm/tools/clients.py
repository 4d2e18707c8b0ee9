"""Tools about clients."""

from __future__ import annotations

from datetime import datetime

from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Client, ClientId, ClientStatus, Email
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Changes, Search
from atlas.environments.crm.tools.tool import tool
from atlas.errors import ToolError


@tool(writes=True)
async def create_new_client(
    crm: Crm,
    name: str,
    email: Email,
    status: ClientStatus,
    industry: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    owner: str | None = None,
    created_date: datetime | None = None,
) -> Client:
    """Create a client (account). The e-mail must not belong to a client already, whatever its case."""
    await rules.email_is_free(crm.records, email)
    client = Client(
        client_id=ClientId(crm.ids.next()),
        name=name,
        status=status,
        created_date=created_date or crm.clock.now,
        email=email,
        industry=industry,
        phone=phone,
        address=address,
        owner=owner,
    )
    await crm.records.insert(client)
    return client


@tool(writes=True)
async def ensure_client(
    crm: Crm,
    email: Email,
    name: str | None = None,
    status: ClientStatus | None = None,
    industry: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    owner: str | None = None,
    created_date: datetime | None = None,
) -> Client:
    """Return the client with this e-mail, or create one. Name and status are needed only when there is none.

    An existing client is returned as it is; nothing of it is changed.
    """
    existing = await rules.client_with(crm.records, email)
    if existing is not None:
        return existing
    if name is None or status is None:
        missing = "name" if name is None else "status"
        raise ToolError(f"Missing argument '{missing}': no client has the email '{email}' yet.")
    return await create_new_client.function(crm, name, email, status, industry, phone, address, owner, created_date)


@tool(writes=True)
async def modify_client(crm: Crm, client_id: ClientId, changes: Changes[Client]) -> Client:
    """Change fields of a client; fields that are not named stay as they are, null clears an optional one.

    The id and the creation date cannot be changed, and the e-mail not to that of another client.
    """
    client = await rules.found(crm.records, Client, client_id)
    changed = changes.applied_to(client)
    if "email" in changes.values and changed.email is not None:
        await rules.email_is_free(crm.records, changed.email, client)
    await crm.records.update(changed)
    return changed


@tool()
async def client_search(crm: Crm, search: Search[Client]) -> list[Client]:
    """Find clients that meet all criteria; without any, all clients. Text matches any part, in any case."""
    return await crm.records.search(Client, search.criteria)


@tool()
async def list_clients(crm: Crm) -> dict[str, Client]:
    """All clients by id."""
    return {key_of(client): client for client in await crm.records.all(Client)}
