"""Duplicates: utterances and conversations that occur more than once, or differ in names and numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.masking import script
from atlas.datasets.audit.subject import Subject, turns_of


def _names(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    first: dict[str, int] = {}
    for row in subjects:
        earlier = first.setdefault(row.conversation_id, row.line)
        if earlier != row.line:
            yield Spot(row.line, None, f"conversation_id {row.conversation_id} is already on line {earlier}")


def _utterances(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    first: dict[str, tuple[int, int]] = {}
    for row, turn in turns_of(subjects):
        place = (row.line, turn.number)
        line, number = first.setdefault(turn.said, place)
        if (line, number) != place:
            yield Spot(row.line, turn.number, f"says the same as line {line}, turn {number}: {turn.said!r}")


def _scripts(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in subjects:
        if len(row.turns) > 1:
            same[script(row)].append(row.line)
    for lines in same.values():
        for line in lines[1:]:
            yield Spot(line, None, f"is line {lines[0]} with other names and numbers, turn for turn")


def _calls(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        earlier: dict[str, int] = {}
        for turn in row.turns:
            call = turn.deciding
            if call is None:
                continue
            spec = surroundings.specs.get(call.tool)
            if spec is not None and spec.writes:
                earlier.clear()
            number = earlier.setdefault(repr(call), turn.number)
            if number != turn.number:
                yield Spot(row.line, turn.number, f"expects the call of turn {number} again, nothing written since")


CONVERSATION_IDS = Check("conversation id used twice", "defect", _names)
UTTERANCES = Check("utterance said before", "note", _utterances)
SCRIPTS = Check("conversation that repeats another's script", "defect", _scripts)
CALLS = Check("same call as in an earlier turn", "note", _calls)
