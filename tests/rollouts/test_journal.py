"""The journal: what is in it survives a kill, and nothing is in it twice."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from atlas.core.messages import Usage
from atlas.errors import ConfigError, StorageError
from atlas.rollouts.journal import Delivered, LeftOut, group_id, notes_path, open_journal
from tests.rollouts.samples import group

CONFIG = {"seed": 42}


def begun(path: Path, *steps: int) -> None:
    """A journal with the groups of `steps`, in that order."""
    with open_journal(path) as journal:
        assert journal.read() is None
        journal.begin(CONFIG)
        for step in steps:
            journal.add(group(1.0, 0.0, group_id=group_id(step)))


def test_a_journal_remembers_what_was_handled_and_what_it_cost(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "groups.jsonl"
    begun(path, 0, 2)
    with open_journal(path) as journal:
        assert journal.read() == CONFIG
        journal.note(LeftOut(1, "all scores are equal", Usage(1, 1, 1, 0.5)))
        journal.note(Delivered(2, "HTTP 422"))
    with open_journal(path) as journal:
        journal.read()
        assert journal.written == {0, 2}
        assert journal.handled == {0, 1, 2}
        assert journal.left_out[1].reason == "all scores are equal"
        assert journal.delivered == {2: Delivered(2, "HTTP 422")}
        assert journal.spent.cost_usd == pytest.approx(0.5 + 2 * 2 * 0.001)
        with pytest.raises(ValueError, match=r"is in .* already"):
            journal.add(group(1.0, 0.0, group_id=group_id(2)))


def test_half_lines_that_a_kill_left_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path, 0, 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with notes_path(path).open("ab") as notes:
        notes.write(b'{"note":"left_out","st')
    with open_journal(path) as journal:
        assert journal.read() == CONFIG
        assert journal.handled == {0}
        journal.note(LeftOut(1, "later"))
    with open_journal(path) as journal:
        journal.read()
        assert journal.handled == {0, 1}


def test_sorted_groups_stand_in_the_order_of_their_steps(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    begun(one, 0, 1, 2)
    begun(other, 2, 0, 1)
    assert one.read_bytes() != other.read_bytes()
    with open_journal(other) as journal:
        journal.read()
        journal.sort()
    assert one.read_bytes() == other.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_journal_without_a_group_is_new(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path)
    with open_journal(path) as journal:
        assert journal.read() is None
        journal.begin({"seed": 7})
    lines = notes_path(path).read_text().splitlines()
    assert [json.loads(line)["config"] for line in lines] == [{"seed": 7}]


def test_an_unused_journal_leaves_no_files(tmp_path: Path) -> None:
    with open_journal(tmp_path / "groups.jsonl"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_runs_cannot_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    with open_journal(path), pytest.raises(ConfigError, match="is being written by another run"):
        with open_journal(path):
            pass


@pytest.mark.parametrize("text", ['{"scores": [1.0], "tokens": [[1]], "masks": [[1]]}\n', "{}\n", "no json\n"])
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path, 0)
    path.write_text(text)
    with open_journal(path) as journal, pytest.raises(ConfigError, match="did not write"):
        journal.read()
    assert path.read_text() == text


def test_groups_without_their_notes_cannot_be_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path, 0)
    notes_path(path).unlink()
    with open_journal(path) as journal, pytest.raises(ConfigError, match="does not say how the groups"):
        journal.read()


def test_notes_of_somebody_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path, 0)
    notes_path(path).write_text('{"note":"unknown"}\n')
    with open_journal(path) as journal, pytest.raises(ConfigError, match="did not write"):
        journal.read()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"file/groups.run.jsonl cannot be written"):
        with open_journal(tmp_path / "file" / "groups.jsonl"):
            pass


def test_a_full_disk_leaves_the_notes_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    begun(path, 0)
    before = notes_path(path).read_bytes()
    with open_journal(path) as journal:
        journal.read()
        with limited_files(len(before) + 10), pytest.raises(StorageError, match="cannot be written"):
            journal.note(LeftOut(1, "a reason that is longer than the space that is left"))
    assert notes_path(path).read_bytes() == before


class limited_files:
    """Inside, no file grows beyond `size` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *raised: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def test_a_run_keeps_its_name_and_a_new_one_gets_another(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    names = iter(["first", "second"])
    begun(path, 0)
    for _ in range(2):
        with open_journal(path) as journal:
            journal.read()
            assert journal.name(lambda: next(names)) == "first"
            assert journal.name(lambda: next(names)) == "first"
    with open_journal(path) as journal:
        journal.read()
        journal.begin(CONFIG)
        assert journal.name(lambda: next(names)) == "second"
