"""Which texts of a world a reply speaks of."""

from __future__ import annotations

from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Target
from atlas.verify.vocabulary import Vocabulary, speaks_of

WORLD = {
    "deals": {
        "d1": {"name": "Harbor Renewal", "stage": "Proposal", "amount": 5.0},
        "d2": {"name": "Harbor Renewal 2026", "stage": "Closed-Won"},
    },
    "people": {"p1": {"first_name": "Ada", "last_name": "Moss"}},
}
STATE = StateDiff(
    {"deals": {"new:1": {"name": "Pilot"}}}, {"deals": {"d1": {"stage": Change("Proposal", "Negotiation")}}}
)
KNOWN = Vocabulary.of(Target((), STATE, WORLD))


def test_texts_by_column() -> None:
    assert KNOWN.spoken("Harbor Renewal is in Proposal, says Ada Moss.") == {
        "deals.name": {"Harbor Renewal"},
        "deals.stage": {"Proposal"},
        "people.first_name": {"Ada"},
        "people.last_name": {"Moss"},
        "people.full name": {"Ada Moss"},
    }


def test_what_the_target_writes_is_known() -> None:
    assert KNOWN.spoken("Pilot: Negotiation") == {"deals.name": {"Pilot"}, "deals.stage": {"Negotiation"}}


def test_longer_texts_hide_those_inside_them() -> None:
    assert KNOWN.spoken("Harbor Renewal 2026 it is") == {"deals.name": {"Harbor Renewal 2026"}}
    both = KNOWN.spoken("Harbor Renewal 2026, not Harbor Renewal")
    assert both == {"deals.name": {"Harbor Renewal 2026", "Harbor Renewal"}}


def test_only_as_the_world_spells_them() -> None:
    assert KNOWN.spoken("my proposal for the pilot") == {}
    assert KNOWN.spoken("Proposals") == {}


def test_speaking_of_a_value_in_any_case() -> None:
    assert speaks_of("It is in negotiation.", "Negotiation")
    assert speaks_of("quote v1 was cancelled", "Canceled")
    assert not speaks_of("renegotiation", "negotiation")
