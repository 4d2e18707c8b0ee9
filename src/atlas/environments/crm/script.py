"""A script: SQL text parted into its statements, each with the line it starts at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What must not be cut at a semicolon inside it: strings, names, bodies, comments.
_PIECE = re.compile(
    r"""
    (?P<blank> \s+ | --[^\n]* | /\*.*?\*/ )
  | (?P<end> ; )
  | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
  | \w+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
_TRANSACTION = re.compile(r"(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE)\b", re.IGNORECASE)
_COPY_IN = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon; `line` counts from 1."""

    sql: str
    line: int

    def line_at(self, position: int) -> int:
        """The line in the script of the character at `position`, from 1, as PostgreSQL counts."""
        return self.line + self.sql.count("\n", 0, position - 1)


def statements(text: str) -> list[Statement]:
    """The statements of a script, without the BEGIN and COMMIT that may stand around all of them.

    Raises `ValueError` saying "line: reason" for what cannot be done in one transaction without `psql`.
    """
    found = list(_parted(text))
    if found and found[0].sql.upper() == "BEGIN" and found[-1].sql.upper() == "COMMIT":
        found = found[1:-1]
    for statement in found:
        if reason := _unfit(statement.sql):
            raise ValueError(f"{statement.line}: {reason}")
    if not found:
        raise ValueError("1: there is no SQL in it")
    return found


def _parted(text: str) -> Iterator[Statement]:
    line = 1
    begun: tuple[int, int] | None = None
    for piece in _PIECE.finditer(text):
        if piece["end"] and begun is not None:
            yield Statement(text[begun[0] : piece.start()].rstrip(), begun[1])
            begun = None
        elif begun is None and not piece["blank"] and not piece["end"]:
            begun = piece.start(), line
        line += piece[0].count("\n")
    if begun is not None:
        yield Statement(text[begun[0] :].rstrip(), begun[1])


def _unfit(sql: str) -> str | None:
    if sql.startswith("\\"):
        return f"{sql.split()[0]} is a command of psql, not SQL"
    if _COPY_IN.match(sql):
        return "rows after COPY ... FROM stdin are for psql only; write them as INSERT (pg_dump --inserts)"
    if found := _TRANSACTION.match(sql):
        return f"{found[0].upper()} would part the script, which is carried out whole or not at all; take it out"
    return None
