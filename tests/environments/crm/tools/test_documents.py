from typing import Any

import pytest

from atlas.core.protocols import World
from tests.environments.crm.samples import CONTRACT, DOCUMENT, NOBODY, NORTHWIND, NOW, RENEWAL, error, made, value

NEW: dict[str, Any] = {"entity_type": "Opportunity", "entity_id": RENEWAL, "file_name": "offer.docx"}


async def test_upload(world: World) -> None:
    document = await value(world, "upload_document", **NEW, file_url="https://example.com/offer.docx")
    assert document == {
        **NEW,
        "document_id": made(1),
        "uploaded_at": NOW,
        "uploaded_by": None,
        "file_url": "https://example.com/offer.docx",
    }
    assert list(await value(world, "list_documents")) == [made(1), DOCUMENT]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"entity_type": "Contact"}, "'Contact' is not a valid DocumentEntityType; it must be one of: Client, "),
        ({"entity_id": NOBODY}, f"Opportunity not found with ID '{NOBODY}'."),
        ({"entity_type": "Client"}, f"Client not found with ID '{RENEWAL}'."),
        ({"file_name": "a b.pdf"}, "Document file name may only include letters, numbers, dots,"),
        ({"uploaded_at": "today"}, "Document uploaded at must be a valid ISO-8601 timestamp."),
        ({"document_url": "https://x.com"}, "Unknown argument 'document_url' for upload_document; it takes: "),
    ],
)
async def test_upload_refuses(world: World, change: dict[str, Any], sentence: str) -> None:
    assert (await error(world, "upload_document", **{**NEW, **change})).startswith(sentence)


@pytest.mark.parametrize(("kind", "key"), [("Client", NORTHWIND), ("Contract", CONTRACT)])
async def test_it_hangs_on_any_of_the_kinds(world: World, kind: str, key: str) -> None:
    document = await value(world, "upload_document", entity_type=kind, entity_id=key.upper(), file_name="a.csv")
    assert (document["entity_type"], document["entity_id"]) == (kind, key)
