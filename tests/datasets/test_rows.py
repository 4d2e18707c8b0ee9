"""Strict rows: every line either fits or says where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas.datasets.rows import parse_object, parse_row, read_lines
from atlas.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Inner:
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    inner: tuple[Inner, ...]
    by_id: dict[str, Inner]


GOOD = '{"name":"a","inner":[{"size":1},{"size":2}],"by_id":{"x":{"size":3}}}'


def test_a_right_row_is_the_noun() -> None:
    assert parse_row(Row, GOOD, "f.jsonl", 1) == Row("a", (Inner(1), Inner(2)), {"x": Inner(3)})


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('{"name":1,"inner":[],"by_id":{}}', "name", "str"),
        ('{"name":"a","inner":[{"size":1},{"size":"2"}],"by_id":{}}', "inner.1.size", "int"),
        ('{"name":"a","inner":[{}],"by_id":{}}', "inner.0.size", "missing key"),
        ('{"inner":[],"by_id":{}}', "name", "missing key"),
        ('{"name":"a","inner":[],"by_id":{},"nome":1}', "nome", "unknown key"),
        ('{"name":"a","inner":[{"size":1},{"size":2,"sise":3}],"by_id":{}}', "inner.1.sise", "unknown key"),
        ('{"name":"a","inner":[],"by_id":{"x":{"size":3,"z":1}}}', "by_id.x.z", "unknown key"),
        ('{"name":"a","inner":[],"by_id":{"x":{"size":3.5}}}', "by_id.....size", "int"),
    ],
)
def test_a_wrong_row_names_file_line_key_and_reason(text: str, key: str, reason: str) -> None:
    with pytest.raises(DatasetError) as caught:
        parse_row(Row, text, "data/f.jsonl", 7)
    error = caught.value
    assert (str(error.path), error.line, error.key) == ("data/f.jsonl", 7, key)
    assert reason in error.reason
    assert str(error) == f"data/f.jsonl:7: {key}: {error.reason}"


@pytest.mark.parametrize("text", ["", "[1]", "3", "null", '{"a":', "{'a': 1}", '{"a": NaN}', '{"a":1} {"b":2}'])
def test_what_is_no_object_is_named_with_its_line(text: str) -> None:
    with pytest.raises(DatasetError, match=r"^f\.jsonl:3: not a JSON object"):
        parse_object(text, "f.jsonl", 3)


def test_lines_keep_their_numbers_when_blank_ones_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text("\n{}\n   \n{}")
    assert list(read_lines(path)) == [(2, "{}"), (4, "{}")]


def test_only_newlines_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"a":"one\u2028two\x85three"}\n')
    assert [number for number, _ in read_lines(path)] == [1]


@pytest.mark.parametrize("content", [b"", b"\n \n\n"])
def test_an_empty_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match="the file is empty"):
        read_lines(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no such file; check the path") as caught:
        read_lines(tmp_path / "none.jsonl")
    assert caught.value.path == tmp_path / "none.jsonl"


def test_a_binary_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(DatasetError, match="cannot be read as UTF-8 text"):
        read_lines(path)


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        read_lines(tmp_path)
