"""Arguments: reference calls that no tool takes, and those that accept whatever an agent does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas.core.tasks import ExpectedCall
from atlas.core.tools import ToolSpec
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, turns_of
from atlas.datasets.older_format import OBJECTS

_EVERYTHING = re.compile(
    r"\b(?:all|every|everything|everyone|each|any|whole|entire|overall|total|summary|overview|how many|list)\b",
    re.IGNORECASE,
)


def _empty(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        call = turn.deciding
        spec = surroundings.specs.get(call.tool) if call else None
        # Where facts are graded, not every call passes just because any arguments match.
        if call is None or call.arguments or turn.facts or (spec and not spec.parameters.get("properties")):
            continue
        if not _EVERYTHING.search(turn.said):
            yield Spot(row.line, turn.number, f"{call.tool} is expected without arguments, so any would match")


def _unfit(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        for call in turn.calls:
            if not turn.succeeds and call is turn.deciding:
                # It fails on purpose, often just by what it lacks or has too much.
                continue
            for reason in _reasons(call, surroundings.specs.get(call.tool)):
                yield Spot(row.line, turn.number, reason)


def _reasons(call: ExpectedCall, spec: ToolSpec | None) -> Iterator[str]:
    if spec is None:
        yield f"there is no tool {call.tool}"
        return
    given = {key for key in call.arguments if key not in OBJECTS}
    given |= {key for name in OBJECTS for key in call.arguments.get(name) or ()}
    for key in sorted(given - set(spec.parameters.get("properties", {}))):
        yield f"{call.tool} has no argument {key}"
    for key in sorted(set(spec.parameters.get("required", [])) - given):
        yield f"{call.tool} requires {key}"


EMPTY = Check("empty expected arguments", "defect", _empty)
UNFIT = Check("call that the tool does not take", "defect", _unfit)
