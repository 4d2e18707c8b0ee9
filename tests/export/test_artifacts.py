from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas.core.messages import Usage
from atlas.errors import StorageError
from atlas.export.artifacts import Replacement, write_bytes, write_json, write_jsonl, write_text


@pytest.fixture
def full_disk() -> Iterator[int]:
    """No file of this process may grow beyond 64 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield 65_536
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_bytes_and_json(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "folder" / "README.md", "# Größe\n")
    assert (tmp_path / "new/folder/README.md").read_bytes() == "# Größe\n".encode()
    write_bytes(tmp_path / "a.png", b"\x89PNG")
    assert (tmp_path / "a.png").read_bytes() == b"\x89PNG"
    write_json(tmp_path / "a.json", {"b": 1, "a": Usage(1, 2, 3, None)})
    assert (tmp_path / "a.json").read_text().startswith('{\n  "b": 1,\n  "a": {\n    "prompt_tokens": 1')
    assert (tmp_path / "a.json").read_text().endswith("}\n")


def test_lines_with_sorted_keys_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"

    def rows() -> Iterator[dict[str, int]]:
        yield {"b": 1, "a": 2}
        assert not path.exists(), "not in its place before it is whole"
        yield {"c": 3}

    assert write_jsonl(path, rows()) == 2
    assert path.read_text() == '{"a":2,"b":1}\n{"c":3}\n'
    assert names(tmp_path) == ["rows.jsonl"]


def test_an_existing_file_is_replaced_and_has_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a long text that stood here before")
    write_text(path, "new")
    assert path.read_text() == "new"
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_full_disk_names_the_file_and_damages_nothing(tmp_path: Path, full_disk: int) -> None:
    path = tmp_path / "sessions.jsonl"
    path.write_text("what was there before\n")
    rows = ({"n": n, "text": "x" * 1000} for n in range(full_disk))
    with pytest.raises(
        StorageError, match=r"sessions\.jsonl cannot be written: File too large; what was there"
    ) as error:
        write_jsonl(path, rows)
    assert str(path) in str(error.value)
    assert path.read_text() == "what was there before\n"
    assert names(tmp_path) == ["sessions.jsonl"]


def test_a_disk_that_is_full_only_at_the_end(tmp_path: Path, full_disk: int) -> None:
    """The last byte leaves the buffer when the file is closed."""
    path = tmp_path / "a.bin"
    with pytest.raises(StorageError, match="File too large"):
        write_bytes(path, b"x" * (full_disk + 1))
    assert names(tmp_path) == []


def test_an_exception_in_the_block_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def half() -> None:
        with Replacement(path) as file:
            file.write(b"half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_what_the_rows_raise_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise FileNotFoundError("the source")

    with pytest.raises(FileNotFoundError, match="the source"):
        write_jsonl(tmp_path / "a.jsonl", rows())
    assert names(tmp_path) == []


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(StorageError, match=r"a\.txt cannot be written: Is a directory"):
        write_text(tmp_path / "a.txt", "text")
    assert names(tmp_path) == ["a.txt"]


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StorageError, match=r"out/a\.txt cannot be written"):
        write_text(tmp_path / "out" / "a.txt", "text")
