"""The group queue of a running server: what waits, who has registered, what is on its way to a trainer.

Every change is stored first and made true in memory afterwards. When the store fails, nobody can know what it still
did, so everything is read from it again before the next change.
"""

from __future__ import annotations

import asyncio
import logging
import time
from bisect import insort
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from atlas.core.group_queue import Batch, BatchId, GroupId, IncomingGroup, Producer, QueueRecord, Registration
from atlas.core.protocols import GroupStore
from atlas.errors import StorageError
from atlas.rollouts.api.acknowledgements import Acknowledgements
from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.diagnosis import problems, stuck_sizes
from atlas.rollouts.api.group import CheckedGroup
from atlas.rollouts.api.lineup import Lineup
from atlas.rollouts.api.refusal import busy
from atlas.rollouts.api.shares import ProducerStatus, minima, producer_status

logger = logging.getLogger("atlas.rollouts")

# What is written in one go: enough that a commit costs little a group, little enough that nobody waits for long.
COMMIT_BYTES = 16_000_000
# What is read of a batch at once, unless one group is larger.
SLICE_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of added groups: those newly stored, and for each buffered one its buffer's sequences.

    `repeated` are the digests of those that were stored before.
    """

    stored: tuple[GroupId, ...]
    buffered: tuple[int, ...]
    repeated: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Delivery:
    """How the delivery of a batch goes: whether all of it was written."""

    arrived: bool = False


class _NotArrived(Exception):
    """The mark that a batch is delivered is not to be stored."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    groups: Sequence[CheckedGroup]
    key: str | None
    receipt: asyncio.Future[Receipt]


