"""The talk: which record a reader takes "that deal" or "that client" for, told from the words alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.datasets.generator.records import Client, Contact, Contract, Deal, Quote, Record
from atlas.datasets.generator.world import World

FOLLOWED: tuple[type[Record], ...] = (Deal, Client, Contact)
"""Kinds that are spoken of by a name of their own."""


@dataclass(slots=True)
class Talk:
    """The last record of each followed kind that was spoken of; none where a reader could take several.

    A record brings what it belongs to along: after "the Initech Pilot deal" a reader takes "that client" for
    Initech, and for nobody for sure when another client was the last one named.
    """

    _last: dict[type[Record], str] = field(default_factory=dict)
    _implied: bool = False

    def means(self, record: Record) -> bool:
        """Whether a reader takes "that <kind>" for `record`. Kinds that are not followed are left to the caller."""
        return type(record) not in FOLLOWED or self._last.get(type(record)) == record.id

    def hear(self, text: str, world: World) -> None:
        """Take in a request or a reply."""
        named = _named(text, world)
        for kind in FOLLOWED:
            ids = [record.id for record in named if isinstance(record, kind)]
            if ids:
                self._last[kind] = ids[0] if len(ids) == 1 else ""
                self._implied &= kind is not Client
        self._imply({record.client_id for record in named if not isinstance(record, Client)})

    def bring(self, record: Record) -> None:
        """A record was pointed at without its name: what it belongs to comes to mind with it."""
        owners: list[tuple[type[Record], str | None]] = []
        if isinstance(record, (Deal, Contact)):
            owners = [(Client, record.client_id)]
        if isinstance(record, Quote):
            owners = [(Deal, record.opportunity_id)]
        if isinstance(record, Contract):
            owners = [(Client, record.client_id), (Deal, record.opportunity_id)]
        for kind, owner in owners:
            if owner is not None and self._last.get(kind, owner) != owner:
                self._last[kind] = ""

    def lose(self, kind: type[Record]) -> None:
        """Something of this kind was spoken of that is no record, or several records at once."""
        self._last[kind] = ""

    def copy(self) -> Talk:
        """The talk so far, to come back to."""
        return Talk(dict(self._last), self._implied)

    def _imply(self, clients: set[str]) -> None:
        last = self._last.get(Client)
        if not clients or clients == {last}:
            return
        sure = len(clients) == 1 and (last is None or self._implied)
        self._last[Client] = min(clients) if sure else ""
        self._implied = sure


def _named(text: str, world: World) -> list[Deal | Client | Contact]:
    """Records whose names stand in `text`; a longer name hides a shorter one inside it."""
    known: list[Deal | Client | Contact] = [*world.deals(), *world.clients(), *world.contacts()]
    found: list[Deal | Client | Contact] = []
    for record in sorted(known, key=lambda record: -len(record.name)):
        if record.name in text:
            found.append(record)
            text = text.replace(record.name, "\x00")
    return found
