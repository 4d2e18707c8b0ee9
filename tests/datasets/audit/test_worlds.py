"""Worlds: size, distractors, and that each is a conversation's own."""

from __future__ import annotations

from atlas.core.json import JsonObject
from atlas.datasets.audit import worlds
from atlas.datasets.audit.subject import Subject
from tests.datasets.audit.making import current, spots


def world(line: int = 1, mark: str = "a", rows: int = 10, **entities: JsonObject) -> Subject:
    """A world of `rows` plain clients and whatever is given."""
    clients: JsonObject = {f"{mark}{n}": {"name": f"Name{n} {mark}{n}"} for n in range(rows)}
    return current(("initial_entities.seed_data", {"Client": clients, **entities}), line=line, name=f"c-{line}")


def test_a_world_has_20_to_60_rows() -> None:
    for rows, wrong in ((19, True), (20, False), (60, False), (61, True)):
        assert bool(spots(worlds.SIZES, world(rows=rows))) == wrong


def test_distractors_are_told() -> None:
    assert spots(worlds.PLAIN, world()) == [
        (
            1,
            None,
            "the world has no near-equal names, no shared surnames, no open and closed deals, "
            "no several quotes on a deal",
        )
    ]
    rich = world(
        Contact={"p1": {"last_name": "Doe"}, "p2": {"last_name": "Doe"}},
        Opportunity={
            "d1": {"name": "Pilot", "stage": "Proposal"},
            "d2": {"name": "Pilot South", "stage": "Closed-Won"},
        },
        Quote={"q1": {"opportunity_id": "d1"}, "q2": {"opportunity_id": "d1"}},
    )
    assert spots(worlds.PLAIN, rich) == []


def test_names_are_near_when_one_word_differs_or_is_added() -> None:
    def near(*names: str) -> bool:
        return worlds.near_names(
            world(rows=0, Opportunity={str(n): {"name": name} for n, name in enumerate(names)})
        )

    assert near("Acme Foods", "Acme Foods Europe")
    assert near("Acme Foods Pilot", "Acme Tools Pilot")
    assert not near("Acme Foods", "Zenith Tools")
    assert not near("Acme", "Zenith")


def test_a_record_in_two_worlds_is_found() -> None:
    assert spots(worlds.SHARED, world(1), world(5)) == [(5, None, "the world shares records with that of line 1")]
    assert spots(worlds.SHARED, world(1), world(5, mark="b")) == []
