"""The tool-call metric: how many calls of the reference solution the agent made."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tasks import ExpectedCall, Target
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.verdicts import TurnScore, Verdict
from atlas.verify.turns import verdict_of
from atlas.verify.values import canonical, same

_REFERENCE = re.compile(r"\{\{turn_\d+\.(\w+)\}\}")

Seen = dict[str, set[Hashable]]
"""Field -> every value that it had in a tool result so far, canonical and as text."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A call the agent made, its arguments without nesting, and what had been seen before it."""

    tool: str
    arguments: dict[str, JsonValue]
    seen: Seen


class ToolCallsVerifier:
    """A metric, not required for success. Score: the share of expected calls that were made in their turn.

    A call counts when the tool is the same and the expected arguments are among the actual ones, each actual call
    at most once. How arguments are nested ({"updates": {...}}) makes no difference; numbers are compared by value,
    text after trimming. A reference `{{turn_N.field}}` matches every value that field had in an earlier result.
    """

    name = "tool_calls"
    version = "1"
    required = False

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        """Look for each expected call among those of its turn."""
        made = _made(trajectory, _fields(target))
        scores = [
            _score(number, right.calls, made[number - 1] if number <= len(made) else [])
            for number, right in enumerate(target.turns, 1)
        ]
        return verdict_of(self.name, self.version, scores, required=self.required)


def _score(number: int, calls: tuple[ExpectedCall, ...], made: list[_Made]) -> TurnScore:
    free, missing = list(made), []
    for call in calls:
        found = next((actual for actual in free if _matches(call, actual)), None)
        if found is None:
            missing.append(f"no call like {call.tool}({_flat(call.arguments)})")
        else:
            free.remove(found)
    return TurnScore(number, not missing, len(calls) - len(missing), len(calls), tuple(missing))


def _matches(call: ExpectedCall, actual: _Made) -> bool:
    return call.tool == actual.tool and all(
        name in actual.arguments and _fits(want, actual.arguments[name], actual.seen)
        for name, want in _flat(call.arguments).items()
    )


def _fits(want: JsonValue, have: JsonValue, seen: Seen) -> bool:
    if isinstance(want, list) and isinstance(have, list):
        return len(want) == len(have) and all(_fits(*pair, seen) for pair in zip(want, have, strict=True))
    if not isinstance(want, str) or not (references := _REFERENCE.findall(want)):
        return same(want, have)
    if _REFERENCE.fullmatch(want.strip()):
        return canonical(have) in seen[references[0]]
    return isinstance(have, str) and _fits_around(_REFERENCE.split(want.strip()), have.strip(), seen)


def _fits_around(pieces: list[str], have: str, seen: Seen) -> bool:
    """References inside longer text: `pieces` are text, field, text, field ... text in turn."""
    text, *rest = pieces
    if not rest or not have.startswith(text):
        return have == text
    field, *after = rest
    left = have.removeprefix(text)
    values = (value for value in seen[field] if isinstance(value, str) and left.startswith(value))
    return any(_fits_around(after, left.removeprefix(value), seen) for value in values)


def _made(trajectory: Trajectory, fields: frozenset[str]) -> list[list[_Made]]:
    """The calls of each turn in order, every one with what `fields` had been seen to hold before it."""
    seen: Seen = {field: set() for field in fields}
    return [list(_made_in(turn, seen)) for turn in trajectory.turns]


def _made_in(turn: Turn, seen: Seen) -> Iterator[_Made]:
    for step in turn.steps:
        before = {field: set(values) for field, values in seen.items()}
        for call in step.completion.message.tool_calls:
            arguments = _arguments(call)
            if arguments is not None:
                yield _Made(call.name, _flat(arguments), before)
        for result in step.results:
            _look(result.value, seen)


def _arguments(call: ToolCall) -> JsonObject | None:
    """The arguments, or None when the model's text is no JSON object: such a call matches nothing."""
    try:
        return call.parsed()
    except ValueError:
        return None


def _look(value: JsonValue, seen: Seen) -> None:
    """Note every value that a wanted field has anywhere in a result."""
    if isinstance(value, list):
        for item in value:
            _look(item, seen)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, list | dict):
                _look(item, seen)
            elif name in seen and item is not None:
                seen[name] |= {canonical(item), str(item)}


def _flat(arguments: JsonObject) -> dict[str, JsonValue]:
    """Arguments by their innermost names."""
    flat: dict[str, JsonValue] = {}
    for name, value in arguments.items():
        flat |= _flat(value) if isinstance(value, dict) else {name: value}
    return flat


def _fields(target: Target) -> frozenset[str]:
    """The fields that references of the target name."""
    calls = (call for turn in target.turns for call in turn.calls)
    return frozenset(field for call in calls for field in _REFERENCE.findall(str(call.arguments)))
