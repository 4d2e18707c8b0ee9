"""Answers given away: facts and expected values that stand where the agent reads before it has looked them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.core.tasks import Setup
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import ENUM_COLUMNS, Subject, SubjectTurn, leaves, turns_of
from atlas.datasets.generator.facts import told

SHORTEST = 4
"""Texts below this length ("v2", "10") occur in any prose by chance."""


def _instructions(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        if row.as_of is None:
            continue
        orders = surroundings.instructions(Setup(row.as_of, row.conversation_id, {})).lower()
        for turn in row.turns:
            said = " ".join(row.said_until(turn.number)).lower()
            for value in sorted(_expected(turn) - {str(row.today)}):
                if value.lower() in orders and value.lower() not in said:
                    yield Spot(row.line, turn.number, f"the instructions hold the answer {value!r}")


def _requests(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        if turn.deciding is None or not turn.succeeds or _writes(turn, surroundings):
            continue
        said = "\n".join(row.said_until(turn.number))
        if turn.facts and all(told(fact, said, row.today) for fact in turn.facts):
            values = ", ".join(fact.value for fact in turn.facts)
            yield Spot(row.line, turn.number, f"the user has said all of the answer: {values}")


def _expected(turn: SubjectTurn) -> set[str]:
    stated = {fact.value for fact in turn.facts}
    given = {
        value
        for call in turn.calls
        for key, value in leaves(call.arguments)
        if isinstance(value, str) and key not in ENUM_COLUMNS
    }
    return {value for value in stated | given if len(value) >= SHORTEST}


def _writes(turn: SubjectTurn, surroundings: Surroundings) -> bool:
    tools = (surroundings.specs.get(call.tool) for call in turn.calls)
    return any(spec is not None and spec.writes for spec in tools)


INSTRUCTIONS = Check("answer in the instructions", "defect", _instructions)
REQUESTS = Check("answer the user has given", "note", _requests)
