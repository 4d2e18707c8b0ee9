"""Side by side: many pieces of work at once, begun as places become free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


async def side_by_side(work: Iterator[Coroutine[Any, Any, T]], room: Callable[[], int]) -> AsyncIterator[T]:
    """The results as they come. `work` is read while fewer than `room()` pieces are going on.

    When `work` ends, what has begun is waited for. When a piece raises, or the caller leaves, the others are ended.
    """
    running: set[asyncio.Task[T]] = set()
    done: set[asyncio.Task[T]] = set()
    try:
        while True:
            while len(running) < room() and (following := next(work, None)) is not None:
                running.add(asyncio.create_task(following))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for finished in done:
                yield finished.result()
    finally:
        for unfinished in running:
            unfinished.cancel()
        # Of several that raised at once the first is passed on; the others are looked at here.
        await asyncio.gather(*running, *done, return_exceptions=True)
