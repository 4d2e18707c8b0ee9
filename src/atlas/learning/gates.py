"""The gates of an entry: may it be kept. Each entry passes or fails on its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from atlas.core.playbook import Action, Entry
from atlas.learning.config import LearningConfig, SchemaConfig
from atlas.learning.cue import detector
from atlas.learning.identifiers import identifiers
from atlas.learning.names import foreign_names
from atlas.learning.passage import phrase
from atlas.learning.prose import length, plain_pattern, prose

GateName: TypeAlias = Literal["actionability", "cue", "generality", "length"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What entries are held against: the environment's tools, and the names in the task's own data."""

    handles: tuple[str, ...]
    known_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome of one gate. It is passed when there is no reason against the entry."""

    name: GateName
    reasons: tuple[str, ...]
    enforced: bool = True

    @property
    def passed(self) -> bool:
        return not self.reasons


def check(entry: Entry, config: LearningConfig, ground: Ground) -> tuple[Gate, ...]:
    """All four gates, whatever the others say."""
    gates = config.gates
    return (
        Gate(
            "actionability", _actionability(entry.action, config.entry_schema, ground), gates.enforce_actionability
        ),
        Gate("cue", _cue(entry, config.entry_schema), gates.enforce_cue),
        Gate("generality", _generality(entry, config, ground), gates.enforce_generality),
        Gate("length", _length(entry, gates.max_text_length + gates.allow_length_overflow_margin)),
    )


def covered(handle: str, tools: Iterable[str]) -> list[str]:
    """The tools that a handle names: itself, or all that the glob fits. Case matters, as it does in a call."""
    return [tool for tool in tools if fnmatchcase(tool, handle)]


def _actionability(action: Action, schema: SchemaConfig, ground: Ground) -> tuple[str, ...]:
    reasons = [] if any(c.isalnum() for c in action.imperative) else ["the imperative is missing"]
    handle = (action.runtime_handle or "").strip()
    if not handle:
        reasons += [] if schema.allow_missing_tool_mapping else ["the runtime handle is missing"]
    else:
        reasons += _handle(handle, schema, ground.handles)
    if action.tool_name and action.tool_name not in ground.handles:
        reasons.append(f"{action.tool_name!r} is not a tool of this environment")
    return tuple(reasons)


def _handle(handle: str, schema: SchemaConfig, tools: Sequence[str]) -> list[str]:
    if not any(c.isalnum() for c in handle):
        return [f"the runtime handle {handle!r} names no tool in particular"]
    named = covered(handle, tools)
    if not named:
        return [f"{handle!r} is not a tool of this environment"]
    return [f"{tool!r} is not among the allowed handles" for tool in named if not _allowed(tool, schema)]


def _allowed(tool: str, schema: SchemaConfig) -> bool:
    exact, prefixes = schema.allowed_runtime_handles, schema.runtime_handle_prefixes
    if not exact and not prefixes:
        return True
    return tool.startswith(prefixes) or any(fnmatchcase(tool, pattern) for pattern in exact)


def _cue(entry: Entry, schema: SchemaConfig) -> tuple[str, ...]:
    if entry.cue.type not in schema.cue_types:
        return (f"cues of type {entry.cue.type} are not accepted here",)
    try:
        possible = detector(entry.cue).example() is not None
    except ValueError as error:
        return (str(error),)
    return () if possible else ("no text was found that the cue matches",)


def _generality(entry: Entry, config: LearningConfig, ground: Ground) -> tuple[str, ...]:
    gates = config.gates
    text = f"{prose(entry)}\n{plain_pattern(entry.cue)}"
    words, free = phrase(text), {noun.casefold() for noun in gates.allowed_proper_nouns}
    reasons = [f"{i.kind} {i.text.strip()!r}" for i in identifiers(text) if i.text.strip().casefold() not in free]
    reasons += [f"banned word {token!r}" for token in gates.banned_incident_tokens if phrase(token) in words]
    names = foreign_names(entry, ground.known_names, gates.allowed_proper_nouns, ground.handles)
    return tuple(reasons + [f"name {name!r} of the task's own data" for name in names])


def _length(entry: Entry, most: int) -> tuple[str, ...]:
    size = length(entry)
    return () if size <= most else (f"{size} characters, at most {most} are allowed",)
