"""Tools about documents."""

from __future__ import annotations

from datetime import datetime

from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import AnyId, Document, DocumentEntityType, DocumentId, FileName, Url
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def upload_document(
    crm: Crm,
    entity_type: DocumentEntityType,
    entity_id: AnyId,
    file_name: FileName,
    uploaded_by: str | None = None,
    uploaded_at: datetime | None = None,
    file_url: Url | None = None,
) -> Document:
    """Attach a document to an existing record: entity_id is the id of a record of kind entity_type."""
    document = Document(
        document_id=DocumentId(crm.ids.next()),
        entity_type=entity_type,
        entity_id=await rules.attachable(crm.records, entity_type, entity_id),
        file_name=file_name,
        uploaded_at=uploaded_at or crm.clock.now,
        uploaded_by=uploaded_by,
        file_url=file_url,
    )
    await crm.records.insert(document)
    return document


@tool()
async def list_documents(crm: Crm) -> dict[str, Document]:
    """All documents by id."""
    return {key_of(document): document for document in await crm.records.all(Document)}
