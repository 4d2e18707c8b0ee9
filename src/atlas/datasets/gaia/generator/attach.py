"""Attachments of the generator: a population as a file of some kind, with what does not belong to the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal, TypeAlias

from atlas.datasets.gaia.files.archive import zip_bytes
from atlas.datasets.gaia.files.pdf import LINES_A_PAGE, pdf_bytes
from atlas.datasets.gaia.files.sheets import Cell, csv_bytes, json_bytes, records, xlsx_bytes
from atlas.datasets.gaia.generator.domain import Column
from atlas.datasets.gaia.generator.population import Population, Row, populate
from atlas.datasets.gaia.generator.query import amount

Form: TypeAlias = Literal["csv", "json", "txt", "xlsx", "pdf", "two sheets", "zip", "zip with pdf"]


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its suffix, its bytes, and what the question says of it. `words` may be empty."""

    suffix: str
    data: bytes
    words: str


def attach(population: Population, form: Form, random: Random) -> File:
    """The population in a file of that form."""
    return _FORMS[form](population, random)


def _csv(population: Population, random: Random) -> File:
    data = _main_csv(population, random)
    return File("csv", data, random.choice(_ONE).format(things=population.domain.things))


def _json(population: Population, random: Random) -> File:
    rows = records([_snake_header(population.domain.columns), *_cells(population.rows, population.domain.columns)])
    document = {"source": "monthly export", "complete": True, population.domain.file: rows}
    return File("json", json_bytes(document), random.choice(_ONE).format(things=population.domain.things))


def _txt(population: Population, random: Random) -> File:
    names = _snake_header(population.domain.columns)
    lines = [
        " ".join(f"{name}={cell}" for name, cell in zip(names, cells, strict=True))
        for cells in _cells(population.rows, population.domain.columns)
    ]
    text = f"# log of {population.domain.things}, one a line\n" + "\n".join(lines) + "\n"
    return File("txt", text.encode(), random.choice(_ONE).format(things=population.domain.things))


def _xlsx(population: Population, random: Random) -> File:
    domain = population.domain
    sheet, older = f"{domain.things.capitalize()} 2026", f"{domain.things.capitalize()} 2025"
    sheets = {older: _table(_earlier(population, random)), sheet: _table(population), "Notes": _NOTES}
    return File("xlsx", xlsx_bytes(sheets), f'Use the sheet "{sheet}" of the attached workbook.')


def _pdf(population: Population, random: Random) -> File:
    data = _main_pdf(population)
    return File("pdf", data, random.choice(_ONE).format(things=population.domain.things))


def _two_sheets(population: Population, random: Random) -> File:
    domain = population.domain
    main, other = domain.things.capitalize(), domain.other_file.capitalize()
    sheets = {
        f"{main} 2025": _table(_earlier(population, random)),
        other: [_header(domain.others), *_cells(population.others, domain.others)],
        main: _table(population),
    }
    words = (
        f'Use the sheets "{main}" and "{other}" of the attached workbook; '
        f"they are linked by {domain.others[0].name.lower()}."
    )
    return File("xlsx", xlsx_bytes(sheets), words)


def _zip(population: Population, random: Random) -> File:
    domain = population.domain
    others = json_bytes(
        records([_snake_header(domain.others), *_cells(population.others, domain.others)]),
    )
    members = {
        "README.txt": _README.format(things=domain.things).encode(),
        f"{domain.file}.csv": _main_csv(population, random),
        f"{domain.file}_2025.csv": _main_csv(_earlier(population, random), random),
        f"{domain.other_file}.json": others,
    }
    return _archive(population, members, f"{domain.file}.csv", f"{domain.other_file}.json", random)


def _zip_with_pdf(population: Population, random: Random) -> File:
    domain = population.domain
    others = csv_bytes([_header(domain.others), *_cells(population.others, domain.others)], separator=";")
    members = {
        f"{domain.other_file}.csv": others,
        f"{domain.file}.pdf": _main_pdf(population),
        "README.txt": _README.format(things=domain.things).encode(),
    }
    return _archive(population, members, f"{domain.file}.pdf", f"{domain.other_file}.csv", random)


def _archive(population: Population, members: dict[str, bytes], main: str, other: str, random: Random) -> File:
    words = random.choice(_TWO).format(main=main, other=other, key=population.domain.others[0].name.lower())
    return File("zip", zip_bytes(members), words)


def _main_csv(population: Population, random: Random) -> bytes:
    rows = _table(population)
    if random.random() < 0.5:
        # The sum of the last column, which is no row of the table.
        last = population.domain.columns[-1].name
        total = sum((amount(row[last]) for row in population.rows), Decimal())
        rows = [*rows, ["TOTAL", *[None] * (len(rows[0]) - 2), total]]
    return csv_bytes(rows, separator=random.choice((",", ",", ";")))


def _main_pdf(population: Population) -> bytes:
    columns = population.domain.columns
    cells: list[list[Cell]] = [_header(columns), *_cells(population.rows, columns)]
    table = [[str(cell) for cell in row] for row in cells]
    widths = [max(len(row[place]) for row in table) for place in range(len(columns))]
    header, *rows = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    size = LINES_A_PAGE - 6
    lines: list[str] = []
    pages = [rows[start : start + size] for start in range(0, len(rows), size)]
    for number, page in enumerate(pages, 1):
        head = [f"List of {population.domain.things}, season 2026", "", header]
        foot = ["", f"Page {number} of {len(pages)}. Printed for internal use."]
        filled = [*head, *page, *foot]
        lines += filled if number == len(pages) else filled + [""] * (LINES_A_PAGE - len(filled))
    return pdf_bytes(lines)


def _earlier(population: Population, random: Random) -> Population:
    """Rows of the year before, of the same form: a file or sheet that the question is not about."""
    before = populate(population.domain, len(population.rows) // 2, random)
    rows = tuple({name: _year_before(cell) for name, cell in row.items()} for row in before.rows)
    return Population(population.domain, rows, population.others)


def _year_before(cell: Cell) -> Cell:
    return cell - timedelta(365) if isinstance(cell, date) else cell


def _table(population: Population) -> list[list[Cell]]:
    return [_header(population.domain.columns), *_cells(population.rows, population.domain.columns)]


def _header(columns: Sequence[Column]) -> list[Cell]:
    return [column.header for column in columns]


def _snake_header(columns: Sequence[Column]) -> list[Cell]:
    return [re.sub(r"\W+", "_", column.header.lower()).strip("_") for column in columns]


def _cells(rows: Sequence[Row], columns: Sequence[Column]) -> list[list[Cell]]:
    return [[row[column.name] for column in columns] for row in rows]


_FORMS: dict[Form, Callable[[Population, Random], File]] = {
    "csv": _csv,
    "json": _json,
    "txt": _txt,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "two sheets": _two_sheets,
    "zip": _zip,
    "zip with pdf": _zip_with_pdf,
}
_ONE = ("The attached file lists {things}.", "Attached is a list of {things}.", "")
_TWO = (
    "Use {main} and {other} from the attached archive; they are linked by {key}.",
    "The attached archive holds {main} and {other}, which have {key} in common; leave its other files aside.",
)
_NOTES: list[list[Cell]] = [
    ["Notes"],
    ["Figures are checked every quarter."],
    ["Ask the office about missing rows."],
]
_README = "This folder was put together from several exports. All {things} are made up.\n"
