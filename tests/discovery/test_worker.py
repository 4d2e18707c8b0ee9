from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atlas.discovery.wire import Answer, Order, answer_of, encode
from atlas.discovery.worker import Worker, serve
from tests.discovery.projects import COUNTER, STEPPER, project, target


@pytest.fixture(autouse=True)
def own_imports() -> Iterator[None]:
    """A worker imports into its own process, which here is that of the tests."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def opened(folder: Path, text: str, qualname: str = "Counter", **kwargs: Any) -> tuple[Worker, Answer]:
    root = project(folder, desk=text)
    worker = Worker(lambda awaitable: awaitable)
    order = Order(
        "open", root=str(root), environment=target(f"desk:{qualname}", **kwargs), agent=target("desk:Stepper")
    )
    return worker, worker.answer(order)


def test_a_project_is_opened_and_played(tmp_path: Path) -> None:
    worker, answer = opened(tmp_path, COUNTER + STEPPER, start=1)
    assert answer == Answer()
    orders = (Order("begin", task="t"), Order("agent"), Order("decide"), Order("step", action=1), Order("files"))
    begun, _, decided, stepped, files = (worker.answer(order) for order in orders)
    assert begun.value["observation"] == {"left": 1, "task": "t", "seed": 0}
    assert decided.value["action"] == 1
    assert [event.type for event in decided.events] == ["thought"]
    assert stepped.value["reward"] == 1.0
    assert files.value == ["desk.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\nraise ValueError('bad luck')", "ValueError: bad luck (desk.py:2)"),
        ("import sys\nsys.exit(3)", "SystemExit: 3 (desk.py:2)"),
        ("raise ValueError('\\ud800')", "ValueError: ? (desk.py:1)"),
        (
            "class E(Exception):\n    def __str__(self): return 1/0\nraise E",
            "E: (its text raised ZeroDivisionError)",
        ),
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all' (desk.py:1)"),
        ("x = 1", "AttributeError: module 'desk' has no attribute 'Counter'"),
        ("class Counter:\n    def __init__(self, size): ...", "TypeError: Counter.__init__() missing 1 required"),
        ("class Counter: ...", "TypeError: what it makes has no method reset"),
    ],
)
def test_what_goes_wrong_is_one_sentence_with_the_projects_line(tmp_path: Path, text: str, said: str) -> None:
    _, answer = opened(tmp_path, text)
    assert answer.error is not None
    assert answer.error.startswith(said)


def test_orders_are_served_until_there_are_no_more() -> None:
    class Both(io.BytesIO):
        """Reads what it was made with, writes elsewhere."""

        def __init__(self, text: bytes) -> None:
            super().__init__(text)
            self.written = b""

        def write(self, line: Any) -> int:
            self.written += line
            return len(line)

    stream = Both(encode(Order("files")) * 2)
    serve(stream, Worker(lambda awaitable: awaitable))
    assert [answer_of(line) for line in stream.written.splitlines()] == [Answer([]), Answer([])]
