"""Tools about notes."""

from __future__ import annotations

from datetime import datetime

from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import AnyId, Note, NoteEntityType, NoteId
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def add_note(
    crm: Crm,
    entity_type: NoteEntityType,
    entity_id: AnyId,
    content: str,
    created_by: str | None = None,
    created_at: datetime | None = None,
) -> Note:
    """Add a note to an existing record: entity_id is the id of a record of kind entity_type."""
    note = Note(
        note_id=NoteId(crm.ids.next()),
        entity_type=entity_type,
        entity_id=await rules.attachable(crm.records, entity_type, entity_id),
        content=content,
        created_at=created_at or crm.clock.now,
        created_by=created_by,
    )
    await crm.records.insert(note)
    return note


@tool()
async def list_notes(crm: Crm) -> dict[str, Note]:
    """All notes by id."""
    return {key_of(note): note for note in await crm.records.all(Note)}
