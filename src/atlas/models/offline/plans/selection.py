"""Selection: the rows of a group that meet conditions, and the one of them that is picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from atlas.models.offline.catalog import enum_value, plain
from atlas.models.offline.grammar.asks import Filters, Pick, Ref
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference turned out to mean: the records, or the reason why there are none."""

    rows: tuple[Row, ...] = ()
    problem: str = ""

    @property
    def row(self) -> Row | None:
        """The one record; None when there are none or several."""
        return self.rows[0] if len(self.rows) == 1 else None


def chosen(desk: Desk, ref: Ref, rows: Sequence[Row]) -> Found:
    """The rows that fit the conditions of `ref`, and of those the one it picks."""
    fitting = [row for row in rows if fits(desk, row, ref.filters)]
    if ref.pick is None:
        if not ref.plural and len(fitting) > 1:
            return Found(tuple(fitting), "")
        return Found(tuple(fitting), "" if fitting else "there is no such record in the CRM")
    picked = pick(desk, ref.pick, fitting)
    return Found((picked,) if picked else (), "" if picked else "there is no such record in the CRM")


def pick(desk: Desk, wanted: Pick, rows: Sequence[Row]) -> Row | None:
    """The row in that place, or with the extreme value; None when there is none."""
    if not rows:
        return None
    if wanted.column:
        ranked = [
            row
            for row in ordered(wanted, rows)
            if wanted.column == "newest" or _value(row, wanted.column) is not None
        ]
        return ranked[0] if ranked else None
    number = wanted.number - 1 if wanted.number > 0 else len(rows) - 1
    if desk.slips("wrong_reference"):
        number = 0 if number else len(rows) - 1
    return rows[number] if number < len(rows) else None


def ordered(wanted: Pick, rows: Sequence[Row]) -> list[Row]:
    """Rows by the extreme that is wanted first; rows without a value last."""
    if wanted.column == "newest":
        column = next(
            (c for c in ("created_at", "created_date", "uploaded_at", "version") if rows and rows[0].get(c)),
            "created_at",
        )
        return sorted(rows, key=lambda row: str(row.get(column) or ""), reverse=wanted.highest)
    with_value = [row for row in rows if _value(row, wanted.column) is not None]
    rest = [row for row in rows if _value(row, wanted.column) is None]
    return sorted(with_value, key=lambda row: _sortable(row, wanted.column), reverse=wanted.highest) + rest


def _value(row: Row, column: str) -> object:
    return row.get("value") if column == "amount" and row.kind is Kind.CONTRACT else row.get(column)


def _sortable(row: Row, column: str) -> tuple[float, str]:
    value = _value(row, column)
    return (float(value), "") if isinstance(value, (int, float)) else (0.0, str(value))


def is_closed(row: Row) -> bool:
    """Whether a deal's stage says that it is over."""
    return plain(str(row.get("stage") or "")).startswith("closed")


def fits(desk: Desk, row: Row, filters: Filters) -> bool:
    """Whether a row meets all conditions."""
    return all(
        (
            _in_state(desk, row, filters),
            _in_bounds(row, filters),
            _in_time(row, filters),
            not filters.versions or _version(row) in {_digits(v) for v in filters.versions},
            all(_holds(row, name, text) for name, text in filters.texts),
        )
    )


def _in_state(desk: Desk, row: Row, filters: Filters) -> bool:
    if filters.is_open is not None and row.kind is Kind.OPPORTUNITY and is_closed(row) is filters.is_open:
        return False
    enum = next((field for field in INFO[row.kind].fields if field.type == "enum"), None)
    if not filters.values or enum is None:
        return True
    state = row.get(enum.name)
    return state in {enum_value(said, desk.enum(row.kind, enum.name)) for said in filters.values}


def _in_bounds(row: Row, filters: Filters) -> bool:
    if filters.at_least is None and filters.at_most is None and filters.exactly is None:
        return True
    value = _value(row, "amount")
    if not isinstance(value, (int, float)):
        return False
    amount = Decimal(str(value))
    low, high = filters.at_least, filters.at_most
    if filters.exactly is not None and amount != filters.exactly:
        return False
    if low is not None and (amount < low or (filters.strict and amount == low)):
        return False
    return not (high is not None and (amount > high or (filters.strict and amount == high)))


def _in_time(row: Row, filters: Filters) -> bool:
    if filters.period is None and filters.before is None and filters.after is None:
        return True
    text = row.get("close_date") or row.get("valid_until") or row.get("end_date")
    if not text:
        return False
    day = date.fromisoformat(str(text)[:10])
    if filters.period is not None and not filters.period.holds(day):
        return False
    if filters.before is not None and day > filters.before:
        return False
    return not (filters.after is not None and day <= filters.after)


def _version(row: Row) -> str:
    return _digits(str(row.get("version") or ""))


def _digits(version: str) -> str:
    return version.lower().lstrip("v").strip()


def _holds(row: Row, name: str, text: str) -> bool:
    return str(row.get(name) or "").casefold() == text.casefold()
