"""Readings: setups as records, kept while they are in use: an experiment opens the same worlds arm after arm."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.tasks import Setup
from atlas.environments.crm.crm import Clock
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.setup import read_clock, read_records

MOST_KEPT = 512
"""Setups kept at most, some tens of kilobytes each."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A setup that has been read and found in order. Its records are frozen, so worlds may share them."""

    setup: Setup
    clock: Clock
    records: Sequence[Entity]


class Readings:
    """The readings used last. Reading a world takes longer than sending it to the database."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Reading] = OrderedDict()

    def read(self, setup: Setup) -> Reading:
        """The reading of this very setup object. Raises `ValueError` for a setup that cannot be loaded."""
        # The reading holds its setup, so the id belongs to no other object as long as the reading is kept.
        kept = self._kept.get(id(setup))
        if kept is None:
            clock = read_clock(setup)
            kept = self._kept[id(setup)] = Reading(setup, clock, read_records(setup, clock))
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(id(setup))
        return kept
