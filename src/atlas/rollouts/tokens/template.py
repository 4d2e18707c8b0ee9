"""A chat template: messages as the text that a model was trained on, every part traced to its message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import Message
from atlas.core.tools import ToolCall, ToolSpec
from atlas.core.wire_messages import parsed_arguments, wire_tools
from atlas.errors import TemplateError, TokenizerError
from atlas.rollouts.tokens.traced import Run, Traced, concat, join, make, source


class ChatTemplate:
    """A Jinja chat template in the environment that the Hugging Face libraries give it, sandboxed.

    `variables` are what a tokenizer adds (`bos_token` and the like). `now` is the date for those that write one.
    Raises `TokenizerError` for a template that cannot be compiled.
    """

    def __init__(self, text: str, variables: Mapping[str, str], now: datetime) -> None:
        self._variables = dict(variables)
        try:
            self._template = _environment(now).from_string(text)
        except JinjaError as error:
            raise TokenizerError(f"the chat template cannot be compiled: {error}") from error

    def render(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec] = (), *, generation_prompt: bool = False
    ) -> Traced:
        """The conversation as text. Raises `TemplateError` with the template's own words when it refuses it."""
        try:
            return self._render(messages, tools, generation_prompt, parsed_arguments)
        except TypeError as error:
            if not any(message.tool_calls for message in messages):
                raise TemplateError(f"refuses the conversation: {error}", "refuses") from error
        try:
            # A few templates put the arguments of a call together with text, so that they want them as text.
            return self._render(messages, tools, generation_prompt, _text_of)
        except TypeError as error:
            raise TemplateError(f"refuses the conversation: {error}", "refuses") from error

    def _render(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        generation_prompt: bool,
        arguments: Callable[[ToolCall], JsonValue],
    ) -> Traced:
        rows = [_row(index, message, arguments) for index, message in enumerate(messages)]
        for row, message in zip(rows, messages, strict=True):
            if message.tool_call_id is not None:
                row["name"] = _tool_name(messages, message.tool_call_id)
        try:
            text = self._template.render(
                **self._variables,
                messages=rows,
                tools=wire_tools(tools) or None,
                documents=None,
                add_generation_prompt=generation_prompt,
            )
        except (JinjaError, KeyError, IndexError, AttributeError) as error:
            raise TemplateError(f"refuses the conversation: {error}", "refuses") from error
        return text if isinstance(text, Traced) else make(text, ())


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with texts put together in a way that keeps their runs."""

    concat = staticmethod(concat)


class _Generator(CodeGenerator):
    """Compiles `a ~ b`, which Jinja would put together as plain text."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.concat(map(str, (")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write(")))")


_Environment.code_generator_class = _Generator


class _Generation(Extension):
    """The block that marks what a model produces. Not every template has it, so spans are found without it."""

    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment(now: datetime) -> _Environment:
    environment = _Environment(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols])
    environment.filters["tojson"] = _tojson
    environment.filters["join"] = _join
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = now.strftime
    return environment


def _refuse(message: str) -> None:
    raise JinjaError(message)


def _tojson(
    value: JsonValue,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON as it is, not made safe for HTML; traced to every message that is in it."""
    text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
    origins = dict.fromkeys((run.message, run.field) for leaf in _leaves(value) for run in leaf.runs)
    return make(text, [Run(0, len(text), message, field, 0) for message, field in origins])


def _leaves(value: JsonValue) -> Iterator[Traced]:
    if isinstance(value, Traced):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(key)
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)


def _join(value: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
    each: Callable[[Any], Any] = (lambda item: item[attribute]) if attribute is not None else (lambda item: item)
    return join(d, (str(each(item)) for item in value))


def _text_of(call: ToolCall) -> JsonValue:
    return call.arguments


def _row(index: int, message: Message, arguments: Callable[[ToolCall], JsonValue]) -> JsonObject:
    row: JsonObject = {"role": message.role, "content": source(message.content, index, "content")}
    if message.tool_calls:
        row["tool_calls"] = [_call(call, index, n, arguments(call)) for n, call in enumerate(message.tool_calls)]
    if message.tool_call_id is not None:
        row["tool_call_id"] = message.tool_call_id
    return row


def _call(call: ToolCall, message: int, number: int, arguments: JsonValue) -> JsonObject:
    field = f"call.{number}"
    function = {
        "name": source(call.name, message, f"{field}.name"),
        "arguments": _traced(arguments, message, f"{field}.arguments"),
    }
    return {"id": source(call.id, message, f"{field}.id"), "type": "function", "function": function}


def _traced(value: JsonValue, message: int, field: str) -> JsonValue:
    if isinstance(value, str):
        return source(value, message, field)
    if isinstance(value, dict):
        return {source(key, message, field): _traced(item, message, field) for key, item in value.items()}
    if isinstance(value, list):
        return [_traced(item, message, field) for item in value]
    return value


def _tool_name(messages: Sequence[Message], call_id: str) -> str:
    names = (call.name for message in messages for call in message.tool_calls if call.id == call_id)
    return next(names, "")
