"""Flags: a config model's fields as dotted flags, read from the words of a command line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from atlas.errors import ConfigError

TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
NOTHING = {"none", "null"}


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: `--` and its name. A `switch` needs no value, but takes true or false.

    `key` is the dotted name of the config's field that it sets; None for a flag of the command itself.
    """

    name: str
    description: str
    key: str | None = None
    default: object = None
    switch: bool = False

    def line(self) -> str:
        """The flag as a help page shows it."""
        shown = "" if self.default is None or self.default is False else f" [{self.default}]"
        return f"  --{self.name}{'' if self.switch else ' V'}\n      {self.description}{shown}"


@dataclass(frozen=True, slots=True)
class Words:
    """A command line taken apart: what stands alone, and the text that each flag was given."""

    alone: tuple[str, ...]
    given: Mapping[str, str]

    def values(self, flags: Mapping[str, Flag]) -> dict[str, str | None]:
        """What was given for fields of the config, by dotted name. The word none is null."""
        keys = {name: flags[name].key for name in self.given}
        return {
            key: None if self.given[name].lower() in NOTHING else self.given[name]
            for name, key in keys.items()
            if key is not None
        }


def flags_of(kind: type[BaseModel]) -> dict[str, Flag]:
    """Every field of a config model, nested ones dotted, by name."""
    return {flag.name: flag for flag in _flags(kind, "")}


def read_words(words: Sequence[str], flags: Mapping[str, Flag], retired: Mapping[str, str]) -> Words:
    """Take a command line apart: `--name value`, `--name=value`, and switches alone.

    Raises `ConfigError` for a flag that is unknown (with the nearest name), `retired` (with the advice), given
    twice, or without its value.
    """
    alone: list[str] = []
    given: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--"):
            alone.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        flag = flags.get(name)
        if flag is None:
            raise _unknown(name, flags, retired)
        if not equals:
            value = _switch_value(left) if flag.switch else _value(name, left, flags)
        if name in given:
            raise ConfigError(f"--{name} is given twice; keep one")
        given[name] = value
    return Words(tuple(alone), given)


def _switch_value(left: list[str]) -> str:
    return left.pop(0) if left and left[0].lower() in TRUE | FALSE else "true"


def _value(name: str, left: list[str], flags: Mapping[str, Flag]) -> str:
    # A negative number is a value, although it begins with a dash.
    if not left or (left[0].startswith("--") and left[0][2:].partition("=")[0] in flags):
        raise ConfigError(f"--{name} needs a value, as in --{name} V: {flags[name].description}")
    return left.pop(0)


def _unknown(name: str, flags: Mapping[str, Flag], retired: Mapping[str, str]) -> ConfigError:
    if name in retired:
        return ConfigError(f"--{name} is retired; {retired[name]}")
    near = difflib.get_close_matches(name, flags, n=1)
    advice = f"did you mean --{near[0]}?" if near else "--help lists the flags"
    return ConfigError(f"there is no flag --{name}; {advice}")


def _flags(kind: type[BaseModel], under: str) -> Iterator[Flag]:
    for name, field in kind.model_fields.items():
        nested = _model_in(field)
        if nested is not None:
            yield from _flags(nested, f"{under}{name}.")
        else:
            switch = bool in (field.annotation, *get_args(field.annotation))
            dotted = f"{under}{name}"
            yield Flag(dotted, field.description or "", dotted, field.default, switch)


def _model_in(field: FieldInfo) -> type[BaseModel] | None:
    kind: Any = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
