"""The page of a bundle: each run with how it is played again, or why not."""

from __future__ import annotations

from atlas.runs.handoff.manifest import BundledRollout, BundledRun, Figure, Manifest, Replay
from atlas.runs.handoff.readme import readme

RUN = BundledRun("run-1", "crm eval", True, 4, Replay(("crm", "eval", "--dataset", "data sets/a.jsonl")))
KEPT = BundledRun("run-2", "run", False, 7, None, "real models played it (gpt-4.1)")
GROUPS = BundledRollout("deals", "rollouts/deals/deals.jsonl", "crm", False, 3, None, "a real model played it")


def manifest(*runs: BundledRun, rollouts: tuple[BundledRollout, ...] = ()) -> Manifest:
    return Manifest(runs, (Figure("crm", ("crm", "report", "run-1")),), {"atlas": "1.2"}, 0, {}, rollouts)


def test_each_run_says_how_it_is_played_again_or_why_not() -> None:
    page = readme(manifest(RUN, KEPT, rollouts=(GROUPS,)))
    assert "# Hand-off bundle (SIMULATED)" in page
    assert (
        "* `run-1` (`atlas crm eval`, SIMULATED): 4 sessions; `atlas crm eval --dataset 'data sets/a.jsonl'`"
        in page
    )
    assert "* `run-2` (`atlas run`): 7 sessions; not played again: real models played it (gpt-4.1)" in page
    rollout = (
        "* `rollouts/deals/deals.jsonl` (`atlas rollout process crm`): 3 groups; not played again: a real model"
    )
    assert rollout in page
    assert "atlas crm report run-1\n" in page


def test_only_what_is_there_is_named() -> None:
    assert "rollouts/" not in readme(manifest(KEPT))
    assert "SIMULATED" not in readme(manifest(KEPT))
