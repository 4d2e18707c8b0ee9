"""Records: their tables, keys and columns are those of the CRM."""

from __future__ import annotations

from atlas.datasets.conversation import TABLES
from atlas.datasets.generator.records import KINDS, OPEN_STAGES, Client, Company, Contact, Deal, fields, row
from atlas.environments.crm import schema


def test_tables_and_keys_are_those_of_the_loader_and_the_crm() -> None:
    assert {kind.entity: (kind.table, kind.key) for kind in KINDS} == TABLES
    assert {table.name: table.key for table in schema.TABLES} == {kind.table: kind.key for kind in KINDS}


def test_a_row_has_its_key_and_fields_have_not() -> None:
    client = Client("c", "Acme")
    assert "id" not in fields(client)
    assert row(client) == {"client_id": "c", **fields(client)}


def test_lists_are_json_lists() -> None:
    assert fields(Company("k", "Apex", "Partner", contacts=("Ann",)))["contacts"] == ["Ann"]


def test_a_deal_is_open_until_it_is_closed() -> None:
    assert all(Deal("d", "n", "c", stage, 1.0).open for stage in OPEN_STAGES)
    assert not any(Deal("d", "n", "c", stage, 1.0).open for stage in ("Closed-Won", "Closed-Lost"))
    assert Contact("p", "Ann", "Lee", "c").name == "Ann Lee"
