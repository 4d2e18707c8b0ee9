"""What counts as an inserted row's own columns, and as a reference."""

from __future__ import annotations

from atlas.core.json import JsonObject
from atlas.core.state import Change, StateDiff
from atlas.verify.inserts import Row, alike, creation_order, inserts, written


def test_own_id_nulls_and_the_environments_columns_are_not_written() -> None:
    row = {
        "client_id": "c1",
        "name": "Acme",
        "phone": None,
        "created_date": "2026-03-02T09:00:00+00:00",
        "created_at": "x",
        "uploaded_at": "y",
        "owner": "",
    }
    assert written("c1", row) == {"name": "Acme", "owner": ""}


def test_references_go_to_other_inserted_rows_only() -> None:
    diff = StateDiff(
        inserted={
            "clients": {"c1": {"client_id": "c1", "name": "Acme"}},
            "opportunities": {"o1": {"opportunity_id": "o1", "client_id": "c1", "owner": "o9"}},
        },
        updated={"contacts": {"p1": {"client_id": Change("c0", "c1"), "title": Change("a", "b")}}},
    )
    found = inserts(diff)
    assert found.rows["o1"].references == {"client_id": "c1"}
    assert found.rows["o1"].plain == {("owner", "o9")}
    assert found.used_by == {"c1": [("client_id", "o1")], "o1": []}
    assert found.anchors == {"c1": [("contacts", "p1", "client_id")], "o1": []}


def test_rows_come_in_creation_order() -> None:
    notes: dict[str, JsonObject] = {f"new:{number}": {"content": "x"} for number in (10, 3, 1, 2)}
    assert list(inserts(StateDiff(inserted={"notes": notes})).rows) == ["new:1", "new:2", "new:3", "new:10"]


def test_anchors_do_not_depend_on_the_order_of_tables_rows_and_columns() -> None:
    client: dict[str, dict[str, JsonObject]] = {"clients": {"c1": {"name": "Acme"}}}
    held, other = {"a": Change(None, "c1"), "b": Change(None, "c1")}, {"a": Change(None, "c1")}
    one = StateDiff(inserted=client, updated={"contacts": {"p1": held, "p2": other}, "notes": {"n1": other}})
    two = StateDiff(
        inserted=client,
        updated={"notes": {"n1": other}, "contacts": {"p2": other, "p1": dict(reversed(held.items()))}},
    )
    assert inserts(one).anchors == inserts(two).anchors


def test_likeness_is_agreement_less_disagreement() -> None:
    def row(**columns: str) -> Row:
        return Row("quotes", frozenset(columns.items()), {})

    assert alike(row(a="1", b="2"), row(a="1", b="2")) == 2
    assert alike(row(a="1", b="2"), row(a="1", b="3")) == 0
    assert alike(row(a="1"), row(a="1", b="3", c="4")) == -1


def test_placeholders_are_ordered_by_number() -> None:
    assert sorted(["new:10", "new:9", "new:1"], key=creation_order) == ["new:1", "new:9", "new:10"]
