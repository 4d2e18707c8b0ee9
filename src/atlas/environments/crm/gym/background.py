"""A background loop: runs asynchronous work for callers that are not, or that run in a loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundLoop:
    """An event loop in a thread of its own, from the first `run` until `close`."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for `work` and return what it does. It is cancelled when the wait is interrupted."""
        done = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return done.result()
        except BaseException:
            done.cancel()
            raise

    def close(self) -> None:
        """Cancel what still runs and end the thread. Does no harm when there is none."""
        if self._thread is None or self._loop is None or self._closing is None:
            return
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        self._thread = self._loop = self._closing = None

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            started: Future[None] = Future()
            # A daemon, so that a program that forgets to close its environment still ends.
            self._thread = threading.Thread(target=self._serve, args=(started,), name="atlas-crm-env", daemon=True)
            self._thread.start()
            started.result()
        assert self._loop is not None
        return self._loop

    def _serve(self, started: Future[None]) -> None:
        asyncio.run(self._until_closed(started))

    async def _until_closed(self, started: Future[None]) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        started.set_result(None)
        await self._closing.wait()
