"""Request bodies: read whole, unpacked, and never more of them in memory than the limits allow."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.refusal import Refusal, busy

TIMEOUT_S = 60.0
# Unpacked in slices, so that a bomb is noticed when it passes the limit, and others get their turn.
SLICE_BYTES = 1 << 20
# With this gzip and zlib are told apart by their headers.
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
PACKED = {"gzip", "x-gzip", "deflate"}


class Bodies:
    """Around an application: it gets each body in one piece, unpacked; what is too much is refused before."""

    def __init__(self, app: ASGIApp, config: ApiConfig) -> None:
        self._app, self._config = app, config
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        if scope["type"] != "http" or not {b"content-length", b"transfer-encoding"} & headers.keys():
            await self._app(scope, receive, send)
            return
        reading = _Reading(self, receive)
        try:
            try:
                body = await reading.all(headers)
            except Refusal as refusal:
                await reading.discard_rest()
                await refusal.response()(scope, receive, send)
                return
            except ConnectionResetError:
                return
            await self._app(scope, _once(body, receive), send)
        finally:
            self._in_flight -= reading.held

    def hold(self, count: int) -> None:
        """Account for `count` more bytes. Raises `Refusal` when that is too much for now."""
        if self._in_flight + count > self._config.max_in_flight_bytes:
            raise busy("too many requests in memory", retry_after_s=1)
        self._in_flight += count

    @property
    def most(self) -> int:
        return self._config.max_body_bytes


class _Reading:
    """One body being read; `held` bytes are accounted for."""

    def __init__(self, bodies: Bodies, receive: Receive) -> None:
        self._bodies, self._receive = bodies, receive
        self._more = True
        self.held = 0

    async def all(self, headers: dict[bytes, bytes]) -> bytes:
        """The whole body. Raises `Refusal`, or `ConnectionResetError` when the client is gone."""
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._bodies.most:
            raise self._too_large()
        encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        if encoding not in {"", "identity", *PACKED}:
            raise Refusal(415, f"Content-Encoding {encoding} is not understood; gzip and deflate are")
        chunks, size = [], 0
        async for chunk in self._unpacked() if encoding in PACKED else self._chunks():
            size += len(chunk)
            if size > self._bodies.most:
                raise self._too_large()
            if encoding in PACKED:
                self._hold(len(chunk))
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def discard_rest(self) -> None:
        """Read on for a while, so that a client that is still sending gets to read the answer."""
        left = self._bodies.most
        try:
            while self._more and left > 0:
                left -= len((await self._next())["body"])
        except (ConnectionResetError, Refusal):
            return

    async def _chunks(self) -> AsyncIterator[bytes]:
        while self._more:
            chunk = (await self._next())["body"]
            self._hold(len(chunk))
            yield chunk

    async def _unpacked(self) -> AsyncIterator[bytes]:
        unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        try:
            async for packed in self._chunks():
                while packed:
                    if unpacker.eof:  # a gzip file may have several members
                        unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
                    yield unpacker.decompress(packed, SLICE_BYTES)
                    packed = unpacker.unconsumed_tail or unpacker.unused_data
                    if packed:
                        await asyncio.sleep(0)
            while not unpacker.eof and (rest := unpacker.decompress(b"", SLICE_BYTES)):
                yield rest
        except zlib.error as error:
            raise Refusal(400, f"the body cannot be unpacked ({error})") from error
        if not unpacker.eof:
            raise Refusal(400, "the body cannot be unpacked (it ends too early)")

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                message = await self._receive()
        except TimeoutError as error:
            raise Refusal(408, f"no more of the body for {TIMEOUT_S:g} s") from error
        if message["type"] == "http.disconnect":
            self._more = False
            raise ConnectionResetError
        self._more = message.get("more_body", False)
        return message

    def _hold(self, count: int) -> None:
        self._bodies.hold(count)
        self.held += count

    def _too_large(self) -> Refusal:
        return Refusal(413, f"the body is larger than {self._bodies.most / 1e6:g} MB")


def _once(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one piece, and then what `receive` gives."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
