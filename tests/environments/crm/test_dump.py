"""What a dump writes; that PostgreSQL reads it back is tested with the base schema."""

from atlas.core.tasks import Setup
from atlas.environments.crm.base import SHIPPED, records_of
from atlas.environments.crm.dump import dump
from atlas.environments.crm.script import statements
from atlas.environments.crm.setup import read_clock, read_records
from tests.environments.crm.samples import SETUP


def test_equal_worlds_give_equal_bytes() -> None:
    assert dump(records_of(SHIPPED)) == dump(records_of(dict(SHIPPED)))


def test_one_insert_a_record() -> None:
    records = read_records(SETUP, read_clock(SETUP))
    inserts = [each.sql for each in statements(dump(records)) if each.sql.startswith("INSERT")]
    assert len(inserts) == len(records)
    assert inserts[0].startswith("INSERT INTO clients (client_id, name, status, created_date, email) VALUES ('")


def test_values_are_written_as_they_are() -> None:
    company = {"name": "O'Neill \\ Söhne; --", "type": "Partner", "contacts": ["A'b", ""], "address": "1\n2"}
    setup = Setup(SETUP.as_of, "s", {"companies": {"00000000-0000-4000-8000-000000000001": company}})
    text = dump(read_records(setup, read_clock(setup)))
    assert "'O''Neill \\ Söhne; --', 'Partner', '1\n2', ARRAY['A''b', '']::text[]" in text
    assert "industry" not in [each.sql for each in statements(text)][-1]


def test_it_is_kept_over_a_crash() -> None:
    assert "UNLOGGED" not in dump([])
    assert "never committed" not in dump([]), "comments that are about slots"
