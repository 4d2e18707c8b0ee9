"""A script: the calls and the reply of every turn, as an agent really played them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeAlias, TypeVar

from atlas.core.json import JsonObject
from atlas.core.tasks import ExpectedCall, Task
from atlas.core.tools import ToolSpec
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.transcript import calls_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScriptTurn:
    """One turn: its calls with the arguments that were sent, and the reply."""

    calls: tuple[ExpectedCall, ...]
    reply: str


Script: TypeAlias = tuple[ScriptTurn, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A script with one thing changed in turn `turn` (from 1); `what` says what.

    `harmless` is the reason why no reply became wrong by the change: then the mutant is equivalent when the final
    state is the same. It is None where the change makes a reply wrong whatever the state.
    """

    operator: str
    turn: int
    what: str
    script: Script
    harmless: str | None = "the final state is the same, and every reply is as it was"


@dataclass(frozen=True, slots=True)
class Original:
    """A conversation as the oracle played it: what mutants are made of. `specs` are the tools by name."""

    task: Task
    trajectory: Trajectory
    specs: Mapping[str, ToolSpec]
    script: Script = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "script", tuple(map(_scripted, self.trajectory.turns)))

    def succeeded(self, turn: int, position: int) -> bool:
        """Whether the call at `position` (from 0) of turn `turn` (from 1) went through."""
        return calls_of(self.trajectory.turns[turn - 1])[position]["error"] is None

    def writes(self, call: ExpectedCall) -> bool:
        """Whether the tool of a call may change the state."""
        return call.tool in self.specs and self.specs[call.tool].writes

    def with_calls(self, turn: int, *calls: ExpectedCall, reply: str | None = None) -> Script:
        """The script with other calls, and another reply where one is given, in one turn."""
        old = self.script[turn - 1]
        return self._with(turn, ScriptTurn(calls, old.reply if reply is None else reply))

    def with_reply(self, turn: int, reply: str) -> Script:
        """The script with another reply in one turn."""
        return self._with(turn, replace(self.script[turn - 1], reply=reply))

    def _with(self, turn: int, new: ScriptTurn) -> Script:
        return (*self.script[: turn - 1], new, *self.script[turn:])


def some(candidates: Sequence[T], most: int, draw: Random) -> list[T]:
    """At most `most` of the candidates."""
    return draw.sample(candidates, min(most, len(candidates)))


def shown(call: ExpectedCall) -> str:
    """A call in one line."""
    return f"{call.tool}({', '.join(f'{name}={value!r}' for name, value in sorted(call.arguments.items()))})"


def _scripted(turn: Turn) -> ScriptTurn:
    calls = tuple(ExpectedCall(line["tool"], _arguments(line)) for line in calls_of(turn))
    return ScriptTurn(calls, turn.reply)


def _arguments(line: JsonObject) -> JsonObject:
    arguments: JsonObject = line["arguments"]
    return arguments
