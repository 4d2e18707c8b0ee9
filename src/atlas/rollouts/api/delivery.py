"""Delivery: a batch on its way out, and the point from which it counts as delivered.

The stored bytes are sent as they are. All but the last two are sent; then the mark that the batch is delivered is
prepared in the store; then the last two are given to the kernel, which holds them back; then the mark is committed;
then the kernel sends them. A server killed before the commit hands the batch out again after its restart; killed
after it, its kernel sends the rest. Only a kill between the last two bytes and the commit, two system calls, hands
out a batch twice: the gap that a protocol without acknowledgements leaves. It is never a loss.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from atlas.core.group_queue import Batch
from atlas.errors import StorageError
from atlas.rollouts.api.connections import Connection
from atlas.rollouts.api.queue import GroupQueue, logger

HEAD, SEPARATOR, TAIL = b'{"batch":[', b",", b"]}"
# Above this a batch goes out as it is, so that no more than this is ever held for one trainer.
MOST_PACKED_BYTES = 64_000_000
# Responses smaller than this are never packed.
LEAST_PACKED_BYTES = 1_000
# The quickest: on a machine's own network packing costs more than it saves.
PACK_LEVEL = 1


class BatchResponse(Response):
    """A response that marks its batch delivered, or puts it back."""

    def __init__(self, queue: GroupQueue, batch: Batch, connection: Connection, *, packed: bool) -> None:
        self._queue, self._batch, self._connection = queue, batch, connection
        self._packed = packed and LEAST_PACKED_BYTES <= batch.size_bytes <= MOST_PACKED_BYTES
        super().__init__(media_type="application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._deliver(send)
        except StorageError as error:
            # Too late for another status: the web server closes what ends before its announced length.
            logger.error("batch %d could not be read: %s", self._batch.batch_id, error)
        finally:
            # Does nothing for a batch that was delivered.
            self._queue.put_back(self._batch)

    async def _deliver(self, send: Send) -> None:
        if self._packed:
            *parts, tail = await self._pack()
            await self._start(send, sum(map(len, parts)) + len(tail), packed=True)
            for part in parts:
                await _write(send, part)
        else:
            tail = TAIL
            await self._start(send, _size(self._batch))
            async for part in self._parts():
                await _write(send, part)
        if not await self._connection.drained():
            return
        self._connection.cork()
        try:
            async with self._queue.delivering(self._batch) as delivery:
                if not self._connection.lost:
                    await _write(send, tail)
                    delivery.arrived = await self._connection.drained()
        finally:
            self._connection.uncork()
        if delivery.arrived:
            await send({"type": "http.response.body"})
            self._connection.watch(lambda arrived: self._queue.settle(self._batch, arrived))

    async def _start(self, send: Send, length: int, *, packed: bool = False) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]
        if packed:
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _parts(self) -> AsyncIterator[bytes]:
        """The response but for its tail."""
        before = HEAD
        async for body in self._queue.bodies(self._batch):
            yield before
            yield body
            before = SEPARATOR

    async def _pack(self) -> list[bytes]:
        """The whole response, packed. Its length is told ahead: a client must not stop before the last byte."""
        packer = zlib.compressobj(PACK_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        packed = []
        async for part in self._parts():
            packed.append(await asyncio.to_thread(packer.compress, part))
        last = packer.compress(TAIL) + packer.flush()
        return [*packed, last[:-2], last[-2:]]


def _size(batch: Batch) -> int:
    return len(HEAD) + len(TAIL) + batch.size_bytes + len(SEPARATOR) * (len(batch.groups) - 1)


async def _write(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


def packs(accept_encoding: str) -> bool:
    """Whether a client that sends this header takes gzip."""
    for offer in accept_encoding.lower().split(","):
        name, _, quality = offer.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def json_response(body: bytes, accept_encoding: str) -> Response:
    """Stored bytes as a response, packed when they are many and the client takes it."""
    if len(body) < LEAST_PACKED_BYTES or not packs(accept_encoding):
        return Response(body, media_type="application/json")
    packed = zlib.compress(body, PACK_LEVEL, zlib.MAX_WBITS | 16)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(packed, media_type="application/json", headers=headers)
