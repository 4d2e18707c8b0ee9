"""Final states that are the same up to the ids of created rows."""

from __future__ import annotations

from atlas.core.state import Change, StateDiff
from atlas.verify.mutants.equality import fingerprint


def created(deal: str, quote: str, amount: float = 5.0) -> StateDiff:
    """A deal and its quote, under these ids, and a client that points to the deal."""
    return StateDiff(
        {
            "deals": {deal: {"id": deal, "name": "A"}},
            "quotes": {quote: {"id": quote, "deal": deal, "amount": amount}},
        },
        {"clients": {"c1": {"last_deal": Change(None, deal)}}},
    )


def test_ids_of_created_rows_make_no_difference() -> None:
    assert fingerprint(created("x", "y")) == fingerprint(created("y", "x"))


def test_values_references_and_rows_do() -> None:
    one = fingerprint(created("x", "y"))
    assert one != fingerprint(created("x", "y", 6.0))
    assert one != fingerprint(StateDiff(created("x", "y").inserted))
    twin = created("x", "y").inserted
    twin["deals"]["z"] = {"id": "z", "name": "A"}
    assert one != fingerprint(StateDiff(twin, created("x", "y").updated))


def test_which_of_two_equal_rows_is_referred_to_counts() -> None:
    def parents(first: str, second: str) -> StateDiff:
        deals = {"x": {"id": "x", "name": "A"}, "z": {"id": "z", "name": "B"}}
        quotes = {"q": {"id": "q", "deal": first}, "r": {"id": "r", "deal": second}}
        return StateDiff({"deals": deals, "quotes": quotes})

    assert fingerprint(parents("x", "z")) == fingerprint(parents("z", "x"))
    assert fingerprint(parents("x", "x")) != fingerprint(parents("x", "z"))


def test_what_a_column_held_before_makes_no_difference_to_what_it_holds() -> None:
    before, after = (StateDiff(updated={"c": {"1": {"s": Change(old, "b")}}}) for old in ("a", "x"))
    assert fingerprint(before) == fingerprint(after)
    assert fingerprint(before) != fingerprint(StateDiff(deleted={"c": {"1": {}}}))
