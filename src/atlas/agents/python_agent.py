"""A Python agent: a function or class of the user's own, found by its import path."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from atlas.agents.external import Ask
from atlas.core.json import JsonObject, JsonValue, to_json
from atlas.errors import AgentError, ConfigError


def imported(import_path: str, attribute: str, working_directory: Path | None) -> Any:
    """What `import_path` calls `attribute`. Raises `ConfigError` naming what is missing.

    `working_directory` comes first on the module search path from then on.
    """
    if working_directory is not None and str(working_directory) not in sys.path:
        sys.path.insert(0, str(working_directory))
    try:
        found: Any = importlib.import_module(import_path)
        for part in attribute.split("."):
            found = getattr(found, part)
    except ImportError as error:
        raise ConfigError(f"agent module {import_path!r} cannot be imported: {error}") from error
    except AttributeError as error:
        raise ConfigError(f"agent module {import_path!r} has no {attribute!r}") from error
    return found


def asking(function: Callable[..., Any], name: str, llm: JsonObject | None) -> Ask:
    """Asks `function(prompt=..., metadata=...)`, in a thread unless it is asynchronous. A generator is joined.

    `llm` is handed on as `metadata["llm_config"]`.
    """

    async def ask(prompt: str, metadata: JsonObject) -> JsonValue:
        extra = {} if llm is None else {"llm_config": llm}
        try:
            return to_json(await _called(function, prompt, metadata | extra))
        except Exception as error:  # whatever the user's code raises is one outcome, told apart by its sentence
            raise AgentError(f"agent {name} raised {type(error).__name__}: {error}") from error

    return ask


async def _called(function: Callable[..., Any], prompt: str, metadata: JsonObject) -> Any:
    if inspect.iscoroutinefunction(function):
        return await function(prompt=prompt, metadata=metadata)
    result = await asyncio.to_thread(_collected, function, prompt, metadata)
    if inspect.isawaitable(result):
        return await result
    return "".join([str(part) async for part in result]) if isinstance(result, AsyncIterator) else result


def _collected(function: Callable[..., Any], prompt: str, metadata: JsonObject) -> Any:
    """The result of a synchronous call; a generator is run to its end here, off the event loop."""
    result = function(prompt=prompt, metadata=metadata)
    return "".join(map(str, result)) if isinstance(result, Iterator) else result
