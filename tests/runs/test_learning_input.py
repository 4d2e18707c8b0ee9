"""Files that a learning report is given: what is wrong with them is one sentence with the place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.learning_input import read_labels, read_previous


def write(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_labels(tmp_path: Path) -> None:
    found = read_labels(write(tmp_path / "labels.json", {"e2": " wrong_date ", "e1": "mine"}))
    assert found.by_entry == (("e1", "mine"), ("e2", "wrong_date"))
    assert read_labels(None).by_entry == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", r"labels.json:1: not JSON"),
        ([], "must be one JSON object, entry id -> label"),
        ({"e1": 3}, r"labels.json: e1: a label is a text that is not empty, got 3"),
        ({"e1": " "}, "e1: a label is a text"),
    ],
)
def test_labels_that_cannot_be_used(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_labels(write(tmp_path / "labels.json", content))
    with pytest.raises(ConfigError, match=r"--playbook-entry-labels .*there is no such file"):
        read_labels(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="is a folder"):
        read_labels(tmp_path)


def test_a_previous_report(tmp_path: Path) -> None:
    write(tmp_path / "a_summary.json", {"learning_key": "a", "simulated": True, "session_count": 3})
    write(tmp_path / "c_summary.json", "not a summary")
    artifacts = {
        "a": {"json": "a_summary.json"},
        "b": {"json": "b_summary.json", "learning_key": "b"},
        "c": {"json": "c_summary.json"},
    }
    found = read_previous(write(tmp_path / "index.json", {"format": 1, "artifacts": artifacts}))
    assert found is not None
    assert [summary.learning_key for summary in found.summaries] == ["a"]
    assert found.unreadable["b"].endswith("names b_summary.json, which is not there")
    assert "cannot be read as a summary" in found.unreadable["c"]
    assert read_previous(None) is None


def test_an_older_manifest_names_files_from_where_it_was_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/learning"
    folder.mkdir(parents=True)
    write(folder / "a_summary.json", {"learning_key": "a"})
    index = write(folder / "index.json", {"artifacts": {"a": {"json": "results/learning/a_summary.json"}}})
    found = read_previous(index)
    assert found is not None
    assert (found.format, len(found.summaries)) == (0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "not JSON"),
        ({"keys": []}, r"is not the index.json of a learning report .*artifacts"),
        ({"format": 99, "artifacts": {}}, "has format 99, and this Atlas reads up to 1; upgrade"),
    ],
)
def test_previous_reports_that_cannot_be_used(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_previous(write(tmp_path / "index.json", content))
