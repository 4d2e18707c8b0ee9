from __future__ import annotations

from atlas.core.messages import Usage
from atlas.telemetry.tally import Tally
from tests.reports.played import OUTAGE, session


def test_an_arm_so_far_on_one_line() -> None:
    tally = Tally("learning", total=8, started_s=100.0)
    assert tally.line(100.0) == "learning 0/8, success -, cost $0.0000, ETA -"
    tally.add(session("a", True))
    tally.add(session("b", False))
    assert tally.line(130.0) == "learning 2/8, success 50.0 % (1/2), cost $0.0040, ETA 1:30"


def test_failures_are_not_in_the_rate() -> None:
    tally = Tally("learning", total=2, started_s=0.0)
    tally.add(session("a", True))
    tally.add(session("b", None, failure=OUTAGE))
    assert tally.line(5.0) == "learning 2/2, success 100.0 % (1/1), cost $0.0040, ETA 0:00, 1 infra failures"
    assert tally.complete


def test_an_unknown_price_and_a_simulation_are_said() -> None:
    tally = Tally("learning", total=2, started_s=0.0)
    tally.add(session("a", True, simulated=True, usage={"student": Usage(1, 1, 1, None)}))
    assert "cost unknown" in tally.line(1.0)
    assert tally.line(1.0).endswith("SIMULATED")


def test_nobody_knows_how_many_there_will_be() -> None:
    tally = Tally("served", None, started_s=0.0)
    tally.add(session("a", True))
    assert tally.line(now_s=10.0) == "served 1, success 100.0 % (1/1), cost $0.0020, ETA -"
    assert not tally.complete
