"""Replays: which run an output folder holds, however deep the command puts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.runs.handoff.replays import run_in


@pytest.mark.parametrize("name", ["run.json", "metrics.json"])
def test_a_folder_of_its_own(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"run_id": "run-1"}')
    (tmp_path / "playbooks").mkdir()
    assert run_in(tmp_path) == "run-1"


def test_a_folder_within_as_quickstart_makes_it(tmp_path: Path) -> None:
    (tmp_path / "run-1").mkdir()
    (tmp_path / "run-1/metrics.json").write_text('{"run_id": "run-1"}')
    assert run_in(tmp_path) == "run-1"
