"""A question as the student reads it: what is asked for, of which rows, in which form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.models.offline.gaia.tables import Table, folded, spoken

Test: TypeAlias = Literal["is", "is not", "above", "at least", "below", "since", "before", "between", "in month"]
Act: TypeAlias = Literal[
    "percentage", "days", "first", "list", "top group", "commonest", "distinct", "product", "highest", "lowest",
    "median", "mean", "sum", "count",
]  # fmt: skip

_TASK = re.compile(r"([^\n]+(?:\n[^\n]+)*)\n\nAttached files?: ([^\n]+)")
_INTRODUCTION = re.compile(r"^(?:Use|The attached|Attached)\b.*?\.\s+(?=[A-Z])", re.DOTALL)
_ENDS = (
    r"(?=\s+and\s+(?:whose|with)\b|,\s|\?|\.(?:\s|$)|:\s|"
    r"\s+(?:are there|have on average|come to|by)\b|\s+occur\b|$)"
)
_CONDITION = re.compile(
    rf"\b(?:whose\s+(?P<whose>.+?)|with\s+(?P<value>[A-Z][\w ]*?)\s+as\s+(?P<column>.+?)){_ENDS}"
)
_NAMED_FILE = re.compile(r"\b([\w-]+\.(?:csv|json|pdf|txt|xlsx))\b")
_NAMED_SHEETS = re.compile(r'\bsheets? "([^"]+)"(?: and "([^"]+)")?')
_DAY = r"\d{4}-\d\d-\d\d"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NUMBER_WORDS = {"two": 2, "three": 3, "four": 4}
_SAID: tuple[tuple[Test, str], ...] = (
    ("between", rf"(?:lies from|is between) ({_DAY}) (?:to|and) ({_DAY})"),
    ("in month", rf"(?:lies in|falls into) ((?:{'|'.join(_MONTHS)}) \d{{4}})"),
    ("since", rf"is (?:on or after )?({_DAY})(?: or later)?$"),
    ("before", rf"is (?:before|earlier than) ({_DAY})"),
    ("above", r"is (?:above|more than) ([\d.]+)"),
    ("below", r"is (?:below|less than) ([\d.]+)"),
    ("at least", r"is (?:at least )?([\d.]+)(?: or more)?$"),
    ("is not", r"is (?:not|anything but) (.+)"),
    ("is", r"is (.+)"),
)
_WANTED: tuple[tuple[Act, str], ...] = (
    ("percentage", r"\bpercentage\b"),
    ("days", r"\bdays\b"),
    ("first", r"\bfirst (?:two|three|four)\b|\bthe (?:two|three|four) \w+ that have\b"),
    ("list", r"alphabetical"),
    ("top group", r"\bwhich\b.*\btotal\b"),
    ("commonest", r"most (?:often|frequent)"),
    ("distinct", r"\b(?:different|distinct) values\b"),
    ("product", r"\bmultiply\b|\btimes\b"),
    ("highest", r"\bhighest\b|\blargest\b"),
    ("lowest", r"\blowest\b|\bsmallest\b"),
    ("median", r"\bmedian\b"),
    ("mean", r"\baverage\b|\bmean\b"),
    ("count", r"\bhow many\b|\bnumber of\b"),
    ("sum", r"\btotal\b|\bsum\b|\bin all\b"),
)
_TESTS = tuple((test, re.compile(pattern)) for test, pattern in _SAID)
_ACTS = tuple((act, re.compile(pattern, re.IGNORECASE)) for act, pattern in _WANTED)


@dataclass(frozen=True, slots=True)
class Task:
    """What the user wrote: the question, and the names of the files that came with it."""

    question: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition. `column` is as it stands in a header; days are ISO text, months "YYYY-MM"."""

    column: str
    test: Test
    value: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked for. `columns` are as they stand in headers: a group or label first, then what is measured."""

    act: Act
    columns: tuple[str, ...]
    clauses: tuple[Clause, ...]
    decimals: int | None
    unit: str
    how_many: int


def task_in(text: str) -> Task:
    """The question and its files, whatever else stands around them."""
    found = list(_TASK.finditer(text))
    if not found:
        return Task(text.strip(), ())
    files = tuple(name.partition(" (")[0].strip() for name in found[-1][2].split(", "))
    # A code agent says "New task:" first.
    return Task(found[-1][1].removeprefix("New task:").strip(), files)


def wanted_files(task: Task) -> tuple[str, ...]:
    """The files that the question names, in the order in which it names them; else those attached."""
    introduction = _INTRODUCTION.match(task.question)
    named = tuple(_NAMED_FILE.findall(introduction[0])) if introduction else ()
    return named or task.files


def wanted_sheets(task: Task) -> tuple[str, ...]:
    """The sheets that the question names."""
    found = _NAMED_SHEETS.search(task.question)
    return tuple(filter(None, found.groups())) if found else ()


def read_question(task: Task, tables: Sequence[Table]) -> Reading | None:
    """The question with its names found in the headers of `tables`; None where the student cannot make it out."""
    text = _INTRODUCTION.sub("", task.question)
    names = tuple(dict.fromkeys(name for table in tables for name in table.names))
    clauses = tuple(_clauses(text, names))
    rest = _CONDITION.sub(" ", text)
    act = next((act for act, pattern in _ACTS if pattern.search(rest)), None)
    if act is None or None in clauses:
        return None
    columns = _columns(act, rest, names)
    if columns is None:
        return None
    return Reading(
        act,
        columns,
        tuple(clause for clause in clauses if clause is not None),
        _decimals(text),
        _unit(text),
        _how_many(rest),
    )


def _clauses(text: str, names: Sequence[str]) -> Iterator[Clause | None]:
    for found in _CONDITION.finditer(text):
        if found["whose"] is None:
            column = _named(found["column"], names)
            yield Clause(column, "is", found["value"]) if column else None
            continue
        column, said = _begins(found["whose"], names)
        yield _clause(column, said.replace("(both days included)", "").strip()) if column else None


def _clause(column: str, said: str) -> Clause | None:
    for test, pattern in _TESTS:
        if found := pattern.match(said):
            value = _month(found[1]) if test == "in month" else found[1].strip()
            return Clause(column, test, value, found[2] if test == "between" else "")
    return None


def _month(text: str) -> str:
    name, year = text.split()
    return f"{year}-{_MONTHS.index(name) + 1:02}"


def _named(said: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if folded(said) in (folded(name), spoken(name))), None)


def _begins(said: str, names: Sequence[str]) -> tuple[str | None, str]:
    """The column that a condition begins with, and the rest of it."""
    if said.startswith('"'):
        quoted, _, rest = said[1:].partition('"')
        return _named(quoted, names), rest.strip()
    for name in sorted(names, key=lambda name: len(spoken(name)), reverse=True):
        if said.lower().startswith(f"{spoken(name)} "):
            return name, said[len(spoken(name)) :].strip()
    return None, said


def _mentioned(text: str, names: Sequence[str]) -> list[str]:
    """The columns in a text, in the order of their first mention; a longer name hides a shorter one in it."""
    left, found = text, []
    for name in sorted(names, key=lambda name: len(spoken(name)), reverse=True):
        # A name in quotes begins with the words that people say too; what follows is its unit.
        pattern = re.compile(rf"\b{re.escape(spoken(name))}\b", re.IGNORECASE)
        if match := pattern.search(left):
            found.append((match.start(), name))
            left = pattern.sub(lambda hit: "#" * len(hit[0]), left)
    return [name for _, name in sorted(found)]


def _columns(act: Act, rest: str, names: Sequence[str]) -> tuple[str, ...] | None:
    found = _mentioned(rest, names)
    match act:
        case "percentage" | "count":
            return ()
        case "list" | "commonest" | "distinct" | "mean" | "median" | "sum":
            return (found[0],) if found else None
        case "first":
            ranked = re.search(r"\bby\b", rest)
            pair = found[:2]
            return None if len(pair) < 2 else (pair[1], pair[0]) if ranked else (pair[0], pair[1])
        case _:
            return (found[0], found[1]) if len(found) > 1 else None


def _decimals(text: str) -> int | None:
    if re.search(r"whole number", text):
        return 0
    found = re.search(r"\b(one|two) decimals?\b", text, re.IGNORECASE)
    return {"one": 1, "two": 2}[found[1].lower()] if found else None


def _unit(text: str) -> str:
    found = re.search(r"\banswer (?:is wanted )?in ([a-z ]+)\.", text)
    return found[1] if found else ""


def _how_many(text: str) -> int:
    found = re.search(r"\b(two|three|four)\b", text)
    return _NUMBER_WORDS[found[1]] if found else 0
