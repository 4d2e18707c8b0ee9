"""An argument: what a parameter of a tool takes from an agent's JSON, by the parameter's type.

Ids, lists of ids and values of columns are taken by their name. A parameter of type `Changes` or `Search` takes
columns of an entity, one by one or as one object ("updates", "criteria") or both; then the single ones win.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Protocol, get_args, get_origin

from atlas.core.json import JsonObject, JsonValue
from atlas.environments.crm import rules
from atlas.environments.crm.entities import E, Email, Entity, FileName, Percent, Url
from atlas.environments.crm.repository import Criteria
from atlas.environments.crm.schema import Column, column_of, table_of
from atlas.errors import ToolError

SCHEMAS: dict[object, JsonObject] = {
    str: {"type": "string"},
    Email: {"type": "string", "format": "email"},
    Url: {"type": "string", "format": "uri"},
    FileName: {"type": "string", "description": f"name.extension, one of: {', '.join(rules.FILE_EXTENSIONS)}"},
    Decimal: {"type": "number", "exclusiveMinimum": 0, "maximum": rules.MAX_AMOUNT},
    Percent: {"type": "integer", "minimum": 1, "maximum": 99},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}},
}
"""The JSON Schema for each type of value; ids and enums have their own."""

ID_SCHEMA: JsonObject = {"type": "string", "format": "uuid"}


@dataclass(frozen=True, slots=True)
class Changes(Generic[E]):
    """New values for columns of an entity, checked one by one."""

    values: dict[str, Any]

    def applied_to(self, entity: E) -> E:
        return replace(entity, **self.values)


@dataclass(frozen=True, slots=True)
class Search(Generic[E]):
    """What to look for in the columns of an entity."""

    criteria: Criteria = field(default_factory=dict)


class Argument(Protocol):
    """One parameter of a tool."""

    @property
    def name(self) -> str: ...

    @property
    def required(self) -> bool: ...

    @property
    def properties(self) -> JsonObject:
        """The JSON Schema properties that it takes."""

    def take(self, rest: JsonObject) -> object:
        """The parameter's value; what it is made of leaves `rest`. Raises `ToolError`."""


@dataclass(frozen=True, slots=True)
class ColumnArgument:
    """A value checked as a column's. None stands for an optional one that is left out."""

    column: Column
    label: str
    default: object

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty

    @property
    def properties(self) -> JsonObject:
        return {self.name: schema_of(self.column)}

    def take(self, rest: JsonObject) -> object:
        if self.name in rest:
            return _read(self.column, rest.pop(self.name), self.label)
        if self.required:
            raise ToolError(f"Missing required argument '{self.name}'.")
        return self.default


@dataclass(frozen=True, slots=True)
class IdsArgument:
    """A list of ids."""

    name: str
    required: bool = True

    @property
    def properties(self) -> JsonObject:
        return {self.name: {"type": "array", "items": ID_SCHEMA}}

    def take(self, rest: JsonObject) -> object:
        if self.name not in rest:
            raise ToolError(f"Missing required argument '{self.name}'.")
        ids = rest.pop(self.name)
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise ToolError(f"Argument '{self.name}' must be a list of strings.")
        return tuple(ids)


@dataclass(frozen=True, slots=True)
class ChangesArgument:
    """Everything that is left over, as changes of an entity."""

    name: str
    kind: type[Entity]
    required: bool = False

    @property
    def properties(self) -> JsonObject:
        columns = table_of(self.kind).columns.values()
        loose = {column.name: schema_of(column) for column in columns if rules.may_change(column)}
        return {**loose, "updates": {"type": "object", "description": "The same fields as one object."}}

    def take(self, rest: JsonObject) -> Changes[Any]:
        given = _merged(rest, "updates")
        if not given:
            raise ToolError("Must provide either updates dict or keyword args")
        columns = rules.changeable(self.kind, given)
        return Changes({column.name: _read(column, given[column.name], self._label(column)) for column in columns})

    def _label(self, column: Column) -> str:
        label = rules.label_of(self.kind, column.name)
        return f"{label} update" if column.options is not None else label


@dataclass(frozen=True, slots=True)
class SearchArgument:
    """Everything that is left over, as criteria on an entity."""

    name: str
    kind: type[Entity]
    required: bool = False

    @property
    def properties(self) -> JsonObject:
        columns = table_of(self.kind).columns.values()
        loose = {column.name: _criterion_schema(column) for column in columns}
        return {**loose, "criteria": {"type": "object", "description": "The same fields as one object."}}

    def take(self, rest: JsonObject) -> Search[Any]:
        given = _merged(rest, "criteria")
        return Search({name: rules.criterion(self.kind, name, value) for name, value in given.items()})


def argument_of(parameter: inspect.Parameter, hint: Any, returns: Any) -> Argument:
    """The argument for a parameter annotated with `hint`, of a tool that returns `returns`."""
    name, origin = parameter.name, get_origin(hint)
    if origin is Changes:
        return ChangesArgument(name, *get_args(hint))
    if origin is Search:
        return SearchArgument(name, *get_args(hint))
    if origin is tuple:
        return IdsArgument(name)
    column = column_of(name, hint)
    label = f"Argument '{name}'" if column.is_id else rules.label_of(returns, name)
    return ColumnArgument(column, label, parameter.default)


def schema_of(column: Column) -> JsonObject:
    """The JSON Schema of what may be sent for a column."""
    if column.is_id:
        return ID_SCHEMA
    if column.options is not None:
        return {"type": "string", "enum": [str(option) for option in column.options]}
    return SCHEMAS[column.holds]


def _criterion_schema(column: Column) -> JsonObject:
    if column.is_number:
        return {"type": "number"}
    if column.is_list:
        return SCHEMAS[column.holds]
    if column.options is not None:
        return {"type": "string", "description": ", ".join(column.options)}
    return {"type": "string"}


def _read(column: Column, value: JsonValue, label: str) -> object:
    if not column.is_id or (value is None and column.nullable):
        return rules.value_of(column, value, label)
    if not isinstance(value, str):
        raise ToolError(f"{label} must be a string.")
    return value


def _merged(rest: JsonObject, name: str) -> JsonObject:
    """The object under `name`, if there is one, and over it everything else that is left."""
    whole = rest.pop(name, None)
    if whole is not None and not isinstance(whole, dict):
        raise ToolError(f"Argument '{name}' must be an object.")
    merged = {**(whole or {}), **rest}
    rest.clear()
    return merged
