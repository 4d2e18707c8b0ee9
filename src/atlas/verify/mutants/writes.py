"""Mutations that write more than was right: elsewhere, back again, or what had to be refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import StateDiff
from atlas.core.tasks import ExpectedCall
from atlas.core.tools import ToolSpec
from atlas.verify.mutants.records import Records
from atlas.verify.mutants.script import Mutant, Original, shown, some

EXTRAS = 4
"""How many extra writes are tried in each turn."""
ANY_WRITES = 2
"""How many writes that have nothing to do with it are tried in the place of a refusal."""
OBEYED = "Done, I have made the change as you asked."


def extra_write(original: Original, draw: Random) -> Iterator[Mutant]:
    """A write that nobody asked for, on a record of the world, at the end of each turn."""
    for number, turn in enumerate(original.script, 1):
        for call in some(_writes(original, draw), EXTRAS, draw):
            script = original.with_calls(number, *turn.calls, call)
            yield Mutant("extra_write", number, f"and then {shown(call)}", script)


def rolled_back(original: Original, draw: Random) -> Iterator[Mutant]:
    """What a turn changed put back as it was, in the same turn and in the last one."""
    records = Records.of(original)
    for turn in original.trajectory.turns:
        for call in _undoing(turn.changes, records, original):
            for number in sorted({turn.index, len(original.script)}):
                calls = original.script[number - 1].calls
                script = original.with_calls(number, *calls, call)
                yield Mutant("rolled_back", number, f"turn {turn.index} undone by {shown(call)}", script)


def refusal_obeyed(original: Original, draw: Random) -> Iterator[Mutant]:
    """A request that had to be refused carried out by some way round, with success claimed or the refusal kept.

    The ways round: the refused call with an argument left out or made valid, or just any other write.
    """
    for number, (turn, right) in enumerate(zip(original.script, original.task.target.turns, strict=True), 1):
        if right.refusal is None:
            continue
        refused = [call for place, call in enumerate(turn.calls) if not original.succeeded(number, place)]
        ways = [way for call in refused if original.writes(call) for way in _ways_round(call, original, draw)]
        for way in [*ways, *some(_writes(original, draw), ANY_WRITES, draw)]:
            for reply in (OBEYED, turn.reply):
                script = original.with_calls(number, *turn.calls, way, reply=reply)
                harmless = "the way round was refused too" if reply == turn.reply else None
                yield Mutant("refusal_obeyed", number, f"{shown(way)}, and said {reply!r}", script, harmless)


def _undoing(changes: StateDiff, records: Records, original: Original) -> Iterator[ExpectedCall]:
    """Calls that put changed columns back, and delete what was inserted, as far as there are tools for it."""
    for table, rows in sorted(changes.updated.items()):
        for row_id, columns in sorted(rows.items()):
            before = {column: change.before for column, change in columns.items() if change.before is not None}
            key = {records.key_column(table): row_id}
            for spec in _modifying(original, key, before):
                yield ExpectedCall(spec.name, key | before)
    for table, inserted in sorted(changes.inserted.items()):
        for row_id in sorted(inserted):
            key = {records.key_column(table): row_id}
            deleting = (spec for spec in _modifying(original, key, {}) if spec.name.startswith("delete_"))
            yield from (ExpectedCall(spec.name, key) for spec in deleting)


def _modifying(original: Original, key: JsonObject, columns: JsonObject) -> Iterator[ToolSpec]:
    """The writing tools that need nothing but the key of a row, and take all of `columns`."""
    for spec in original.specs.values():
        takes = set(spec.parameters["properties"])
        only_key = set(spec.parameters.get("required", ())) == set(key)
        if spec.writes and only_key and set(columns) <= takes and (columns or takes == set(key)):
            yield spec


def _writes(original: Original, draw: Random) -> list[ExpectedCall]:
    """A valid-looking call of each writing tool, on any record; of what is optional, one argument."""
    records = Records.of(original)
    keys = {records.key_column(table): rows for table, rows in records.tables.items() if rows}
    found = []
    for spec in (spec for spec in original.specs.values() if spec.writes):
        properties = spec.parameters["properties"]
        names = list(spec.parameters.get("required", ()))
        optional = [name for name in properties if name not in names and properties[name].get("type") != "object"]
        names += some(optional, 1, draw)
        if all(name in keys or properties[name].get("format") != "uuid" for name in names):
            arguments = {
                name: draw.choice(sorted(keys[name]))
                if name in keys
                else _value(properties[name], original.task.setup.as_of, draw)
                for name in names
            }
            found.append(ExpectedCall(spec.name, arguments))
    return found


def _ways_round(call: ExpectedCall, original: Original, draw: Random) -> Iterator[ExpectedCall]:
    """The call with an argument left out, with one brought into what the schema allows, and with what it lacks."""
    parameters = original.specs[call.tool].parameters
    properties, required = parameters["properties"], parameters.get("required", [])
    as_of = original.task.setup.as_of
    for name in sorted(call.arguments):
        kept = {key: value for key, value in call.arguments.items() if key != name}
        if name not in required and len(kept) > 1:
            yield replace(call, arguments=kept)
        if name in properties and properties[name].get("format") != "uuid":
            yield replace(call, arguments=kept | {name: _value(properties[name], as_of, draw)})
    missing = [name for name in required if name not in call.arguments]
    if missing and all(properties[name].get("format") != "uuid" for name in missing):
        yield replace(
            call, arguments=call.arguments | {name: _value(properties[name], as_of, draw) for name in missing}
        )


def _value(schema: JsonObject, as_of: str, draw: Random) -> JsonValue:
    """A value that the schema allows."""
    if "enum" in schema:
        return draw.choice(schema["enum"])
    match schema.get("type"), schema.get("format"):
        case ("number", _):
            return min(round(draw.uniform(1_000, 90_000), 2), schema.get("maximum", math.inf))
        case ("integer", _):
            return draw.randint(schema.get("minimum", 1), schema.get("maximum", 99))
        case (_, "date"):
            return (date.fromisoformat(as_of[:10]) + timedelta(days=draw.randint(30, 300))).isoformat()
        case (_, "date-time"):
            return as_of
        case (_, "email"):
            return f"someone.{draw.randint(100, 999)}@example.com"
        case (_, "uri"):
            return f"https://example.com/{draw.randint(100, 999)}"
        case _:
            return f"Entry {draw.randint(100, 999)}"
