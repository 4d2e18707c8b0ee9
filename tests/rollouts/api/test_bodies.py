"""Bodies: whole, unpacked, and never more of them in memory than allowed."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterable
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from atlas.rollouts.api.bodies import Bodies
from atlas.rollouts.api.config import ApiConfig

LIMITS = ApiConfig(max_body_mb=2, max_in_flight_mb=4)


class Served:
    """Puts bodies through and keeps what the application got, and what was answered."""

    def __init__(self, config: ApiConfig = LIMITS) -> None:
        self.got: list[bytes] = []
        self.status = 0
        self.inside: Any = None
        self.bodies = Bodies(self._application, config)

    async def send(self, chunks: Iterable[bytes], **headers: str) -> int:
        """The status that the answer to this request has; 0 for none."""
        pending = list(chunks)
        named = [(b"transfer-encoding", b"chunked")]
        named += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

        async def receive() -> Message:
            if not pending:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": pending.pop(0), "more_body": bool(pending)}

        async def answer(message: Message) -> None:
            self.status = message.get("status", self.status)

        self.status = 0
        await self.bodies({"type": "http", "headers": named}, receive, answer)
        return self.status

    async def _application(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert not message["more_body"]
        self.got.append(message["body"])
        if self.inside:
            await self.inside()
        await send({"type": "http.response.start", "status": 200, "headers": []})


def bomb(times: int) -> bytes:
    """A small body that unpacks to so many MB."""
    return gzip.compress(b"\0" * 1_000_000) * times


async def test_chunks_arrive_in_one_piece() -> None:
    served = Served()
    packed = gzip.compress(b"hello, " * 9) + gzip.compress(b"world")
    assert await served.send([b"ab", b"", b"c"]) == 200
    assert await served.send([packed[at : at + 1] for at in range(len(packed))], content_encoding="gzip") == 200
    assert served.got == [b"abc", b"hello, " * 9 + b"world"]


async def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    served = Served()
    body = bomb(200)
    tracemalloc.start()
    try:
        assert await served.send([body], content_encoding="gzip") == 413
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
    assert served.got == []


async def test_what_is_too_large_is_refused_whatever_it_says_of_itself() -> None:
    served = Served()
    assert await served.send([b"x"], content_length="2000001") == 413
    assert await served.send([b"x" * 1_000_000] * 3, content_length="5") == 413
    assert await served.send([b"x" * 1_000_000] * 2) == 200


async def test_requests_at_once_share_the_memory() -> None:
    served = Served()
    answers: list[int] = []

    async def more() -> None:
        served.inside = more if len(answers) < 1 else None
        answers.append(await served.send([b"x" * 1_900_000]))

    served.inside = more
    await served.send([b"x" * 1_900_000])
    assert answers == [503, 200], "the third at once is one too many; it is the innermost, so it ends first"
    served.inside = None
    assert await served.send([b"x" * 2_000_000]) == 200, "what ended holds no memory"


async def test_a_client_that_goes_away_holds_no_memory() -> None:
    served = Served()
    for _ in range(5):

        async def gone() -> Message:
            return {"type": "http.disconnect"}

        sent: list[Message] = []

        async def send(message: Message, sent: list[Message] = sent) -> None:
            sent.append(message)

        await served.bodies({"type": "http", "headers": [(b"content-length", b"9")]}, gone, send)
        assert sent == []
    assert await served.send([b"x" * 2_000_000]) == 200
