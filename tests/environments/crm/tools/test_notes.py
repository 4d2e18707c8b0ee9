from typing import Any

import pytest

from atlas.core.protocols import World
from tests.environments.crm.samples import DANA, NOBODY, NOTE, NOW, error, made, value

NEW: dict[str, Any] = {"entity_type": "Contact", "entity_id": DANA, "content": "Likes tea & crème."}


async def test_add(world: World) -> None:
    note = await value(world, "add_note", **NEW, created_by="Kim")
    assert note == {**NEW, "note_id": made(1), "created_at": NOW, "created_by": "Kim"}
    earlier = await value(world, "add_note", **NEW, created_at="2026-01-01T00:00:00Z")
    assert list(await value(world, "list_notes")) == [earlier["note_id"], NOTE, made(1)], "in order of time"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"content": "  "}, "Note content must not be blank or whitespace."),
        ({"content": "a\x00b"}, "Note content must not contain NUL characters."),
        (
            {"entity_type": "Company"},
            "'Company' is not a valid NoteEntityType; it must be one of: Client, Contact,",
        ),
        ({"entity_id": NOBODY}, f"Contact not found with ID '{NOBODY}'."),
    ],
)
async def test_add_refuses(world: World, change: dict[str, Any], sentence: str) -> None:
    assert (await error(world, "add_note", **{**NEW, **change})).startswith(sentence)
