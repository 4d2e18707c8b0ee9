from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from atlas.core.json import JsonObject
from atlas.environments.crm.entities import Client, Company, CompanyType, Entity, Opportunity, Quote
from atlas.environments.crm.rows import (
    from_row,
    parse_amount,
    parse_date,
    parse_id,
    parse_timestamp,
    to_row,
    to_tables,
)
from atlas.environments.crm.schema import TABLES, Table
from atlas.environments.crm.setup import read_clock, read_records
from tests.environments.crm.samples import CONTENT, NORTHWIND, NOW, RENEWAL, SETUP, key

DEAL: JsonObject = {
    "opportunity_id": RENEWAL,
    "name": "Renewal",
    "client_id": NORTHWIND,
    "stage": "Proposal",
    "amount": 10,
    "created_at": NOW,
}


def test_a_row_holds_every_column_as_json() -> None:
    deal = from_row(Opportunity, {**DEAL, "close_date": "2026-04-17", "amount": 1234.565})
    assert to_row(deal) == {
        **DEAL,
        "amount": 1234.57,
        "close_date": "2026-04-17",
        "owner": None,
        "probability": None,
        "notes": None,
    }
    assert (deal.amount, deal.close_date) == (Decimal("1234.57"), date(2026, 4, 17))


def test_lists_stay_lists() -> None:
    company = Company(key(1), "Sails", CompanyType.VENDOR, contacts=("Ann",))  # type: ignore[arg-type]
    assert to_row(company)["contacts"] == ["Ann"]
    assert from_row(Company, to_row(company)) == company


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_comes_back_as_the_same_entity(table: Table[Entity]) -> None:
    for row_key, row in CONTENT[table.name].items():
        stamp = {} if table.stamp is None else {table.stamp: NOW}
        entity: Entity = from_row(table.kind, {**row, **stamp, table.key: row_key})
        assert list(to_row(entity)) == list(table.columns)
        assert from_row(table.kind, to_row(entity)) == entity


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 1}, "size: there is no such column"),
        ({"stage": "proposal"}, "stage: Invalid enum value 'proposal'"),
        ({"name": 5}, "name: Expected `str`, got `int`"),
        ({"name": None}, "name: Expected `str`, got `null`"),
        ({"name": ""}, "name: is empty"),
        ({"name": "a\x00b"}, "name: holds a NUL character"),
        ({"amount": "10"}, "amount: expected a number"),
        ({"amount": True}, "amount: expected a number"),
        ({"amount": 0.004}, "amount: 0.004 is not above zero"),
        ({"amount": 1e12}, "amount: 1000000000000.0 is not below"),
        ({"probability": 100}, "probability: 100 is not between 1 and 99"),
        ({"close_date": "17.04.2026"}, "close_date: '17.04.2026' is not a date"),
        ({"created_at": "yesterday"}, "created_at: Invalid isoformat"),
        ({"client_id": "acme"}, "client_id: 'acme' is not a UUID"),
    ],
)
def test_a_bad_row_is_refused_by_column(change: JsonObject, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        from_row(Opportunity, {**DEAL, **change})
    assert str(refused.value).startswith(sentence)


def test_a_row_without_a_needed_column_is_refused() -> None:
    with pytest.raises(ValueError, match="missing required field `status`"):
        from_row(Client, {"client_id": NORTHWIND, "name": "N", "created_date": NOW})
    with pytest.raises(ValueError, match="missing required field"):
        from_row(Quote, {})


@pytest.mark.parametrize(
    ("number", "cents"), [(1, "1.00"), (0.1 + 0.2, "0.30"), (2.005, "2.01"), (2.675, "2.68"), (1e-320, "0.00")]
)
def test_amounts_round_half_up_in_decimal(number: float, cents: str) -> None:
    assert str(parse_amount(number)) == cents


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e12, -1e13])
def test_amounts_beyond_the_column_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="is not below"):
        parse_amount(number)


def test_timestamps_are_utc_in_whole_seconds() -> None:
    moment = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
    assert parse_timestamp("2026-03-02T10:00:05.999+01:00") == moment
    assert parse_timestamp("2026-03-02T09:00:05Z") == moment
    assert parse_timestamp("2026-03-02T09:00:05") == moment
    with pytest.raises(ValueError, match="outside the calendar"):
        parse_timestamp("0001-01-01T00:00:00+10:00")


@pytest.mark.parametrize("text", ["20260302", "2026-W10-1", "2026-3-2", "2026-02-30", "٢٠٢٦-03-02", 20260302, None])
def test_only_one_way_to_write_a_date(text: object) -> None:
    with pytest.raises(ValueError, match=r"not a date|out of range"):
        parse_date(text)


def test_ids_are_uuids_in_lower_case() -> None:
    assert parse_id(NORTHWIND.upper()) == NORTHWIND
    for text in ("", "acme", NORTHWIND.replace("-", ""), f"{{{NORTHWIND}}}", f"{NORTHWIND}\n", f" {NORTHWIND}"):
        assert parse_id(text) is None


def test_tables_hold_every_row_in_the_order_of_keys() -> None:
    tables = to_tables(read_records(SETUP, read_clock(SETUP)))
    assert list(tables) == [table.name for table in TABLES]
    assert {name: set(rows) for name, rows in tables.items()} == {name: set(rows) for name, rows in CONTENT.items()}
    assert all(list(rows) == sorted(rows) for rows in tables.values())
    assert set(to_tables([])) == set(tables)
