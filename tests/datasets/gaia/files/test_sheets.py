"""Tables as files: the bytes are what other programs read, and always the same."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl

from atlas.datasets.gaia.files.sheets import Cell, csv_bytes, json_bytes, records, xlsx_bytes

ROWS: list[list[Cell]] = [
    ["Name", "Count", "Price", "Day"],
    ["a & <b>", 3, Decimal("1.50"), date(2026, 3, 4)],
    ['with, "comma"', 0, None, None],
]


def test_csv() -> None:
    assert list(csv.reader(io.StringIO(csv_bytes(ROWS).decode()))) == [
        ["Name", "Count", "Price", "Day"],
        ["a & <b>", "3", "1.50", "2026-03-04"],
        ['with, "comma"', "0", "", ""],
    ]
    assert csv_bytes(ROWS[:1], separator=";") == b"Name;Count;Price;Day\n"


def test_json() -> None:
    found = json.loads(json_bytes(records(ROWS)))
    assert found[0] == {"Name": "a & <b>", "Count": 3, "Price": 1.5, "Day": "2026-03-04"}
    assert found[1]["Price"] is None


def test_a_workbook_is_read_by_openpyxl() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes({"First & last": ROWS, "Empty": [["x"]]})))
    assert book.sheetnames == ["First & last", "Empty"]
    assert [list(row) for row in book["First & last"].iter_rows(values_only=True)] == [
        ["Name", "Count", "Price", "Day"],
        ["a & <b>", 3, 1.5, datetime(2026, 3, 4)],
        ['with, "comma"', 0, None, None],
    ]


def test_the_same_rows_are_the_same_bytes() -> None:
    assert xlsx_bytes({"S": ROWS}) == xlsx_bytes({"S": ROWS})
    assert b"1980" not in xlsx_bytes({"S": ROWS}), "no time is written as text either"
