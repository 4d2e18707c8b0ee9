"""The CRM as a tool gets it: the records, the world's clock, and ids for new records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from atlas.environments.crm.repository import Repository


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands still: `now` is UTC, `today` the date where the world is."""

    now: datetime
    today: date


class Ids:
    """Ids in the order of creation: the n-th of a seed is always the same."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._given = 0

    def next(self) -> str:
        """A UUID that this world has not given out before."""
        self._given += 1
        return str(uuid5(NAMESPACE_URL, f"{self._seed}/{self._given}"))

    @property
    def given(self) -> int:
        return self._given

    def take_back(self, given: int) -> None:
        """As if only `given` ids had been given out: those of a failed call were never used."""
        self._given = given


@dataclass(frozen=True, slots=True)
class Crm:
    """Everything a tool may touch."""

    records: Repository
    clock: Clock
    ids: Ids
