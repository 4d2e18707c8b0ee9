"""The formats that groups can be written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from atlas.core.group import Group
from atlas.core.json import JsonObject
from atlas.export.training.atif import atif_rows
from atlas.export.training.messages import messages_rows
from atlas.export.training.preference import preference_rows
from atlas.export.training.verifiers import verifiers_rows

Rows: TypeAlias = Callable[[Group], Iterator[JsonObject]]

FORMATS: dict[str, Rows] = {
    "messages": messages_rows,
    "preference": preference_rows,
    "atif": atif_rows,
    "verifiers": verifiers_rows,
}
