from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.stored_evaluation import named_run


def test_a_run_is_named_by_its_id() -> None:
    assert named_run("20260302T090000Z-0000abcd") == "20260302T090000Z-0000abcd"


@pytest.mark.parametrize("name", ["run.json", "metrics.json"])
def test_a_folder_stands_for_the_run_it_belongs_to(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps({"run_id": "run-1", "arms": []}))
    assert named_run(str(tmp_path)) == "run-1"


def test_another_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"holds neither run.json nor metrics.json; name a folder that `atlas crm"
    ):
        named_run(str(tmp_path))


@pytest.mark.parametrize("text", ["", "[]", '{"id": "run-1"}', '{"run_id": 7}'])
def test_a_file_that_names_no_run_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(ConfigError, match=r"metrics.json does not name the run it belongs to"):
        named_run(str(tmp_path))
