"""A memory: the variables of the code as they were when a turn began, to go back to when it is played again.

A fork would be a perfect copy, and is what the fences refuse. So values are copied; what cannot be copied (an open
file, a generator) is named instead of being called restored.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from copy import deepcopy
from types import ModuleType
from typing import Any

from smolagents.local_python_executor import LocalPythonExecutor


class Memory:
    """What `executor` holds now: variables, functions, and the state of chance."""

    def __init__(self, executor: LocalPythonExecutor) -> None:
        self._executor = executor
        self._functions = dict(executor.custom_tools)
        self._chance = random.getstate()
        self._values, self._same = _copied(executor.state)

    def restore(self) -> tuple[str, ...]:
        """Go back, as often as is asked for. Names of variables whose values could only be kept as they are now."""
        state = self._executor.state
        # Functions of the code hold the same dictionaries, so these are changed and not replaced.
        values, same = _copied(self._values)
        state.clear()
        state.update(values)
        self._executor.custom_tools.clear()
        self._executor.custom_tools.update(self._functions)
        random.setstate(self._chance)
        return tuple(sorted({*self._same, *same}))


def _copied(state: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Every value as a copy, those that name one object as one object; the names of what cannot be copied."""
    # Modules are what they are in both, wherever they occur; the executor gives the code some of its own making.
    own = [value for value in state.values() if isinstance(value, ModuleType)]
    known: dict[int, Any] = {id(module): module for module in (*sys.modules.values(), *own)}
    copies: dict[str, Any] = {}
    same = []
    for name, value in state.items():
        try:
            copies[name] = deepcopy(value, known)
        except Exception:  # whatever the code's own objects raise when they are copied
            copies[name] = value
            same.append(name)
    return copies, same
