"""A world: the records of one conversation and what changing them does, by the generator's own reckoning.

It is written apart from the CRM environment on purpose: a reference solution that leads both to the same
final state is evidence that each is right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from atlas.core.json import JsonObject
from atlas.core.state import StateDiff, diff
from atlas.datasets.generator.records import (
    KINDS,
    STAMPS,
    Client,
    Company,
    Contact,
    Contract,
    Deal,
    Document,
    Note,
    Quote,
    Record,
    fields,
    row,
)

R = TypeVar("R", bound=Record)


class World:
    """Records by id. Ids of records created in play are "new:1", "new:2" ... in the order of creation.

    `edits` counts what play has changed so far.
    """

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._created = 0
        self.edits = 0
        self._start: dict[str, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def seed(self, record: Record) -> None:
        """Put a record into the state the world starts from."""
        self._records[record.id] = record

    def begin(self) -> None:
        """Fix the starting state; later changes count as play."""
        self._start = dict(self._records)

    def create(self, record: R) -> R:
        """Insert a copy of `record` under the next new id."""
        self._created += 1
        self.edits += 1
        made = replace(record, id=f"new:{self._created}")
        self._records[made.id] = made
        return made

    def put(self, record: Record) -> None:
        """Store a changed version of a record that exists."""
        if record.id not in self._records:
            raise KeyError(record.id)
        self.edits += 1
        self._records[record.id] = record

    def delete(self, record: Deal | Quote) -> None:
        """Remove a quote, or a deal with its quotes; contracts of the deal stay without one."""
        self.edits += 1
        del self._records[record.id]
        for quote in [q for q in self.quotes() if q.opportunity_id == record.id]:
            del self._records[quote.id]
        for contract in [c for c in self.contracts() if c.opportunity_id == record.id]:
            self.put(replace(contract, opportunity_id=None))

    def get(self, kind: type[R], record_id: str) -> R:
        """The record as it is now. Raises `KeyError` when it is gone or of another kind."""
        found = self._records[record_id]
        if not isinstance(found, kind):
            raise KeyError(f"{record_id} is not a {kind.entity}")
        return found

    def holds(self, record_id: str) -> bool:
        return record_id in self._records

    def clients(self) -> list[Client]:
        return self._all(Client)

    def contacts(self) -> list[Contact]:
        return self._all(Contact)

    def deals(self) -> list[Deal]:
        return self._all(Deal)

    def quotes(self) -> list[Quote]:
        return self._all(Quote)

    def contracts(self) -> list[Contract]:
        return self._all(Contract)

    def companies(self) -> list[Company]:
        return self._all(Company)

    def documents(self) -> list[Document]:
        return self._all(Document)

    def notes(self) -> list[Note]:
        return self._all(Note)

    def names(self) -> str:
        """All names of clients and deals in one text, to look for words in."""
        return " ".join([*(client.name for client in self.clients()), *(deal.name for deal in self.deals())])

    def deals_of(self, client: Client) -> list[Deal]:
        return [deal for deal in self.deals() if deal.client_id == client.id]

    def open_deals_of(self, client: Client) -> list[Deal]:
        return [deal for deal in self.deals_of(client) if deal.open]

    def contacts_of(self, client: Client) -> list[Contact]:
        return [contact for contact in self.contacts() if contact.client_id == client.id]

    def quotes_of(self, deal: Deal) -> list[Quote]:
        return [quote for quote in self.quotes() if quote.opportunity_id == deal.id]

    def contracts_of(self, client: Client) -> list[Contract]:
        return [contract for contract in self.contracts() if contract.client_id == client.id]

    def deletable(self, record: Deal | Quote) -> bool:
        """Whether it was there at the start, so that deleting it shows, and no document or note hangs on it."""
        gone = {record.id, *(quote.id for quote in self.quotes() if quote.opportunity_id == record.id)}
        homes = {paper.entity_id for paper in self.documents()} | {paper.entity_id for paper in self.notes()}
        return gone <= set(self._start) and not gone & homes

    def restores(self, record: Record, values: JsonObject) -> bool:
        """Whether a change gives a field the value that it had at the start, so that nothing shows in the end."""
        start = self._start.get(record.id)
        return start is not None and any(fields(start)[column] == value for column, value in values.items())

    def seed_data(self) -> dict[str, dict[str, JsonObject]]:
        """The starting state as a dataset row holds it."""
        return {
            kind.entity: {r.id: _present(fields(r)) for r in self._start.values() if isinstance(r, kind)}
            for kind in KINDS
        }

    def changes(self) -> StateDiff:
        """What play has done, in the form of `Target.state`: created rows list only what was decided."""
        found = diff(_snapshot(self._start), _snapshot(self._records))
        for kind in KINDS:
            rows = found.inserted.get(kind.table, {})
            for record_id, values in rows.items():
                hidden = {kind.key, *STAMPS}
                rows[record_id] = {c: v for c, v in values.items() if c not in hidden and v not in (None, [])}
        return found

    def _all(self, kind: type[R]) -> list[R]:
        return [record for record in self._records.values() if isinstance(record, kind)]


def _present(values: JsonObject) -> JsonObject:
    return {column: value for column, value in values.items() if value is not None}


def _snapshot(records: dict[str, Record]) -> dict[str, dict[str, JsonObject]]:
    return {kind.table: {r.id: row(r) for r in records.values() if isinstance(r, kind)} for kind in KINDS}
