"""The catalog: what tool schemas say about fields and enum values."""

from __future__ import annotations

import pytest

from atlas.core.tools import ToolSpec
from atlas.models.offline.catalog import Catalog, enum_value

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed-Won", "Closed-Lost")
STATUSES = ("Draft", "Sent", "Approved", "Rejected", "Canceled")


@pytest.mark.parametrize(
    ("said", "values", "value"),
    [
        ("negotiation", STAGES, "Negotiation"),
        ("CLOSED WON", STAGES, "Closed-Won"),
        ("won", STAGES, "Closed-Won"),
        ("a loss", STAGES, None),
        ("loss", STAGES, "Closed-Lost"),
        ("closed", STAGES, None),
        ("approve", STATUSES, "Approved"),
        ("cancelled", STATUSES, "Canceled"),
        ("on hold", STAGES, None),
    ],
)
def test_natural_wording_meets_the_listed_value(said: str, values: tuple[str, ...], value: str | None) -> None:
    assert enum_value(said, values) == value


def test_reads_enums_behind_references_and_alternatives() -> None:
    parameters = {
        "properties": {
            "stage": {"anyOf": [{"$ref": "#/$defs/Stage"}, {"type": "null"}]},
            "name": {"type": "string"},
        },
        "$defs": {"Stage": {"enum": list(STAGES)}},
        "required": ["name"],
    }
    facts = Catalog((ToolSpec("create", "", parameters),)).tool("create")
    assert facts is not None
    assert facts.enums == {"stage": STAGES}
    assert facts.required == {"name"}


def test_puts_fields_inside_the_one_object_that_a_tool_takes() -> None:
    parameters = {"properties": {"id": {}, "updates": {"properties": {"status": {"enum": list(STATUSES)}}}}}
    catalog = Catalog((ToolSpec("modify", "", parameters),))
    assert catalog.arguments("modify", {"id": "1", "status": "Sent"}) == {"id": "1", "updates": {"status": "Sent"}}
    assert catalog.enum(("missing", "modify"), "status") == STATUSES
