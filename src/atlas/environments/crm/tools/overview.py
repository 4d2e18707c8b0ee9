"""Tools about the CRM as a whole."""

from __future__ import annotations

from atlas.environments.crm.crm import Crm
from atlas.environments.crm.schema import TABLES
from atlas.environments.crm.tools.tool import tool


@tool()
async def summarize_counts(crm: Crm) -> dict[str, int]:
    """How many records there are of each kind."""
    return {table.name: len(await crm.records.all(table.kind)) for table in TABLES}
