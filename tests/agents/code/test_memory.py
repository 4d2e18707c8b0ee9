"""The memory of code that ran: what comes back when a turn is played again, and what is said not to."""

from __future__ import annotations

from typing import Any

from smolagents.local_python_executor import LocalPythonExecutor

from atlas.agents.code.memory import Memory

BEFORE = """
import math
import random
numbers = [1, 2]
same = numbers
def doubled():
    return [2 * number for number in numbers]
chance = random.random()
"""
ATTEMPT = """
numbers.append(3)
made_up = 1
def doubled():
    return 'changed'
def another():
    return 1
del math
random.random()
"""


def executor() -> LocalPythonExecutor:
    made = LocalPythonExecutor(["*"])
    made.send_tools({})
    return made


def value(made: LocalPythonExecutor, source: str) -> Any:
    return made(source).output


def test_an_attempt_leaves_nothing_in_variables_functions_and_chance() -> None:
    made = executor()
    made(BEFORE)
    memory = Memory(made)
    drawn = []
    for _ in range(2):
        drawn.append(value(made, "random.random()"))
        made(ATTEMPT)
        assert memory.restore() == ()
        assert value(made, "[numbers, doubled(), round(math.pi)]") == [[1, 2], [2, 4], 3]
        assert "made_up" not in made.state
        assert "another" not in made.custom_tools
    assert drawn[0] == drawn[1]


def test_what_was_one_object_is_one_object_and_functions_see_what_is_restored() -> None:
    made = executor()
    made(BEFORE)
    memory = Memory(made)
    made(ATTEMPT)
    memory.restore()
    assert value(made, "same.append(7)\n[numbers, doubled()]") == [[1, 2, 7], [2, 4, 14]]


def test_what_has_no_copy_is_named() -> None:
    made = executor()
    made("numbers = [1]")
    made.state["running"] = (number for number in range(3))
    memory = Memory(made)
    next(made.state["running"])
    made("numbers.append(2)")
    assert memory.restore() == ("running",)
    assert next(made.state["running"]) == 1
    assert made.state["numbers"] == [1]


def test_an_object_that_refuses_to_be_copied_is_named() -> None:
    class Stubborn:
        def __deepcopy__(self, memo: object) -> object:
            raise RuntimeError("no")

    made = executor()
    made.state["it"] = {"held": Stubborn()}
    assert Memory(made).restore() == ("it",)
