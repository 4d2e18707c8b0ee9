"""A plan: calls to make, batch by batch, and at the end what to say; played from the start on every step."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from atlas.core.json import JsonObject, dumps
from atlas.models.offline.memory import Done

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call to be made, its arguments as JSON text."""

    tool: str
    arguments: str


Plan: TypeAlias = Generator[tuple[Call, ...], tuple[Done, ...], T]


@dataclass(frozen=True, slots=True)
class Next:
    """The next step: calls that have no result yet, or the reply."""

    calls: tuple[Call, ...] = ()
    reply: str = ""


def one(tool: str, arguments: JsonObject) -> Plan[Done]:
    """Make one call and give its result."""
    (done,) = yield (Call(tool, dumps(arguments)),)
    return done


def several(calls: Sequence[tuple[str, JsonObject]]) -> Plan[tuple[Done, ...]]:
    """Make several calls in one step."""
    return (yield tuple(Call(tool, dumps(arguments)) for tool, arguments in calls))


def play(plan: Plan[str], made: Sequence[Done]) -> Next:
    """Run `plan` over the calls `made` so far in this turn; stop at the first call without a result.

    A call is matched by tool and arguments, each result is used once, so calls that somebody else made in the
    same turn do no harm.
    """
    left = list(made)
    try:
        wanted = next(plan)
        while True:
            results: list[Done] = []
            missing: list[Call] = []
            for call in wanted:
                done = next((d for d in left if d.tool == call.tool and d.arguments == call.arguments), None)
                if done is None:
                    missing.append(call)
                else:
                    left.remove(done)
                    results.append(done)
            if missing:
                plan.close()
                return Next(calls=tuple(missing))
            wanted = plan.send(tuple(results))
    except StopIteration as stop:
        return Next(reply=str(stop.value))
