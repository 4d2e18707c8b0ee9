from __future__ import annotations

from pathlib import Path

import orjson

from atlas.rollouts.group_file import GroupFile
from atlas.rollouts.training.arrival import arrival, arrivals
from tests.rollouts.samples import SEARCH, group


def test_a_file_gives_groups_with_what_it_says_of_them(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    with GroupFile(path) as file:
        file.append(group(0.0, 1.0))
    theirs = orjson.dumps({"tokens": [[1]], "masks": [[1]], "scores": [1.0]})
    path.write_bytes(path.read_bytes() + theirs + b"\n")
    ours, other = arrivals(path)
    assert ours == arrival(group(0.0, 1.0))
    assert (ours.tools, ours.environment, ours.simulated) == ((SEARCH,), "crm", True)
    assert (other.tools, other.environment, other.group.scores) == ((), "", [1.0])
