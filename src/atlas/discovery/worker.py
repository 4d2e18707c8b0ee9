"""The worker: entry point of the process that holds a project's code. `python -P -m atlas.discovery.worker FD`.

Orders come and answers go over the socket with the number FD. What the project prints goes to standard output, and
does no harm there. The process is no sandbox: the project's code may do what its user may do.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from atlas.core.json import JsonValue
from atlas.discovery.episode import Episode
from atlas.discovery.offering import requires
from atlas.discovery.shown import shown
from atlas.discovery.wire import Answer, Order, Target, Told, encode, order_of

PARENT_POLL_S = 0.5
MAX_SAID = 2_000
"""Characters of an exception's text that are told."""


class Worker:
    """Carries out orders, one after the other."""

    def __init__(self, run: Callable[[Any], Any]) -> None:
        self._run = run
        self._root = Path("/nowhere")
        self._episode: Episode | None = None

    def answer(self, asked: Order) -> Answer:
        """What came of an order. Whatever the project's code raises is a sentence in the answer."""
        try:
            value = self._value(asked)
        except (Exception, SystemExit) as error:
            return Answer(error=self._sentence(error), events=self._told())
        return Answer(value, events=self._told())

    def _value(self, order: Order) -> JsonValue:
        match order.do:
            case "open":
                return self._open(order)
            case "files":
                return sorted(self._files())
        assert self._episode is not None, "a project is opened first"
        match order.do:
            case "begin":
                return self._episode.begin(order.task, order.seed)
            case "agent":
                return self._episode.make_agent()
            case "rewind":
                return self._episode.rewind(order.steps)
            case "plan":
                return self._episode.plan(order.guidance)
            case "decide":
                return self._episode.decide(order.guidance)
            case "step":
                return self._episode.step(order.action, submit=order.submit)
            case "summarize":
                return self._episode.summarize(order.guidance)
            case "close":
                return self._episode.close()

    def _open(self, order: Order) -> None:
        """Import the project and make its environment."""
        assert order.environment is not None, "an order to open names the environment"
        self._root = Path(order.root)
        sys.path[:0] = [str(path) for path in (self._root, self._root / "src") if path.is_dir()]
        environment = _made(order.environment)
        environment = self._run(environment) if inspect.isawaitable(environment) else environment
        for method in ("reset", "step"):
            if not callable(getattr(environment, method, None)):
                raise TypeError(f"what it makes has no method {method}")
        self._episode = Episode(environment, lambda: _agent(order.agent), self._run)

    def _files(self) -> Iterator[str]:
        """Every file of the project that was imported, relative to it."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            path = Path(file).resolve() if isinstance(file, str) else None
            if path is not None and path.suffix == ".py" and self._is_own(path):
                yield path.relative_to(self._root).as_posix()

    def _is_own(self, path: Path) -> bool:
        return path.is_relative_to(self._root) and "site-packages" not in path.parts

    def _told(self) -> list[Told]:
        return self._episode.events.take() if self._episode else []

    def _sentence(self, error: BaseException) -> str:
        """Type, message, and the project's own line that it came from."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if self._is_own(Path(frame.filename))]
        where = f" ({Path(own[-1].filename).relative_to(self._root)}:{own[-1].lineno})" if own else ""
        try:
            text = str(error)
        except Exception as failure:  # an exception of the project's own may not even say what it is
            text = f"(its text raised {type(failure).__name__})"
        said = f": {shown(text[:MAX_SAID])}" if text else ""
        return f"{type(error).__name__}{said}{where}"


def serve(stream: BinaryIO, worker: Worker) -> None:
    """Answer orders until there are no more."""
    for line in stream:
        stream.write(encode(worker.answer(order_of(line))))
        stream.flush()


def end_with(parent: int) -> None:
    """End the process group when the process that started this one is gone, whatever the project is doing."""
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_S)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serve on the socket of the command line, and end at once when it closes, whatever threads still run."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    with asyncio.Runner() as runner, connection.makefile("rwb") as stream:

        def run(awaitable: Any) -> Any:
            async def waited() -> Any:
                return await awaitable

            return runner.run(waited())

        serve(stream, Worker(run))  # type: ignore[arg-type]
        sys.stdout.flush()
        os._exit(0)


def _made(target: Target) -> Any:
    """The environment that a target makes, or is. Raises what importing and calling raise."""
    found = _imported(target)
    return found(**target.kwargs) if callable(found) else found


def _agent(target: Target | None) -> Any:
    """The agent that a target makes; a function that needs arguments is one itself."""
    assert target is not None, "a project that is opened without an agent is not asked for one"
    found = _imported(target)
    if not isinstance(found, type) and callable(found) and not target.kwargs and requires(found):
        return found
    made = found(**target.kwargs) if callable(found) else found
    if not (callable(getattr(made, "act", None)) or callable(made) or inspect.isawaitable(made)):
        raise TypeError("what it makes has no method act")
    return made


def _imported(target: Target) -> Any:
    found: Any = importlib.import_module(target.module)
    for part in target.qualname.split("."):
        found = getattr(found, part)
    return found


if __name__ == "__main__":
    main()
