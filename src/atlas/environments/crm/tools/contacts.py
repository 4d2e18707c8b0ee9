"""Tools about contacts."""

from __future__ import annotations

from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Client, ClientId, Contact, ContactId, Email
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Changes, Search
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def create_new_contact(
    crm: Crm,
    first_name: str,
    last_name: str,
    client_id: ClientId,
    title: str | None = None,
    email: Email | None = None,
    phone: str | None = None,
    notes: str | None = None,
) -> Contact:
    """Create a contact, a person at an existing client."""
    client = await rules.found(crm.records, Client, client_id)
    contact = Contact(
        contact_id=ContactId(crm.ids.next()),
        first_name=first_name,
        last_name=last_name,
        client_id=client.client_id,
        title=title,
        email=email,
        phone=phone,
        notes=notes,
    )
    await crm.records.insert(contact)
    return contact


@tool(writes=True)
async def modify_contact(crm: Crm, contact_id: ContactId, changes: Changes[Contact]) -> Contact:
    """Change fields of a contact; fields that are not named stay as they are, null clears an optional one.

    The id and the client cannot be changed.
    """
    contact = await rules.found(crm.records, Contact, contact_id)
    changed = changes.applied_to(contact)
    await crm.records.update(changed)
    return changed


@tool()
async def contact_search(crm: Crm, search: Search[Contact]) -> list[Contact]:
    """Find contacts that meet all criteria; without any, all contacts. Text matches any part, in any case."""
    return await crm.records.search(Contact, search.criteria)


@tool()
async def list_contacts(crm: Crm) -> dict[str, Contact]:
    """All contacts by id."""
    return {key_of(contact): contact for contact in await crm.records.all(Contact)}
