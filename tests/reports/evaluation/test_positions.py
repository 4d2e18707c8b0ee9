from __future__ import annotations

from atlas.reports.evaluation.positions import positions, wrong_only_in_state
from atlas.reports.statistics.intervals import wilson
from tests.reports.evaluation.evaluated import played
from tests.reports.played import OUTAGE, session

SESSIONS = [
    played("a", [True, True, True]),
    played("b", [True, False, True]),
    played("c", [False, False]),
    played("d", [True]),
    session("lost", None, failure=OUTAGE),
]


def test_every_turn_is_counted_and_where_it_broke_first() -> None:
    found = positions(SESSIONS)
    assert [place.turn for place in found] == [1, 2, 3]
    assert [(place.right.passed, place.right.total) for place in found] == [(3, 4), (1, 3), (2, 2)]
    broke = [(place.broke.passed, place.broke.total) for place in found]
    assert broke == [(1, 4), (1, 2), (0, 1)], "c was broken before turn 2, b before turn 3"
    assert found[0].broke.interval == wilson(1, 4)


def test_nothing_scored_has_no_positions() -> None:
    assert positions([session("lost", None, failure=OUTAGE)]) == ()


def test_a_wrong_state_behind_right_replies() -> None:
    silent = played("e", [True, True], state=False)
    found = wrong_only_in_state([*SESSIONS, silent])
    assert (found.passed, found.total) == (1, 3)
