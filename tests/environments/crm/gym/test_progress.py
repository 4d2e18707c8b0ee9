"""Progress: reference calls made, and got through, each in its turn and once."""

from __future__ import annotations

from atlas.core.tasks import Target
from atlas.environments.crm.gym.progress import Progress, progress
from tests.environments.crm.gym.episodes import TARGET, deed, refused, reply


def test_calls_count_once_and_in_their_turn() -> None:
    deeds = [deed("opportunity_search"), deed("opportunity_search"), reply(), deed("modify_opportunity", turn=2)]
    assert progress(TARGET, deeds) == Progress(expected=3, made=1, through=1)


def test_a_call_that_failed_was_made_but_is_not_through() -> None:
    deeds = [deed("modify_opportunity", error="no")]
    assert progress(TARGET, deeds) == Progress(3, 1, 0)
    assert progress(TARGET, [*deeds, deed("modify_opportunity")]) == Progress(3, 1, 1)


def test_where_a_request_must_be_refused_a_failed_call_is_through() -> None:
    assert progress(refused(TARGET), [deed("modify_opportunity", error="closed")]) == Progress(3, 1, 1)


def test_shares() -> None:
    assert (Progress(4, 2, 1).made_share, Progress(4, 2, 1).through_share) == (0.5, 0.25)
    assert (Progress(0, 0, 0).made_share, Progress(0, 0, 0).through_share) == (0.0, 0.0)
    assert progress(Target(()), [deed("client_search")]) == Progress(0, 0, 0)
