"""A draw: one question of a level, its file and its answer, made from a seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from atlas.datasets.gaia.generator.attach import Form, attach
from atlas.datasets.gaia.generator.domain import Column, Domain
from atlas.datasets.gaia.generator.pictures import PICTURES
from atlas.datasets.gaia.generator.population import FIRST_DAY, Population, populate
from atlas.datasets.gaia.generator.query import Act, Condition, Query, amount
from atlas.datasets.gaia.generator.wording import question

FORMS: dict[int, tuple[Form, ...]] = {
    1: ("csv", "json", "txt", "xlsx", "pdf"),
    2: ("csv", "xlsx", "pdf", "json", "txt"),
    3: ("zip", "two sheets", "zip with pdf"),
}
ACTS: dict[int, tuple[Act, ...]] = {
    1: ("sum", "count", "mean", "highest", "distinct", "lowest", "commonest", "median"),
    2: ("sum", "top group", "mean", "product", "list", "days", "percentage", "first"),
    3: ("sum", "top group", "mean", "product", "days", "first", "percentage", "list", "highest"),
}
ROWS: dict[int, tuple[int, int]] = {1: (18, 40), 2: (40, 70), 3: (60, 100)}
_TRIES = 5_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question with its answer and its attachment. `steps` says how the answer comes about, for people."""

    question: str
    answer: str
    suffix: str
    data: bytes
    steps: str


def draw_picture(level: int, random: Random) -> Drawn:
    """A question about a picture."""
    seen = PICTURES[level](random)
    return Drawn(seen.question, seen.answer, "png", seen.data, "look at the picture and compute")


def draw(level: int, act: Act, form: Form, domain: Domain, random: Random) -> Drawn | None:
    """A question with one answer, which its own words do not give away; None where a domain has none."""
    for _ in range(_TRIES):
        population = populate(domain, random.randint(*ROWS[level]), random)
        query = _query(level, act, population, random)
        if query is None:
            return None
        answer = query.answer(population.joined())
        if answer is None:
            continue
        file = attach(population, form, random)
        asked = f"{file.words} {question(query, domain.things, random)}".strip()
        if not gives_away(asked, answer):
            return Drawn(asked, answer, file.suffix, file.data, _steps(query, form))
    return None


def gives_away(text: str, answer: str) -> bool:
    """Whether the answer, or an element of it, stands in the text as words or as a number of its own."""
    for part in answer.split(", "):
        if re.search(rf"(?<![\w.]){re.escape(part)}(?![\w]|\.\d)", text, re.IGNORECASE):
            return True
    return False


def _query(level: int, act: Act, population: Population, random: Random) -> Query | None:
    columns = _columns(level, act, population.domain, random)
    if columns is None:
        return None
    conditions = _conditions(level, act, columns, population, random)
    whole = all(column.kind in ("whole", "money") for column in columns)
    larger = act in ("sum", "mean") and bool(columns[0].asked_in) and random.random() < (0.0, 0.6, 0.8)[level - 1]
    decimals = None
    if act in ("mean", "median", "days", "percentage") or larger:
        decimals = random.choice((1, 2)) if act != "percentage" else random.choice((0, 1))
    elif act in ("sum", "product") and whole and any(column.kind == "money" for column in columns):
        decimals = 2
    return Query(act, columns, conditions, decimals, larger, random.choice((2, 3)) if act == "first" else 0)


def _columns(level: int, act: Act, domain: Domain, random: Random) -> tuple[Column, ...] | None:
    """Those of the act, or None where the domain has none that fit."""
    label = domain.columns[0]
    numbers = [column for column in domain.columns if column.kind in ("whole", "money")]
    groups = [column for column in domain.columns if column.kind == "category"]
    if level == 3:
        groups = [column for column in domain.others if column.kind == "category"]
    days = [column for column in domain.columns if column.kind in ("date", "later")]
    match act:
        case "sum" | "mean" | "median":
            return (random.choice(numbers),)
        case "count" | "percentage":
            return ()
        case "highest" | "lowest" | "first":
            return (label, random.choice(numbers))
        case "top group":
            return (random.choice(groups), random.choice(numbers))
        case "commonest" | "distinct":
            return (random.choice(groups),)
        case "product":
            return _factors(numbers)
        case "list":
            return (label,)
        case "days":
            return (days[0], days[1]) if len(days) == 2 else None


def _factors(numbers: Sequence[Column]) -> tuple[Column, ...] | None:
    """Two columns that it makes sense to multiply: a quantity and a price of one."""
    factors = tuple(column for column in numbers if column.name in ("Quantity", "Unit price"))
    return factors if len(factors) == 2 else None


def _conditions(
    level: int, act: Act, columns: Sequence[Column], population: Population, random: Random
) -> tuple[Condition, ...]:
    """One for level 1, two for level 2; for level 3 one of them on the second table."""
    taken = {column.name for column in columns}
    main = [column for column in population.domain.columns if column.kind not in ("label", "key")]
    free = [column for column in main if column.name not in taken]
    categories = [column for column in free if column.kind == "category"]
    others = [c for c in population.domain.others if c.kind == "category" and c.name not in taken]
    match level:
        case 1:
            chosen = [random.choice(categories if random.random() < 0.6 else free)]
        case 2:
            chosen = random.sample(free, 2)
        case _:
            chosen = [random.choice(others), random.choice(free)]
            if act == "list":
                chosen = [*chosen, random.choice([column for column in free if column != chosen[1]])]
    random.shuffle(chosen)
    return tuple(_condition(column, population, random) for column in chosen)


def _condition(column: Column, population: Population, random: Random) -> Condition:
    if column.kind == "category":
        return Condition(column, random.choice(("is", "is", "is not")), random.choice(column.words))
    if column.kind in ("date", "later"):
        return _dated(column, random)
    values = sorted(amount(row[column.name]) for row in population.rows)
    value = values[random.randrange(len(values) // 4, 3 * len(values) // 4)].quantize(Decimal(1))
    return Condition(column, random.choice(("above", "at least", "below")), value)


def _dated(column: Column, random: Random) -> Condition:
    day = FIRST_DAY + timedelta(random.randrange(20, 70))
    match random.choice(("since", "before", "between", "in month")):
        case "since":
            return Condition(column, "since", day)
        case "before":
            return Condition(column, "before", day)
        case "between":
            return Condition(column, "between", day, day + timedelta(random.randrange(20, 45)))
        case _:
            return Condition(column, "in month", date(2026, random.choice((1, 2, 3, 4)), 1))


def _steps(query: Query, form: Form) -> str:
    tests = "; ".join(
        f"{c.column.name} {c.test} {c.value}{f' to {c.until}' if c.until else ''}" for c in query.conditions
    )
    over = ", ".join(column.name for column in query.columns) or "rows"
    return f"read the {form}; keep rows where {tests}; {query.act} of {over}"
