"""Mutations of which calls are made: dropped, made twice, or in another order."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from atlas.verify.mutants.script import Mutant, Original, shown


def dropped_call(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each call left out."""
    for number, turn in enumerate(original.script, 1):
        for place, call in enumerate(turn.calls):
            script = original.with_calls(number, *turn.calls[:place], *turn.calls[place + 1 :])
            yield Mutant("dropped_call", number, f"without {shown(call)}", script)


def duplicated_call(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each call made twice in a row."""
    for number, turn in enumerate(original.script, 1):
        for place, call in enumerate(turn.calls):
            script = original.with_calls(number, *turn.calls[: place + 1], *turn.calls[place:])
            yield Mutant("duplicated_call", number, f"twice {shown(call)}", script)


def reordered_calls(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each call exchanged with every later one of its turn."""
    for number, turn in enumerate(original.script, 1):
        for place, call in enumerate(turn.calls):
            for other in range(place + 1, len(turn.calls)):
                calls = list(turn.calls)
                calls[place], calls[other] = calls[other], calls[place]
                what = f"{shown(calls[place])} before {shown(call)}"
                yield Mutant("reordered_calls", number, what, original.with_calls(number, *calls))


def success_claimed(original: Original, draw: Random) -> Iterator[Mutant]:
    """The calls of a turn that changed something left out, all or only those that write; the reply is kept."""
    for number, turn in enumerate(original.script, 1):
        if original.trajectory.turns[number - 1].changes.empty:
            continue
        reading = [call for call in turn.calls if not original.writes(call)]
        for kept in [reading, []] if reading else [[]]:
            script = original.with_calls(number, *kept)
            what = f"only said, not done: {turn.reply!r}"
            yield Mutant("success_claimed", number, what, script, "a later turn writes over what was not done")
