"""A tool: one function that an agent may call, described by its own signature and docstring.

    @tool(writes=True)
    async def cancel_quote(crm: Crm, quote_id: QuoteId) -> Quote:
        \"\"\"Cancel a quote, whatever its status.\"\"\"

The name, the JSON schema and what each argument must be come from the signature, the description from the
docstring. A wrong value is called after the entity the tool returns and the argument: "Quote amount must be ...".
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from atlas.core.json import JsonObject
from atlas.core.tools import ToolSpec
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.tools.arguments import Argument, argument_of
from atlas.errors import ToolError

F = TypeVar("F", bound=Callable[..., Awaitable[object]])


@dataclass(frozen=True, slots=True)
class Tool(Generic[F]):
    """A function with its spec and its arguments."""

    function: F
    spec: ToolSpec
    arguments: tuple[Argument, ...]

    async def run(self, crm: Crm, given: JsonObject) -> object:
        """Check the arguments and call the function. Raises `ToolError` with a sentence for the agent."""
        rest = dict(given)
        values = {argument.name: argument.take(rest) for argument in self.arguments}
        if rest:
            known = ", ".join(self.spec.parameters["properties"])
            takes = f"it takes: {known}" if known else "it takes none"
            raise ToolError(f"Unknown argument '{min(rest)}' for {self.spec.name}; {takes}.")
        return await self.function(crm, **values)


def tool(writes: bool = False) -> Callable[[F], Tool[F]]:
    """Make a tool of an async function whose first parameter is the `Crm`. `writes` says it may change records."""

    def describe(function: F) -> Tool[F]:
        hints: dict[str, Any] = get_type_hints(function)
        _, *parameters = inspect.signature(function).parameters.values()
        arguments = tuple(
            argument_of(parameter, hints[parameter.name], hints["return"]) for parameter in parameters
        )
        schema: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
        for argument in arguments:
            schema["properties"] |= argument.properties
        if required := [argument.name for argument in arguments if argument.required]:
            schema["required"] = required
        description = " ".join((function.__doc__ or "").split())
        return Tool(function, ToolSpec(function.__name__, description, schema, writes), arguments)

    return describe
