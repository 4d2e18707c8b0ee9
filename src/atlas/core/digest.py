"""A digest: what was left of the text beside a conversation once it had to fit its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

DigestSection: TypeAlias = Literal["metadata", "playbook", "guidance"]


@dataclass(frozen=True, slots=True)
class DigestStats:
    """How a system text was fitted. `budget` and `used` are characters; `used` is all of the text.

    `omitted` are keys of the metadata that were not shown. `dropped` are the sections that lost something, in the
    order in which they lose it; `entries` and `guidance` count what the playbook and the guidance lost.
    """

    budget: int
    used: int
    omitted: tuple[str, ...] = ()
    dropped: tuple[DigestSection, ...] = ()
    entries: int = 0
    guidance: int = 0
