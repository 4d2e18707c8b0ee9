"""A replay: reference calls played in a world, to complete targets that have neither state nor facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.protocols import Environment, World
from atlas.core.references import resolve
from atlas.core.state import StateDiff, diff
from atlas.core.tasks import Fact, Task, TurnTarget
from atlas.core.tools import ToolCall
from atlas.datasets.conversation import TABLES
from atlas.datasets.loader import Loaded, RowProblem
from atlas.errors import DatasetError

STAMPS = ("created_date", "created_at", "uploaded_at")
"""Columns that the environment fills from the world's clock; an expected row does not list them."""
NAMES = ("name", "file_name")
MONEY = ("amount", "value", "total_amount")
COUNTS = ("total_count",)
MANY = 5
"""A list longer than this is asked for as a whole, not record by record; the reply need not repeat it."""


async def complete_targets(loaded: Loaded, environment: Environment) -> Loaded:
    """Every task with its target completed; tasks that cannot be played become problems."""
    tasks: list[Task] = []
    problems = list(loaded.problems)
    for task in loaded.tasks:
        try:
            tasks.append(await complete_target(task, environment))
        except DatasetError as error:
            line = int(task.labels["line"])
            problems.append(RowProblem(line, task.task_id, error.reason, error.line))
    problems.sort(key=lambda problem: (problem.line, problem.turn or 0))
    return Loaded(tuple(tasks), tuple(problems))


async def complete_target(task: Task, environment: Environment) -> Task:
    """The task with `state` and facts as its reference calls make them in a fresh world.

    Raises `DatasetError` (its line is the turn) when the world cannot be set up, a reference does not resolve, a
    call fails, or nothing in the whole task could be graded.
    """
    try:
        async with environment.open(task.setup) as world:
            before = await world.snapshot()
            turns = [turn async for turn in _played(task, world)]
            state = _expected(diff(before, await world.snapshot()))
    except ValueError as error:
        raise DatasetError(f"the world cannot be set up: {error}", path=task.task_id) from error
    if state.empty and not any(turn.facts or turn.judged for turn in turns):
        raise DatasetError("nothing to grade: no turn writes and none returns a record", path=task.task_id)
    return replace(task, target=replace(task.target, turns=tuple(turns), state=state))


async def _played(task: Task, world: World) -> AsyncIterator[TurnTarget]:
    results: dict[int, JsonValue] = {}
    for number, turn in enumerate(task.target.turns, start=1):
        for call in turn.calls:
            try:
                arguments = resolve(call.arguments, results)
            except LookupError as error:
                raise DatasetError(str(error), path=task.task_id, line=number) from error
            result = await world.call(ToolCall(f"replay-{number}", call.tool, dumps(arguments)))
            if not result.ok:
                reason = f"the reference call {call.tool} fails: {result.error}"
                raise DatasetError(reason, path=task.task_id, line=number)
            results[number] = result.value
        facts = tuple(_facts(results.get(number)))
        yield replace(turn, facts=facts, reply=_reply(facts))


def _facts(value: JsonValue) -> Iterator[Fact]:
    """Names, money and counts of the records a call returned; at most `MANY` records."""
    records = value if isinstance(value, list) else [value]
    if len(records) > MANY:
        return
    for record in records:
        if isinstance(record, dict):
            yield from _record_facts(record)


def _record_facts(record: JsonObject) -> Iterator[Fact]:
    if record.get("first_name") and record.get("last_name"):
        yield Fact("name", f"{record['first_name']} {record['last_name']}")
    yield from (Fact("name", record[key]) for key in NAMES if record.get(key))
    yield from (Fact("money", f"{float(record[key]):.2f}") for key in MONEY if record.get(key) is not None)
    yield from (Fact("number", str(record[key])) for key in COUNTS if record.get(key) is not None)


def _reply(facts: Iterable[Fact]) -> str:
    told = [f"${float(fact.value):,.2f}" if fact.kind == "money" else fact.value for fact in facts]
    return f"Here is what I found: {'; '.join(told)}." if told else "That is taken care of."


def _expected(changes: StateDiff) -> StateDiff:
    """The difference as a target holds it: inserted rows under placeholders, without what the world fills in."""
    keys = dict(TABLES.values())
    ids = [row_id for table in keys for row_id in changes.inserted.get(table, {})]
    names = {row_id: f"new:{number}" for number, row_id in enumerate(ids, start=1)}
    inserted = {
        table: {names[row_id]: _decided(row, keys[table], names) for row_id, row in rows.items()}
        for table, rows in changes.inserted.items()
    }
    updated = {
        table: {
            row_id: {
                column: replace(change, after=_renamed(change.after, names)) for column, change in columns.items()
            }
            for row_id, columns in rows.items()
        }
        for table, rows in changes.updated.items()
    }
    return StateDiff(inserted, updated, changes.deleted)


def _decided(row: JsonObject, key: str, names: dict[str, str]) -> JsonObject:
    hidden = (key, *STAMPS)
    return {c: _renamed(v, names) for c, v in row.items() if c not in hidden and v not in (None, [])}


def _renamed(value: JsonValue, names: dict[str, str]) -> JsonValue:
    return names.get(value, value) if isinstance(value, str) else value
