"""The catalog: what the offered tools say about themselves: names, fields, required fields and enum values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tools import ToolSpec

_STEM = re.compile(r"(?:ations?|ions?|ings?|led|ed|es|al|e|s|d)$")
_IRREGULAR = {"win": "won", "loss": "lost", "send": "sent", "sending": "sent", "cancelled": "canceled"}


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """One offered tool: its fields, those it cannot do without, and the values its enum fields take."""

    name: str
    fields: frozenset[str]
    required: frozenset[str]
    enums: dict[str, tuple[str, ...]]
    nested: str = ""


class Catalog:
    """Every offered tool by name."""

    def __init__(self, tools: tuple[ToolSpec, ...]) -> None:
        self._tools = {spec.name: _facts(spec) for spec in tools}

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def tool(self, name: str) -> ToolFacts | None:
        return self._tools.get(name)

    def first(self, names: tuple[str, ...]) -> str:
        """The first of `names` that is offered, or "" when none is."""
        return next((name for name in names if name in self._tools), "")

    def enum(self, tools: tuple[str, ...], field: str) -> tuple[str, ...]:
        """The values that the first of `tools` to name any lists for `field`."""
        for name in tools:
            facts = self._tools.get(name)
            if facts and field in facts.enums:
                return facts.enums[field]
        return ()

    def arguments(self, name: str, values: JsonObject) -> JsonObject:
        """`values` in the shape the tool wants: loose, or some inside its one object field."""
        facts = self._tools[name]
        if not facts.nested or set(values) <= facts.fields:
            return values
        loose = {key: value for key, value in values.items() if key in facts.fields}
        inner = {key: value for key, value in values.items() if key not in facts.fields}
        return {**loose, facts.nested: inner}

    def enum_values(self) -> tuple[str, ...]:
        """Every value of every enum field, sorted."""
        return tuple(sorted({value for tool in self._tools.values() for v in tool.enums.values() for value in v}))


def plain(text: str) -> str:
    """Lower case, words separated by one blank, no punctuation: "Closed-Won" as "closed won"."""
    return re.sub(r"[^\w]+", " ", text.lower()).strip()


def stem(word: str) -> str:
    """A word without its ending, so that "approve" meets "Approved" and "cancelled" meets "Canceled"."""
    word = _IRREGULAR.get(word, word)
    cut = _STEM.sub("", word)
    return cut if len(cut) >= 4 else word


def enum_value(said: str, values: tuple[str, ...]) -> str | None:
    """The one of `values` that `said` means in natural wording, or None."""
    wanted = plain(said)
    by_text = {plain(value): value for value in values}
    if wanted in by_text:
        return by_text[wanted]
    ending = _IRREGULAR.get(wanted, wanted)
    endings = [value for value in values if plain(value).split()[-1] == ending]
    if len(endings) == 1:
        return endings[0]
    stems = [value for value in values if stem(plain(value)) == stem(wanted)]
    return stems[0] if len(stems) == 1 else None


def _facts(spec: ToolSpec) -> ToolFacts:
    properties: JsonObject = spec.parameters.get("properties", {})
    definitions: JsonObject = spec.parameters.get("$defs", {})
    enums: dict[str, tuple[str, ...]] = {}
    nested = ""
    for name, schema in properties.items():
        if values := tuple(_enum_of(schema, definitions)):
            enums[name] = values
        if name in ("updates", "criteria"):
            nested = name
            for inner, inner_schema in _properties_of(schema, definitions).items():
                if values := tuple(_enum_of(inner_schema, definitions)):
                    enums.setdefault(inner, values)
    return ToolFacts(
        spec.name, frozenset(properties), frozenset(spec.parameters.get("required", ())), enums, nested
    )


def _resolved(schema: JsonValue, definitions: JsonObject) -> Iterator[JsonObject]:
    """The schema and every alternative it refers to."""
    if not isinstance(schema, dict):
        return
    yield schema
    if "$ref" in schema:
        yield from _resolved(definitions.get(str(schema["$ref"]).rsplit("/", 1)[-1]), definitions)
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _resolved(alternative, definitions)


def _enum_of(schema: JsonValue, definitions: JsonObject) -> Iterator[str]:
    for option in _resolved(schema, definitions):
        yield from (value for value in option.get("enum", ()) if isinstance(value, str))


def _properties_of(schema: JsonValue, definitions: JsonObject) -> JsonObject:
    found: JsonObject = {}
    for option in _resolved(schema, definitions):
        found.update(option.get("properties", {}))
    return found
