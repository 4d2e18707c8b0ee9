"""What is met, unmet and collateral, and how a difference is named."""

from __future__ import annotations

from atlas.core.state import Change, StateDiff
from atlas.verify.comparison import compare


def updated(**columns: Change) -> StateDiff:
    return StateDiff(updated={"opportunities": {"o1": columns}})


def named(expected: StateDiff, actual: StateDiff) -> list[str]:
    found = compare(expected, actual)
    return [*map(str, found.unmet), *map(str, found.collateral)]


def test_a_wrong_value_is_named_by_table_row_and_column() -> None:
    expected, actual = updated(amount=Change(1.0, 48500.0)), updated(amount=Change(1.0, 48501.0))
    assert named(expected, actual) == ["opportunities o1 amount: expected 48500.0, got 48501.0"]


def test_a_change_that_was_not_made_shows_what_the_column_still_holds() -> None:
    assert named(updated(stage=Change("Proposal", "Negotiation")), StateDiff()) == [
        "opportunities o1 stage: expected 'Negotiation', got 'Proposal'"
    ]


def test_another_column_of_a_right_row_is_collateral() -> None:
    expected = updated(stage=Change("Proposal", "Negotiation"))
    actual = updated(stage=Change("Proposal", "Negotiation"), owner=Change("Dana", None))
    found = compare(expected, actual)
    assert (found.expected, found.met, len(found.collateral)) == (1, 1, 1)
    assert str(found.collateral[0]) == "opportunities o1 owner: should not have changed from 'Dana' to None"


def test_a_surplus_row_is_collateral_and_a_wrong_row_is_not() -> None:
    def quotes(**amounts: float) -> StateDiff:
        return StateDiff(inserted={"quotes": {key: {"amount": amount} for key, amount in amounts.items()}})

    expected = StateDiff(inserted={"quotes": {"new:1": {"amount": 10.0}}})
    wrong, surplus = compare(expected, quotes(a=11.0)), compare(expected, quotes(a=10.0, b=10.0))
    assert (wrong.met, len(wrong.unmet), len(wrong.collateral)) == (0, 1, 0)
    assert (surplus.met, len(surplus.unmet), len(surplus.collateral)) == (1, 0, 1)


def test_every_wrong_column_of_a_row_is_named_but_the_row_counts_once() -> None:
    expected = StateDiff(inserted={"quotes": {"new:1": {"amount": 10.0, "status": "Draft"}}})
    actual = StateDiff(
        inserted={"quotes": {"q": {"quote_id": "q", "amount": 11.0, "status": "draft", "version": "2"}}}
    )
    found = compare(expected, actual)
    assert (found.expected, found.met) == (1, 0)
    assert [difference.column for difference in found.unmet] == ["amount", "status", "version"]


def test_a_reference_must_lead_to_the_row_that_was_meant() -> None:
    expected = StateDiff(
        inserted={
            "clients": {"new:1": {"name": "A"}, "new:2": {"name": "B"}},
            "notes": {"new:3": {"entity_id": "new:2"}},
        }
    )
    actual = StateDiff(
        inserted={"clients": {"x": {"name": "A"}, "y": {"name": "B"}}, "notes": {"n": {"entity_id": "x"}}}
    )
    assert named(expected, actual) == ["notes new:3 entity_id: expected 'new:2', got 'x'"]


def test_a_changed_row_may_have_to_hold_a_new_id() -> None:
    def state(key: str, held: str) -> StateDiff:
        return StateDiff(
            inserted={"clients": {key: {"name": "A"}}},
            updated={"contacts": {"p1": {"client_id": Change("c0", held)}}},
        )

    assert named(state("new:1", "new:1"), state("x", "x")) == []
    assert named(state("new:1", "new:1"), state("x", "c7")) == ["contacts p1 client_id: expected 'new:1', got 'c7'"]


def test_changes_listed_for_a_new_row_are_its_final_values() -> None:
    expected = StateDiff(
        inserted={"quotes": {"new:1": {"amount": 10.0, "status": "Draft", "version": "1"}}},
        updated={"quotes": {"new:1": {"status": Change("Draft", "Sent"), "version": Change("1", None)}}},
    )
    assert named(expected, StateDiff(inserted={"quotes": {"q": {"amount": 10.0, "status": "Sent"}}})) == []
    assert named(expected, StateDiff(inserted={"quotes": {"q": {"amount": 10.0, "status": "Draft"}}})) == [
        "quotes new:1 status: expected 'Sent', got 'Draft'"
    ]


def test_deletions_are_compared_by_row() -> None:
    def gone(*keys: str) -> StateDiff:
        return StateDiff(deleted={"quotes": {key: {"quote_id": key, "amount": 1.0} for key in keys}})

    assert named(gone("q1"), gone("q1")) == []
    assert named(gone("q1"), gone("q2")) == [
        "quotes q1: row should have been deleted",
        "quotes q2: row should not have been deleted",
    ]


def test_differences_are_named_in_order_of_table_row_and_column() -> None:
    def state(value: str) -> StateDiff:
        changes = {"b": Change("", value), "a": Change("", value)}
        return StateDiff(
            updated={"quotes": {"q2": changes, "q1": changes}, "clients": {"c": changes}},
            deleted={"quotes": {f"{value}2": {}, f"{value}1": {}}, "clients": {f"{value}3": {}}},
            inserted={"quotes": {f"{value}5": {}, f"{value}4": {}}, "clients": {f"{value}6": {}}},
        )

    places = [
        *("clients c a", "clients c b", "quotes q1 a", "quotes q1 b", "quotes q2 a", "quotes q2 b"),
        *("clients x3", "quotes x1", "quotes x2"),
    ]
    unmet = [text.partition(":")[0] for text in named(state("x"), StateDiff())]
    collateral = [text.partition(":")[0] for text in named(StateDiff(), state("x"))]
    assert [place for place in unmet if place in places] == places
    assert unmet[0] == "clients x6"
    assert collateral == ["clients x6", "quotes x4", "quotes x5", *places]


def test_a_change_of_white_space_is_no_change() -> None:
    spaced = updated(name=Change("Renewal", "Renewal "))
    assert named(StateDiff(), spaced) == []
    assert named(spaced, StateDiff()) == []
    assert len(named(spaced, updated(name=Change("Renewal", "Other")))) == 1


def test_long_values_are_cut_in_the_reason() -> None:
    reason = named(StateDiff(), updated(notes=Change(None, "x" * 5000)))[0]
    assert len(reason) < 250
