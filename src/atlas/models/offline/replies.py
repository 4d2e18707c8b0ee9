"""Replies: facts of records in plain sentences, and refusals with their reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from atlas.core.json import JsonValue
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row


def said(row: Row, column: str) -> str:
    """A column's value as people write it; "not set" when it is empty."""
    value = row.get(column)
    field = INFO[row.kind].by_name.get(column)
    if value is None or value == "":
        return "not set"
    if field is not None and field.type == "money":
        return money(value)
    if field is not None and field.type == "percent":
        return f"{value:g}%" if isinstance(value, (int, float)) else str(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def money(value: JsonValue) -> str:
    """An amount in dollars, cents only where there are any."""
    if not isinstance(value, (int, float)):
        return str(value)
    return f"${value:,.0f}" if float(value).is_integer() else f"${value:,.2f}"


def label(row: Row, column: str) -> str:
    """What a column is called in a reply."""
    field = INFO[row.kind].by_name.get(column)
    return field.label if field is not None else column.replace("_", " ")


def title(row: Row) -> str:
    """A record by name, at the start of a sentence. File names keep their letters."""
    return row.name if row.kind is Kind.DOCUMENT else row.name[:1].upper() + row.name[1:]


def facts(row: Row, columns: Sequence[str]) -> str:
    """ "stage Negotiation, amount $48,500"."""
    return ", ".join(f"{label(row, column)} {said(row, column)}" for column in columns)


def line(row: Row, columns: Sequence[str] = ()) -> str:
    """One record in a list."""
    told = columns or {Kind.QUOTE: ("amount",), Kind.CONTRACT: ("value",)}.get(row.kind, ())
    shown = ", ".join(said(row, column) for column in told if row.get(column) is not None)
    return f"{title(row)} ({shown})" if shown else title(row)


def refusal(subject: str, reason: str) -> str:
    """What is said when a request is not carried out."""
    reason = reason.strip().rstrip(".")
    what = f"I did not change {subject}" if subject else "I changed nothing"
    return f"{what}: {reason}." if reason else f"{what}."


def reason_of(error: str, given: Sequence[tuple[str, str]]) -> str:
    """Why a call was refused, in plain words and in the tool's; `given` are field types and what was said."""
    by_type = dict(given)
    plainer = [_about(by_type, error)]
    plainer += [text for pattern, text in _PLAINER if re.search(pattern, error, re.IGNORECASE)]
    return "; ".join([*list(filter(None, plainer))[:1], error.rstrip(".")])


def _about(given: Mapping[str, str], error: str) -> str:
    """The reason with the value or field that it is about; nothing where the error speaks of none."""
    if field := re.search(r"(?:no field named|unknown argument) '(\w+?)(?:_field)?'", error, re.IGNORECASE):
        return f"there is no field for the {field[1].replace('_', ' ')}"
    if "enum" in given and "whitespace" in error:
        return f'"{given["enum"].strip()}" is only allowed in its exact spelling, without a blank space'
    if "enum" in given and "must be one of" in error:
        return f'"{given["enum"].strip()}" is not allowed, it is not a valid one'
    if "date" in given and re.search(r"valid|ISO", error) and re.search(r"date", error, re.IGNORECASE):
        return f"{given['date']} is not a valid date, it does not exist"
    if "email" in given and _BAD_EMAIL.search(error):
        return f"{given['email']} is not a valid e-mail address"
    return ""


_BAD_EMAIL = re.compile(r"e-?mail\b.*\b(?:valid|format|malformed)|(?:valid|malformed)\b.*\be-?mail", re.IGNORECASE)
_PLAINER = (
    (r"no field|unknown argument|extra field", "there is no such field"),
    (r"blank", "it must not be blank or empty"),
    (r"already exists", "that e-mail address is already in use"),
    (r"closed opportunity", "it is already closed"),
    (r"today or", "the date is in the past"),
    (r"between 1 and 99", "a probability must be between 1 and 99 percent"),
    (r"greater than zero", "an amount must be greater than zero"),
    (r"exceed", "the amount is too high, the maximum is 10,000,000"),
    (r"must be one of|not a valid \w+Type", "that value is not allowed, it is not a valid one"),
    (r"whitespace", "that spelling is not allowed, only the exact value without a blank space"),
    (r"not found", "there is no such record, it was not found"),
    (r"numeric", "that is not a number, it must be numeric"),
    (r"whole[- ]number", "a probability must be a whole number"),
    (r"extension", "that file type is not supported"),
    (r"file name", "that file name is not allowed"),
    (r"missing|required", "something required is missing"),
)
