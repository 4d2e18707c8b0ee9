"""Computing: a plan carried out on the tables that the tools have shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from statistics import mean, median

from atlas.models.offline.gaia.plan import FilePlan
from atlas.models.offline.gaia.question import Act, Clause, Reading, Test

Row = dict[str, str]


def compute(plan: FilePlan) -> str:
    """The answer. Raises `ValueError` or `LookupError` where the tables do not hold what the plan takes them to."""
    rows = [row for row in _joined(plan) if all(_TESTS[c.test](row[c.column], c) for c in plan.reading.clauses)]
    if plan.reading.act == "percentage":
        return _shown(100 * len(rows) / len(plan.tables[0].rows), plan)
    if not rows:
        raise ValueError("no row meets the conditions")
    found = _ACTS[plan.reading.act](rows, plan.reading)
    if isinstance(found, str):
        return ", ".join(reversed(found.split(", "))) if plan.backwards else found
    return _shown(found, plan)


def _joined(plan: FilePlan) -> list[Row]:
    if plan.key is None:
        return list(plan.tables[0].rows)
    mine, theirs = plan.key
    others = {row[theirs]: row for row in plan.tables[1].rows}
    return [{**others[row[mine]], **row} for row in plan.tables[0].rows if row[mine] in others]


def _shown(value: float, plan: FilePlan) -> str:
    if plan.reading.decimals is not None:
        return f"{value / plan.divisor:.{plan.reading.decimals}f}"
    return f"{value / plan.divisor:g}" if abs(value) < 100_000 else str(round(value / plan.divisor))


def _values(rows: Sequence[Row], column: str) -> list[float]:
    return [float(row[column]) for row in rows]


def _extreme(rows: Sequence[Row], reading: Reading) -> str:
    label, column = reading.columns
    pick = max if reading.act == "highest" else min
    return pick(rows, key=lambda row: float(row[column]))[label]


def _top_group(rows: Sequence[Row], reading: Reading) -> str:
    group, column = reading.columns
    totals: dict[str, float] = defaultdict(float)
    for row in rows:
        totals[row[group]] += float(row[column])
    return max(totals, key=lambda name: totals[name])


def _first(rows: Sequence[Row], reading: Reading) -> str:
    label, column = reading.columns
    ranked = sorted(rows, key=lambda row: float(row[column]), reverse=True)
    return ", ".join(row[label] for row in ranked[: reading.how_many])


def _days(rows: Sequence[Row], reading: Reading) -> float:
    start, end = reading.columns
    return mean((date.fromisoformat(row[end]) - date.fromisoformat(row[start])).days for row in rows)


_ACTS: dict[Act, Callable[[Sequence[Row], Reading], str | float]] = {
    "sum": lambda rows, reading: sum(_values(rows, reading.columns[0])),
    "mean": lambda rows, reading: mean(_values(rows, reading.columns[0])),
    "median": lambda rows, reading: median(_values(rows, reading.columns[0])),
    "count": lambda rows, reading: len(rows),
    "distinct": lambda rows, reading: len({row[reading.columns[0]] for row in rows}),
    "commonest": lambda rows, reading: Counter(row[reading.columns[0]] for row in rows).most_common(1)[0][0],
    "product": lambda rows, reading: sum(
        float(row[reading.columns[0]]) * float(row[reading.columns[1]]) for row in rows
    ),
    "list": lambda rows, reading: ", ".join(sorted(row[reading.columns[0]] for row in rows)),
    "highest": _extreme,
    "lowest": _extreme,
    "top group": _top_group,
    "first": _first,
    "days": _days,
}
_TESTS: dict[Test, Callable[[str, Clause], bool]] = {
    "is": lambda cell, clause: cell == clause.value,
    "is not": lambda cell, clause: cell != clause.value,
    "above": lambda cell, clause: float(cell) > float(clause.value),
    "at least": lambda cell, clause: float(cell) >= float(clause.value),
    "below": lambda cell, clause: float(cell) < float(clause.value),
    # ISO days are in order as text.
    "since": lambda cell, clause: cell >= clause.value,
    "before": lambda cell, clause: cell < clause.value,
    "between": lambda cell, clause: clause.value <= cell <= clause.until,
    "in month": lambda cell, clause: cell.startswith(clause.value),
}
