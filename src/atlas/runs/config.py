"""The config of a run, checked and shown: every key's effective value and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from rich.console import Console

from atlas.config_file import ConfigFile, read_config_file
from atlas.models.config import LLMConfig
from atlas.settings import Settings
from atlas.telemetry.redaction import Redactor

VALUE_WIDTH = 32
"""Columns for a value; a longer one pushes its origin to the right."""


@dataclass(frozen=True, slots=True)
class Value:
    """One key of a config: its dotted name, its effective value as YAML, and its origin."""

    key: str
    value: str
    origin: str


def check_config(path: Path, settings: Settings) -> None:
    """Print that a config is sound, and what it needs that is not there. Raises `ConfigError` with every fault."""
    file, console = read_config_file(path), Console(soft_wrap=True, highlight=False)
    settings.over(file.config)
    console.print(f"{path}: sound")
    if settings.offline:
        console.print("  ATLAS_OFFLINE_MODE is on: scripted models play every role, no key is needed")
        return
    for role, variable in sorted(_missing_keys(file.config, settings)):
        console.print(f"  {role}: its key is expected in {variable}, which is not set")


def show_config(path: Path, settings: Settings) -> None:
    """Print every key with its effective value and its origin, secrets masked. Raises `ConfigError`."""
    file, console = read_config_file(path), Console(soft_wrap=True, highlight=False, markup=False)
    values = list(effective(file, settings))
    keys, texts = (
        max(len(text) for text in column) for column in zip(*((v.key, v.value) for v in values), strict=True)
    )
    for value in values:
        console.print(f"{value.key:{keys}}  {value.value:{min(texts, VALUE_WIDTH)}}  {value.origin}")
    if settings.offline:
        console.print("ATLAS_OFFLINE_MODE is on: scripted models stand in for every llm above.")


def effective(file: ConfigFile, settings: Settings) -> Iterator[Value]:
    """Every key in the order of the config's blocks. Raises `ConfigError` for a variable that is wrong."""
    redacted = Redactor(settings.secrets())
    for where, plain in _leaves(settings.over(file.config)):
        line = file.line(where)
        origin = settings.overridden(where) or ("default" if line is None else f"line {line}")
        if where == ("storage", "database_url") and settings.atlas_url:
            plain, origin = settings.atlas_url, "STORAGE__DATABASE_URL"
        yield Value(".".join(where), str(redacted(_text(plain))), origin)


def _leaves(block: BaseModel, inside: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, field in type(block).model_fields.items():
        where, value = (*inside, field.alias or name), getattr(block, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, where)
        elif isinstance(value, dict) and "headers" in name:
            # The values of headers are often tokens, so only their names are shown.
            yield where, dict.fromkeys(value, "***")
        else:
            yield where, value


def _text(value: Any) -> str:
    """A value on one line, as YAML would have it."""
    plain = list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
    return yaml.safe_dump(plain, default_flow_style=True, width=10_000).removesuffix("...\n").strip()


def missing_key(llm: LLMConfig, settings: Settings) -> str | None:
    """The variable in which the model's key is expected, when it needs one that is not there."""
    variable = llm.api_key_env
    return variable if llm.needs_key and variable and not settings.environ.get(variable) else None


def models_of(block: BaseModel, inside: str = "") -> Iterator[tuple[str, LLMConfig]]:
    """Every model of the config with its dotted key, in the order of the blocks."""
    for name in type(block).model_fields:
        value, where = getattr(block, name), f"{inside}.{name}".lstrip(".")
        if isinstance(value, LLMConfig):
            yield where, value
        elif isinstance(value, BaseModel):
            yield from models_of(value, where)


def _missing_keys(block: BaseModel, settings: Settings) -> Iterator[tuple[str, str]]:
    """Every model of the config that needs a key which no variable holds, with the variable."""
    for where, llm in models_of(block):
        if (variable := missing_key(llm, settings)) is not None:
            yield where, variable
