"""The records of two other projects, loaded by their own libraries where those are installed.

Neither is a dependency: `pip install verifiers`, and `pip install harbor` (Python 3.12 or newer).
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from atlas.core.group import Group, ReasoningGrade
from atlas.core.json import JsonObject
from atlas.core.messages import Usage
from atlas.export.training.formats import FORMATS
from tests.export.training.test_formats import hard
from tests.rollouts.samples import group

GRADE = ReasoningGrade("judge-1", "1", 0.5, "Step 1 guessed.", Usage(100, 20, 1, 0.002))


def graded() -> Group:
    made = group(0.5, 1.0)
    return replace(made, members=tuple(replace(each, reasoning=GRADE) for each in made.members))


def rows(name: str) -> list[JsonObject]:
    """Rows as they stand in a file."""
    return [json.loads(json.dumps(row)) for made in (hard(), graded(), group()) for row in FORMATS[name](made)]


def test_harbor_takes_every_trajectory_and_gives_it_back_as_it_was() -> None:
    trajectories = pytest.importorskip("harbor.models.trajectories")
    for row in rows("atif"):
        assert trajectories.Trajectory.model_validate(row).to_json_dict() == row


@pytest.mark.filterwarnings("ignore")
def test_verifiers_takes_every_trace_and_loses_nothing_of_it() -> None:
    library = pytest.importorskip("verifiers.v1")
    for row in rows("verifiers"):
        trace = library.WireTrace.model_validate(row)
        assert _within(row, json.loads(trace.model_dump_json()))
        assert trace.reward == pytest.approx(
            sum(each["score"] * each["weight"] for each in row["rewards"].values())
        )
        assert trace.has_error == bool(row["errors"])
        (branch,) = trace.branches
        assert len(branch.messages) == len(row["nodes"])
        assert branch.token_ids == [token for node in row["nodes"] for token in node["token_ids"]]
        assert branch.sampled_mask == [mask for node in row["nodes"] for mask in node["mask"]]


def _within(ours: object, theirs: object) -> bool:
    """Whether all that we wrote is there; the library adds its defaults."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(key in theirs and _within(value, theirs[key]) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_within, ours, theirs))
    return ours == theirs
