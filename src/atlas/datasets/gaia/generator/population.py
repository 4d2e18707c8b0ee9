"""A population: the rows of a domain's two tables, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from atlas.datasets.gaia.files.sheets import Cell
from atlas.datasets.gaia.generator.domain import Column, Domain

Row = dict[str, Cell]
"""Column name -> value."""

FIRST_DAY = date(2026, 1, 5)
DAYS = 110
KEYS = 9
"""Rows of the second table."""


@dataclass(frozen=True, slots=True)
class Population:
    """The rows of both tables."""

    domain: Domain
    rows: tuple[Row, ...]
    others: tuple[Row, ...]

    def joined(self) -> tuple[Row, ...]:
        """The rows with what the second table says of each."""
        key = self.domain.others[0].name
        by_key = {other[key]: other for other in self.others}
        return tuple(by_key[row[key]] | row for row in self.rows)


def populate(domain: Domain, count: int, random: Random) -> Population:
    """`count` rows, in the order of their labels."""
    keys = [f"{domain.others[0].words[0]}{number}" for number in random.sample(range(10, 99), KEYS)]
    others = tuple(_other(domain, key, random) for key in keys)
    start = random.randrange(100, 800)
    rows = tuple(_row(domain, start + number, keys, random) for number in range(count))
    return Population(domain, rows, others)


def _other(domain: Domain, key: str, random: Random) -> Row:
    return {column.name: key if column.kind == "key" else random.choice(column.words) for column in domain.others}


def _row(domain: Domain, number: int, keys: list[str], random: Random) -> Row:
    row: Row = {}
    day = FIRST_DAY + timedelta(random.randrange(DAYS))
    for column in domain.columns:
        row[column.name] = _cell(column, number, day, keys, random)
    return row


def _cell(column: Column, number: int, day: date, keys: list[str], random: Random) -> Cell:
    match column.kind:
        case "label":
            return f"{column.words[0]}{number}"
        case "date":
            return day
        case "later":
            return day + timedelta(random.randrange(1, 30))
        case "category":
            return random.choice(column.words)
        case "key":
            return random.choice(keys)
        case "whole":
            return random.randint(column.low, column.high)
        case "money":
            return Decimal(random.randint(column.low, column.high)) / 100
