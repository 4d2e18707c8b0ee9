"""The base world: the records that a session begins with unless it starts empty; `base.json` is the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import orjson

from atlas.core.json import JsonObject
from atlas.core.tasks import Setup
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.setup import read_clock, read_records

AS_OF = "2026-03-02T09:00:00+00:00"
"""The clock that the shipped base world was made for."""

SHIPPED: JsonObject = orjson.loads((files("atlas.environments.crm") / "base.json").read_bytes())
"""56 records by table and id, in all eight tables."""


def records_of(content: JsonObject) -> Sequence[Entity]:
    """The records of a base world. Raises `ValueError` naming table, row and column of what is wrong."""
    setup = Setup(AS_OF, "base", content)
    return read_records(setup, read_clock(setup))
