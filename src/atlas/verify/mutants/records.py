"""The records of a world as mutants need them: which ids are of one table, and what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from atlas.core.json import JsonObject, JsonValue
from atlas.verify.mutants.script import Original


@dataclass(frozen=True)
class Records:
    """Table -> row id -> row: the rows a world starts with and those the oracle inserted."""

    tables: dict[str, dict[str, JsonObject]]

    @classmethod
    def of(cls, original: Original) -> Records:
        """All rows of a conversation; inserted ones come last."""
        tables = {table: dict(rows) for table, rows in sorted(original.task.setup.content.items())}
        for table, rows in original.trajectory.changes.inserted.items():
            tables[table] = tables.get(table, {}) | rows
        return cls(tables)

    @cached_property
    def table_of(self) -> dict[str, str]:
        """Row id -> its table."""
        return {key: table for table, rows in self.tables.items() for key in rows}

    def others(self, row_id: str) -> list[str]:
        """The other ids of the same table; none for what is no id."""
        table = self.table_of.get(row_id)
        return [] if table is None else [key for key in self.tables[table] if key != row_id]

    def key_column(self, table: str) -> str:
        """The column that holds a table's ids, "" where it has no rows."""
        return next(
            (column for key, row in self.tables[table].items() for column, value in row.items() if value == key), ""
        )

    def rivals(self, value: str) -> list[str]:
        """What else stands in the columns (or is a person's full name) in which `value` stands."""
        found = {
            text: None for column in self._texts for text in column if value in column and text != value and text
        }
        return list(found)

    @cached_property
    def _texts(self) -> list[dict[str, None]]:
        """Each text column of each table as the set of its values, in order; full names are a column too."""
        columns: dict[tuple[str, str], dict[str, None]] = {}
        for table, rows in self.tables.items():
            for row in rows.values():
                for column, value in (*row.items(), ("full name", _full_name(row))):
                    for text in _texts_in(value):
                        columns.setdefault((table, column), {})[text] = None
        return list(columns.values())


def _texts_in(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value


def _full_name(row: JsonObject) -> str | None:
    first, last = row.get("first_name"), row.get("last_name")
    return f"{first} {last}" if first and last else None