class GroupQueue:
    """Open it with `running()`. Raises `StorageError` when the store fails, `Refusal` when it is full."""

    def __init__(self, store: GroupStore, config: ApiConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._config = store, config
        self._lock = asyncio.Lock()
        self._stale = True
        self._arrivals: list[_Parcel] = []
        self._arrived = asyncio.Event()
        self._arriving_bytes = 0
        self._acknowledgements = Acknowledgements(clock)
        self._acknowledged = GroupId(0)
        self._next_group, self._next_batch = 1, 1
        self._lineup = Lineup()
        # Batches to hand out again, those that are out, and those that arrived but are still stored.
        self._again: list[Batch] = []
        self._out: dict[BatchId, Batch] = {}
        self._done: set[BatchId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: bytes | None = None
        self._known_problems: tuple[str, ...] = ()
        self._ignored: str | None = None
        self.registration: Registration | None = None
        self.started = False
        self.step = 0
        self.producers: list[Producer] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read what is stored, and write what arrives."""
        async with self._changing():
            pass
        writer = asyncio.create_task(self._write_arrivals())
        try:
            yield
        finally:
            for task in (writer, *self._tasks):
                task.cancel()
            await asyncio.gather(writer, *self._tasks, return_exceptions=True)

    @property
    def queue_size(self) -> int:
        """Groups that wait for a batch; those in buffers do not count."""
        return sum(self._lineup.queued.values())

    @property
    def buffered_groups(self) -> int:
        return sum(map(len, self._lineup.buffers.values()))

    @property
    def batches_under_way(self) -> int:
        """Batches that are being sent."""
        return len(self._out)

    @property
    def batches_to_repeat(self) -> int:
        """Batches that were not written whole, and are handed out next."""
        return len(self._again)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why groups do not leave, and what was ignored."""
        ignored = () if self._ignored is None else (self._ignored,)
        return (*problems(self.registration, self.producers, self._lineup), *ignored)

    async def register(self, registration: Registration) -> None:
        """A trainer. The first one decides; what later ones ask for is ignored, and said to be."""
        async with self._changing():
            if self.registration is None:
                await self._store.register(registration, registration.starting_step)
                self.registration, self.step = registration, registration.starting_step
                self._ignored = None
            elif registration != self.registration:
                self._ignored = (
                    f"a later trainer asked for batch_size {registration.batch_size} in project "
                    f"{registration.wandb_project}; what holds is batch_size {self.registration.batch_size} in "
                    f"{self.registration.wandb_project}, until GET /reset_data"
                )
                logger.warning(self._ignored)

    async def register_producer(self, wanted: Producer) -> Producer | None:
        """An environment, with its number and name; None before a trainer has asked for its first batch."""
        async with self._changing():
            if not self.started:
                return None
            earlier = sum(each.desired_name == wanted.desired_name for each in self.producers)
            producer = replace(wanted, env_id=len(self.producers), wandb_name=f"{wanted.desired_name}_{earlier}")
            await self._store.keep_producer(producer)
            self.producers.append(producer)
            return producer

    async def disconnect(self, env_id: int) -> bool:
        """Leave an environment out of shares; False when there is none of this number."""
        async with self._changing():
            if self.producer(env_id) is None:
                return False
            gone = replace(self.producers[env_id], connected=False)
            await self._store.keep_producer(gone)
            self.producers[env_id] = gone
            return True

    def producer(self, env_id: int) -> Producer | None:
        """The environment of this number."""
        return self.producers[env_id] if 0 <= env_id < len(self.producers) else None

    def status_of(self, producer: Producer) -> ProducerStatus:
        """What an environment is told to pace itself by."""
        batch_size = self.registration.batch_size if self.registration else 0
        stuck = stuck_sizes(batch_size, self.producers, self._lineup) if batch_size else set()
        return producer_status(producer, self.producers, self._lineup, batch_size, self.step, stuck)

    async def add(self, groups: Sequence[CheckedGroup], key: str | None = None) -> Receipt:
        """Store groups; they are durable when this returns. What comes again under the same `key` is not stored."""
        size = sum(len(group.body) for group in groups)
        waiting = self._lineup.size_bytes + self._arriving_bytes
        if self._lineup.group_count + len(groups) > self._config.max_waiting_groups:
            raise busy(
                f"{self._lineup.group_count} groups wait for a trainer; no more are taken until some have left"
            )
        if waiting and waiting + size > self._config.max_waiting_bytes:
            raise busy(
                f"{waiting / 1e6:.0f} MB of groups wait for a trainer; no more are taken until some have left"
            )
        self._arriving_bytes += size
        try:
            parcel = _Parcel(groups, key, asyncio.get_running_loop().create_future())
            self._arrivals.append(parcel)
            self._arrived.set()
            return await parcel.receipt
        finally:
            self._arriving_bytes -= size

    def answered(self, receipt: Receipt, *, arrived: bool) -> None:
        """The answer that these groups are stored was written, or could not be; the store is sent word of it."""
        self._acknowledgements.answered(receipt.stored, arrived=arrived)
        if not arrived:
            self._acknowledgements.not_told(receipt.repeated)
        complete_to = self._acknowledgements.complete_to
        if complete_to > self._acknowledged:
            self._acknowledged = complete_to
            try:
                self._store.acknowledge(complete_to)
            except StorageError as error:
                logger.warning("acknowledgements could not be stored: %s", error)
                self._stale = True

    async def next_batch(self) -> Batch | None:
        """The next batch, stored as formed; one that did not arrive comes first. None when there is none yet."""
        async with self._changing():
            if self.registration is None:
                return None
            if not self.started:
                await self._store.start()
                self.started = True
            batch = self._again.pop(0) if self._again else await self._form(self.registration.batch_size)
            if batch is not None:
                self._out[batch.batch_id] = batch
            return batch

    async def latest(self) -> bytes | None:
        """The group that was queued last; after a restart the last one that still waits."""
        if self._latest is None and (last := self._lineup.last):
            self._latest = next(iter(await self._store.bodies([last])), None)
        return self._latest

    async def bodies(self, batch: Batch) -> AsyncIterator[bytes]:
        """The bodies of a batch in order, few at a time in memory."""
        for ids in _slices(batch):
            bodies = await self._store.bodies(ids)
            if len(bodies) < len(ids):
                raise StorageError(f"batch {batch.batch_id} was dropped meanwhile, by GET /reset_data")
            for body in bodies:
                yield body

    @asynccontextmanager
    async def delivering(self, batch: Batch) -> AsyncIterator[Delivery]:
        """The batch is delivered if it has `arrived` when the block ends. Raises `StorageError`, unless it has."""
        delivery = Delivery()
        try:
            async with self._store.delivering(batch.batch_id):
                yield delivery
                if not delivery.arrived:
                    raise _NotArrived
        except _NotArrived:
            return
        except StorageError as error:
            if not delivery.arrived:
                raise
            logger.warning("batch %d is delivered, but not stored to be: %s", batch.batch_id, error)
            self._stale = True
        if self._out.pop(batch.batch_id, None):
            self._done.add(batch.batch_id)

    def put_back(self, batch: Batch) -> None:
        """The batch was not written whole: the next trainer that asks gets it."""
        if self._out.pop(batch.batch_id, None):
            logger.warning("batch %d was not read to its end; it will be handed out again", batch.batch_id)
            insort(self._again, batch, key=lambda each: each.batch_id)

    def settle(self, batch: Batch, arrived: bool) -> None:
        """What the connection told later about a batch that was written whole."""
        if batch.batch_id in self._done:
            self._background(self._forget(batch) if arrived else self._take_back(batch))

    async def reset(self) -> None:
        """Drop everything: groups, batches, trainers, environments."""
        async with self._changing():
            await self._store.reset()
            self._lineup = Lineup()
            self._again, self._out, self._done, self.producers = [], {}, set(), []
            self.registration, self.started, self.step, self._latest, self._ignored = None, False, 0, None, None

    async def _form(self, batch_size: int) -> Batch | None:
        positions = self._lineup.pick(batch_size, minima(batch_size, self.producers, self._lineup))
        if positions is None:
            self._diagnose()
            return None
        batch = Batch(BatchId(self._next_batch), self._lineup.groups_at(positions))
        await self._store.form(batch, self.step + 1)
        self._next_batch += 1
        self.step += 1
        self._lineup.remove(positions)
        return batch

    async def _take_back(self, batch: Batch) -> None:
        with self._store_failures("take back", batch):
            await self._store.take_back(batch.batch_id)
        if batch.batch_id in self._done:
            self._done.remove(batch.batch_id)
            self._out[batch.batch_id] = batch
            self.put_back(batch)

    async def _forget(self, batch: Batch) -> None:
        with self._store_failures("drop", batch):
            await self._store.forget([batch.batch_id])
            self._done.discard(batch.batch_id)

    @contextmanager
    def _store_failures(self, what: str, batch: Batch) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            logger.warning("cannot %s batch %d: %s", what, batch.batch_id, error)
            self._stale = True

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_arrivals(self) -> None:
        """Write what arrives, as much of it at once as has come while the last was written."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while parcels := self._take_arrivals():
                await self._store_parcels(parcels)
                # Those who sent these may answer at once, before what came meanwhile is stored.
                await asyncio.sleep(0)

    def _take_arrivals(self) -> list[_Parcel]:
        count = size = 0
        for parcel in self._arrivals:
            size += sum(len(group.body) for group in parcel.groups)
            if count and size > COMMIT_BYTES:
                break
            count += 1
        taken, self._arrivals = self._arrivals[:count], self._arrivals[count:]
        return taken

    async def _store_parcels(self, parcels: Sequence[_Parcel]) -> None:
        try:
            async with self._changing():
                receipts = await self._store_groups(parcels)
        except StorageError as error:
            logger.error("groups could not be stored: %s", error)
            for parcel in parcels:
                if not parcel.receipt.done():
                    parcel.receipt.set_exception(StorageError(str(error)))
            return
        for parcel, receipt in zip(parcels, receipts, strict=True):
            if parcel.receipt.done():  # the sender has gone meanwhile
                self.answered(receipt, arrived=False)
            else:
                parcel.receipt.set_result(receipt)

    async def _store_groups(self, parcels: Sequence[_Parcel]) -> list[Receipt]:
        repeated: set[bytes] = set()
        keys = {parcel.key for parcel in parcels if parcel.key is not None}
        accepted = await self._store.accepted(keys) if keys else frozenset()
        fresh = self._fresh(parcels, accepted, repeated)
        flat = [group for groups in fresh for group in groups]
        most = self.registration.batch_size if self.registration else 0
        admission = self._lineup.admit(flat, GroupId(self._next_group), self.producers, most)
        entries = list(admission.entries.values())
        if entries:
            incoming = [IncomingGroup(entry, group.body) for entry, group in zip(entries, flat, strict=True)]
            await self._store.add(incoming, admission.promoted, keys - accepted)
            self._next_group += len(entries)
            self._lineup.take(admission)
            self._acknowledgements.stored(entries)
            self._latest = next(
                (group.body for entry, group in zip(reversed(entries), reversed(flat), strict=True) if entry.unit),
                self._latest,
            )
        self._acknowledgements.told(repeated)
        remaining = iter(admission.entries)
        receipts = []
        for parcel, new in zip(parcels, fresh, strict=True):
            ids = tuple(next(remaining) for _ in new)
            buffered = tuple(admission.buffered[each] for each in ids if each in admission.buffered)
            again = {group.digest for group in parcel.groups} & repeated
            receipts.append(Receipt(ids, buffered, tuple(sorted(again))))
        return receipts

    def _fresh(
        self, parcels: Sequence[_Parcel], accepted: Collection[str], repeated: set[bytes]
    ) -> list[list[CheckedGroup]]:
        """Of each parcel what is to be stored; a key decides where there is one, else the digest in doubt."""
        seen = set(accepted)
        fresh = []
        for parcel in parcels:
            if parcel.key is None:
                fresh.append([group for group in parcel.groups if not self._is_repeated(group, repeated)])
            elif parcel.key in seen:
                repeated |= {each.digest for each in parcel.groups if self._acknowledgements.in_doubt(each.digest)}
                fresh.append([])
            else:
                seen.add(parcel.key)
                fresh.append(list(parcel.groups))
        return fresh

    def _is_repeated(self, group: CheckedGroup, repeated: set[bytes]) -> bool:
        """Whether a group is stored already, though its sender does not know; of equal ones the first."""
        if group.digest in repeated or not self._acknowledgements.in_doubt(group.digest):
            return False
        repeated.add(group.digest)
        return True

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """One change at a time, on what is stored. Raises `StorageError`."""
        async with self._lock:
            if self._stale:
                self._restore(await self._store.load())
                self._stale = False
            try:
                yield
            except StorageError:
                self._stale = True
                raise
            except asyncio.CancelledError:
                # The change may have been stored all the same.
                self._stale = True
                raise

    def _restore(self, record: QueueRecord) -> None:
        self.registration, self.started, self.step = record.registration, record.started, record.step
        self.producers = list(record.producers)
        self._lineup = Lineup(record.groups)
        stored = [*record.groups, *(group for batch in record.batches for group in batch.groups)]
        # Word that was sent may not have come through, if it was the store's connection that failed.
        self._acknowledged = max(self._acknowledged, record.acknowledged)
        self._acknowledgements.restore(self._acknowledged, stored)
        self._again = [batch for batch in record.batches if batch.batch_id not in self._out.keys() | self._done]
        for batch in record.batches:
            if batch.batch_id in self._done:
                self._background(self._forget(batch))
        last = max((group.group_id for group in stored), default=0)
        self._next_group = max(self._next_group, last + 1, record.acknowledged + 1)
        self._next_batch = max(self._next_batch, *(batch.batch_id + 1 for batch in record.batches), 1)

    def _diagnose(self) -> None:
        """Log problems that are new."""
        found = self.problems
        for problem in found:
            if problem not in self._known_problems:
                logger.warning(problem)
        self._known_problems = found


def _slices(batch: Batch) -> Iterable[list[GroupId]]:
    """Groups of the batch that are read from the store together."""
    ids: list[GroupId] = []
    size = 0
    for group in batch.groups:
        if ids and size + group.size_bytes > SLICE_BYTES:
            yield ids
            ids, size = [], 0
        ids.append(group.group_id)
        size += group.size_bytes
    if ids:
        yield ids
