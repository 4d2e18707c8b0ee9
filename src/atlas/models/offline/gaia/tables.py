"""Tables: what a student makes of the text of a file, and how names in a question are found in their headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["csv", "json", "txt", "xlsx", "pdf"]

SHEET = re.compile(r"^## Sheet: (.+)$", re.MULTILINE)
GAP = re.compile(r"\s{2,}")
_RECORD_KEY = re.compile(r'"([^"]+)": (?!\[|\{)')
_UNITS = ("kg", "litres", "minutes", "metres")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, or of one sheet of it, every value as text. `names` is the header as it stands."""

    file: str
    form: Form
    names: tuple[str, ...]
    rows: tuple[dict[str, str], ...] = ()
    sheet: str | None = None
    separator: str = ","


def tables_in(file: str, text: str) -> tuple[Table, ...]:
    """The tables in the text of a file; none where the student sees none. The text may be only a beginning."""
    match file.rpartition(".")[2].lower():
        case "csv":
            return _maybe(_separated(file, text))
        case "txt":
            return _maybe(_logged(file, text))
        case "json":
            return _maybe(_json(file, text))
        case "pdf":
            return _maybe(_printed(file, text))
        case "xlsx":
            return tuple(_sheets(file, text))
        case _:
            return ()


def folded(name: str) -> str:
    """A name as it is compared: lower case, words only."""
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


def spoken(name: str) -> str:
    """A header as people say it: without its unit."""
    words = folded(name).split()
    return " ".join(words[:-1] if len(words) > 1 and words[-1] in _UNITS else words)


def unit_of(name: str) -> str:
    """The unit in a header, or nothing."""
    last = folded(name).split()[-1:]
    return last[0] if last and last[0] in _UNITS else ""


def _maybe(table: Table | None) -> tuple[Table, ...]:
    return () if table is None else (table,)


def _separated(file: str, text: str, sheet: str | None = None) -> Table | None:
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    if not lines:
        return None
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    names = tuple(lines[0].split(separator))
    rows = [dict(zip(names, line.split(separator), strict=False)) for line in lines[1:]]
    whole = tuple(row for row in rows if len(row) == len(names) and row[names[0]] != "TOTAL")
    return Table(file, "csv" if sheet is None else "xlsx", names, whole, sheet, separator)


def _logged(file: str, text: str) -> Table | None:
    lines = [line for line in text.split("\n") if "=" in line and not line.startswith("#")]
    rows = [dict(_pairs(line)) for line in lines]
    return Table(file, "txt", tuple(rows[0]), tuple(rows)) if rows else None


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    for part in line.split(" "):
        name, equals, value = part.partition("=")
        if equals:
            yield name, value


def _json(file: str, text: str) -> Table | None:
    try:
        value = json.loads(text)
    except ValueError:
        # Only the beginning: the keys of the first record are enough to know the columns.
        names = dict.fromkeys(_RECORD_KEY.findall(text.partition("[")[2].partition("}")[0]))
        return Table(file, "json", tuple(names)) if names else None
    found = value if isinstance(value, list) else next((v for v in value.values() if isinstance(v, list)), [])
    rows = tuple({str(key): str(cell) for key, cell in record.items()} for record in found)
    return Table(file, "json", tuple(rows[0]), rows) if rows else None


def _printed(file: str, text: str) -> Table | None:
    lines = [GAP.split(line.strip()) for line in text.split("\n")]
    names = next((line for line in lines if len(line) > 2), None)
    if names is None:
        return None
    rows = [dict(zip(names, line, strict=True)) for line in lines if len(line) == len(names) and line != names]
    return Table(file, "pdf", tuple(names), tuple(rows))


def _sheets(file: str, text: str) -> Iterator[Table]:
    _, *parts = SHEET.split(text)
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        table = _separated(file, body, title)
        if table is not None:
            yield table


def column_in(text: str, tables: Sequence[Table]) -> str | None:
    """The column whose name the text is, quoted or spoken; the name as it stands in the header."""
    wanted = folded(text)
    return next((name for table in tables for name in table.names if wanted in (folded(name), spoken(name))), None)
