"""JSON through JSONB: what goes in comes out, and nothing is refused."""

import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.json import JsonValue
from atlas.storage.database import Database
from atlas.storage.jsonb import decode, encode, jsonb, plain_text
from tests.storage.samples import NASTY

texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('\0\ue000\\u01"')))
leaves = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), texts)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(values)
def test_round_trip(value: JsonValue) -> None:
    assert decode(encode(value)) == orjson.loads(orjson.dumps(value))


@given(texts)
def test_no_character_that_jsonb_refuses_is_left(text: str) -> None:
    assert "\0" not in orjson.loads(encode({text: text}))
    assert "\0" not in next(iter(orjson.loads(encode({text: text}))))


async def test_round_trip_through_postgres(database: Database) -> None:
    value = {
        NASTY: [NASTY, None, True, {"\0": "\ue000"}],
        "numbers": [0.1, 1e-7, 1e22, 1.5, 10**18, -0.5, 2**64 - 1, 1.7976931348623157e308, 5e-324],
    }
    async with database.connection() as connection:
        row = await (await connection.execute("SELECT %s", [jsonb(value)])).fetchone()
    assert row is not None
    assert row[0] == value
    assert all(isinstance(number, int | float) for number in row[0]["numbers"])


def test_what_is_no_unicode_or_no_64_bit_number_is_kept_as_near_as_possible() -> None:
    stored = decode(encode({"a\ud800": ["b\udfff", 2**80, "fine"]}))
    assert stored == {"a?": ["b?", float(2**80), "fine"]}
    assert math.isclose(stored["a?"][1], 2**80)


@pytest.mark.parametrize(("text", "kept"), [("a\0b", "a\ufffdb"), ("a\ud800", "a?"), ("ä", "ä")])
async def test_plain_text_fits_a_text_column(database: Database, text: str, kept: str) -> None:
    async with database.connection() as connection:
        row = await (await connection.execute("SELECT %s::text", [plain_text(text)])).fetchone()
    assert row == (kept,)
