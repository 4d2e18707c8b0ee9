"""A query: what a question asks of a table, and its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Literal, TypeAlias

from atlas.datasets.gaia.files.sheets import Cell
from atlas.datasets.gaia.generator.domain import Column
from atlas.datasets.gaia.generator.population import Row

Test: TypeAlias = Literal["is", "is not", "above", "at least", "below", "since", "before", "between", "in month"]
Act: TypeAlias = Literal[
    "sum", "count", "mean", "median", "highest", "lowest", "top group", "commonest", "distinct", "product", "list",
    "first", "days", "percentage",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a row. `until` is the second day of "between"."""

    column: Column
    test: Test
    value: Cell
    until: date | None = None

    def holds(self, row: Row) -> bool:
        return _TESTS[self.test](row[self.column.name], self)


@dataclass(frozen=True, slots=True)
class Query:
    """An act on the rows that meet all conditions. `columns` are those of the act, in the order it names them.

    `decimals` is None where the answer is exact; `larger_unit` asks for the answer in the column's larger unit.
    """

    act: Act
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...]
    decimals: int | None = None
    larger_unit: bool = False
    how_many: int = 0

    def answer(self, rows: Sequence[Row]) -> str | None:
        """The right answer, or None where the question would have none or more than one, or an obvious one."""
        chosen = [row for row in rows if all(condition.holds(row) for condition in self.conditions)]
        if len(chosen) < 3 or (self.conditions and len(chosen) == len(rows)):
            return None
        if self.act == "percentage":
            return self._shown(Decimal(100 * len(chosen)) / len(rows))
        return _ACTS[self.act](self, chosen)

    def _shown(self, value: Decimal) -> str | None:
        """The number as it is to be given; None for one that lies on the edge of rounding."""
        number = value / self.columns[0].per if self.larger_unit else value
        if self.decimals is None:
            whole = number == number.to_integral_value()
            return str(int(number)) if whole else str(number.normalize())
        step = Decimal(1).scaleb(-self.decimals)
        rounded = number.quantize(step, ROUND_HALF_UP)
        on_the_edge = abs(abs(number - rounded) - step / 2) < step / 1000
        return None if on_the_edge else str(rounded)


def _numbers(rows: Sequence[Row], column: Column) -> list[Decimal]:
    return [amount(row[column.name]) for row in rows]


def amount(cell: Cell) -> Decimal:
    """The number in a cell that has one."""
    assert isinstance(cell, int | Decimal), f"{cell!r} is no number"
    return Decimal(cell)


def _extreme(query: Query, rows: Sequence[Row]) -> str | None:
    label, column = query.columns
    ordered = sorted(_numbers(rows, column), reverse=query.act == "highest")
    if ordered[0] == ordered[1]:
        return None
    return next(str(row[label.name]) for row in rows if row[column.name] == ordered[0])


def _top_group(query: Query, rows: Sequence[Row]) -> str | None:
    group, *column = query.columns
    totals: dict[Cell, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row[group.name]] += amount(row[column[0].name]) if column else 1
    ranked = sorted(totals, key=lambda name: totals[name], reverse=True)
    if len(ranked) < 2 or totals[ranked[0]] == totals[ranked[1]]:
        return None
    return str(ranked[0])


def _list(query: Query, rows: Sequence[Row]) -> str | None:
    return ", ".join(sorted(str(row[query.columns[0].name]) for row in rows)) if len(rows) <= 6 else None


def _first(query: Query, rows: Sequence[Row]) -> str | None:
    label, column = query.columns
    ranked = sorted(rows, key=lambda row: amount(row[column.name]), reverse=True)
    values = _numbers(ranked[: query.how_many + 1], column)
    if len(set(values)) < query.how_many + 1:
        return None
    return ", ".join(str(row[label.name]) for row in ranked[: query.how_many])


def _days(query: Query, rows: Sequence[Row]) -> str | None:
    total = 0
    for row in rows:
        start, end = (row[column.name] for column in query.columns)
        assert isinstance(start, date)
        assert isinstance(end, date)
        total += (end - start).days
    return query._shown(Decimal(total) / len(rows))


def _over(measure: Callable[[list[Decimal]], Decimal]) -> Callable[[Query, Sequence[Row]], str | None]:
    return lambda query, rows: query._shown(measure(_numbers(rows, query.columns[0])))


def _mean(values: list[Decimal]) -> Decimal:
    return sum(values, Decimal()) / len(values)


def _product(query: Query, rows: Sequence[Row]) -> str | None:
    one, other = (_numbers(rows, column) for column in query.columns)
    return query._shown(sum((a * b for a, b in zip(one, other, strict=True)), Decimal()))


def _month(cell: Cell, condition: Condition) -> bool:
    assert isinstance(cell, date)
    assert isinstance(condition.value, date)
    return (cell.year, cell.month) == (condition.value.year, condition.value.month)


_ACTS: dict[Act, Callable[[Query, Sequence[Row]], str | None]] = {
    "sum": _over(lambda values: sum(values, Decimal())),
    "mean": _over(_mean),
    "median": _over(median),
    "count": lambda query, rows: str(len(rows)),
    "distinct": lambda query, rows: str(len({row[query.columns[0].name] for row in rows})),
    "highest": _extreme,
    "lowest": _extreme,
    "top group": _top_group,
    "commonest": _top_group,
    "product": _product,
    "list": _list,
    "first": _first,
    "days": _days,
}
_TESTS: dict[Test, Callable[[Cell, Condition], bool]] = {
    "is": lambda cell, condition: cell == condition.value,
    "is not": lambda cell, condition: cell != condition.value,
    "above": lambda cell, condition: amount(cell) > amount(condition.value),
    "at least": lambda cell, condition: amount(cell) >= amount(condition.value),
    "below": lambda cell, condition: amount(cell) < amount(condition.value),
    "since": lambda cell, condition: _day(cell) >= _day(condition.value),
    "before": lambda cell, condition: _day(cell) < _day(condition.value),
    "between": lambda cell, condition: _day(condition.value) <= _day(cell) <= _day(condition.until),
    "in month": _month,
}


def _day(cell: Cell) -> date:
    assert isinstance(cell, date), f"{cell!r} is no date"
    return cell
