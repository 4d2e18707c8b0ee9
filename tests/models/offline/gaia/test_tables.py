"""Tables: what the student finds in the text of a file, whole or only its beginning."""

from __future__ import annotations

import pytest

from atlas.models.offline.gaia.tables import Table, column_in, folded, spoken, tables_in, unit_of


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.csv", "# exported\nName,Net weight (kg)\na,1\nb,2\nTOTAL,3\n"),
        ("a.csv", "Name;Net weight (kg)\na;1\nb;2\n"),
        (
            "a.pdf",
            "## Page 1\nA list\n\nName  Net weight (kg)  X\na     1    x\n\nPage 1 of 2\n## Page 2\nb  2   y",
        ),
    ],
)
def test_rows(file: str, text: str) -> None:
    (table,) = tables_in(file, text)
    assert [(row["Name"], row["Net weight (kg)"]) for row in table.rows] == [("a", "1"), ("b", "2")]


def test_records_and_logs() -> None:
    (listed,) = tables_in("a.json", '{"from": "x", "rows": [{"name": "a", "net_weight_kg": 1.5}]}')
    (plain,) = tables_in("a.json", '[{"name": "a", "net_weight_kg": 1.5}]')
    (logged,) = tables_in("a.txt", "# log\nname=a net_weight_kg=1.5\n")
    assert listed.rows == plain.rows == logged.rows == ({"name": "a", "net_weight_kg": "1.5"},)


def test_a_beginning_is_enough_for_the_header() -> None:
    (table,) = tables_in(
        "a.json", '{\n "source": "x",\n "rows": [\n  {\n   "name": "a",\n   "weight_kg": 1\n  },\n  {'
    )
    assert table.names == ("name", "weight_kg")


def test_sheets() -> None:
    first, second = tables_in("a.xlsx", "## Sheet: One\nA,B\n1,2\n\n## Sheet: Two x\nC\n3\n")
    assert (first.sheet, first.rows) == ("One", ({"A": "1", "B": "2"},))
    assert (second.sheet, second.names) == ("Two x", ("C",))


@pytest.mark.parametrize(
    ("file", "text"), [("a.png", "This is a picture"), ("a.csv", ""), ("a.txt", "x"), ("a.pdf", "x")]
)
def test_nothing_to_see(file: str, text: str) -> None:
    assert tables_in(file, text) == ()


def test_names() -> None:
    assert folded("Net weight (kg)") == folded("net_weight_kg") == "net weight kg"
    assert spoken("Net weight (kg)") == "net weight"
    assert (unit_of("weight_kg"), unit_of("weight")) == ("kg", "")
    table = Table("a", "csv", ("Net weight (kg)", "Name"))
    assert column_in("net weight", [table]) == "Net weight (kg)"
    assert column_in("colour", [table]) is None
