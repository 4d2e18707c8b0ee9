"""The desk: all that a plan works with in one turn: tools, memory, today's date, and the habits that strike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from atlas.core.json import JsonObject
from atlas.models.offline.calls import Plan, one
from atlas.models.offline.catalog import Catalog
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.habits import HabitProfile
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Done, Row
from atlas.models.offline.scene import Scene


@dataclass(frozen=True, slots=True)
class Desk:
    """One turn. `turn` counts from 0; `exactly` says that the user insists on a value's spelling."""

    catalog: Catalog
    scene: Scene
    today: date
    request: str
    turn: int
    profile: HabitProfile
    advice: tuple[str, ...] = ()
    exactly: bool = False

    def slips(self, habit: str) -> bool:
        """Whether this habit's mistake is made in this turn."""
        return self.profile.strikes(habit, self.request, self.turn, self.advice)

    def call(self, tool: str, values: JsonObject) -> Plan[Done]:
        """Call a tool and take in what it shows."""
        done = yield from one(tool, self.catalog.arguments(tool, values))
        self.scene.learn(done)
        return done

    def enum(self, kind: Kind, field: str) -> tuple[str, ...]:
        """The values that the tools list for an enum field of `kind`."""
        info = INFO[kind]
        return self.catalog.enum((info.modify, info.create, *info.search), field)

    def refreshed(self, row: Row) -> Plan[Row]:
        """The record as it is now: looked at again where a tool for it is offered."""
        info = INFO[row.kind]
        tool = self.catalog.first(info.details)
        if tool:
            done = yield from self.call(tool, {info.key: row.ident})
        elif (search := self.catalog.tool(self.catalog.first(info.search))) and info.key in search.fields:
            done = yield from self.call(search.name, {info.key: row.ident})
        else:
            return row
        return (
            self.scene.rows.get(row.ident, row)
            if done.error
            else next((r for r in done.rows if r.ident == row.ident), row)
        )


@dataclass(frozen=True, slots=True)
class Saying:
    """What came of an ask: words for the user, and the record it was about."""

    text: str
    row: Row | None = None
    ask: Ask | None = None
    failed: bool = False
