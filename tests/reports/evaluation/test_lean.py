from __future__ import annotations

from dataclasses import replace

from atlas.core.json import dumps
from atlas.core.session import Session
from atlas.reports.evaluation.effort import effort
from atlas.reports.evaluation.lean import lean
from atlas.reports.measure import arm_metrics
from tests.reports.played import judged, session


def rich() -> Session:
    panel, reward, proposal = judged()
    return replace(session("a", True, turns=[True, True]), panel=panel, reward=reward, proposal=proposal)


def test_what_is_measured_stays() -> None:
    for measure in (lambda s: arm_metrics("before", [s]), lambda s: effort([s])):
        assert measure(lean(rich())) == measure(rich())


def test_what_was_said_goes() -> None:
    text = dumps(lean(rich()))
    for said in ("request 1", "Quote Q1", "It is sent", "Search first", "1500", "prompt one", '"name": "Q1"'):
        assert said in dumps(rich()).replace('\\"', '"')
        assert said not in text.replace('\\"', '"')
    assert len(text) < len(dumps(rich())) / 1.5


def test_a_session_that_was_not_played() -> None:
    bare = replace(session("a", None), played=None)
    assert lean(bare) == bare
