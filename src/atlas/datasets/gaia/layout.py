"""The layout of a GAIA dataset: where its questions, answers and attachments lie, and what a row holds.

<root>/2023/<split>/metadata.jsonl      a question a line; or metadata.parquet, the form that the hub has now
<root>/2023/<split>/<file_name>         attachments
<root>/answers/2023/<split>.jsonl       optional: the answers apart, as gaia-mini keeps them
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject, JsonValue
from atlas.datasets.rows import parse_object, read_lines
from atlas.errors import ConfigError, DatasetError

Split: TypeAlias = Literal["validation", "test"]

YEAR = "2023"
UNPUBLISHED = "?"
"""What the official test split has in the place of an answer."""


@dataclass(frozen=True, slots=True)
class GaiaRow:
    """One question. `line` counts from 1; `answer` is None where it is not published."""

    task_id: str
    question: str
    level: int
    answer: str | None
    file_name: str | None
    line: int


@dataclass(frozen=True, slots=True)
class GaiaLayout:
    """One split of the dataset below `root`."""

    root: Path
    split: Split

    @property
    def folder(self) -> Path:
        """Where the attachments lie."""
        return self.root / YEAR / self.split

    @property
    def answers(self) -> Path:
        return self.root / "answers" / YEAR / f"{self.split}.jsonl"

    def metadata(self) -> Path:
        """The file with the questions. Raises `DatasetError` when there is none."""
        for name in ("metadata.jsonl", "metadata.parquet"):
            if (self.folder / name).is_file():
                return self.folder / name
        if not self.root.is_dir():
            reason = "there is no such folder; fetch the dataset with `atlas gaia download`, or use data/gaia_mini"
            raise DatasetError(reason, path=self.root)
        reason = (
            f"no GAIA dataset: {YEAR}/{self.split}/metadata.jsonl (or .parquet) is missing; `atlas gaia download`"
        )
        raise DatasetError(reason, path=self.root)

    def rows(self) -> list[GaiaRow]:
        """The questions in file order. Raises `DatasetError` for a file, a line or a key that is wrong."""
        path = self.metadata()
        raw = _parquet_rows(path) if path.suffix == ".parquet" else _jsonl_rows(path)
        answers = self._answers()
        first: dict[str, int] = {}
        found = []
        for line, values in raw:
            row = _row(values, answers, path, line)
            if (earlier := first.setdefault(row.task_id, line)) != line:
                reason = f"{row.task_id!r} is already on line {earlier}; task ids must differ"
                raise DatasetError(reason, path=path, line=line, key="task_id")
            found.append(row)
        if not found:
            raise DatasetError("the dataset is empty: it has no questions; download it again", path=path)
        return found

    def _answers(self) -> dict[str, str] | None:
        """Task id -> answer where these are kept apart."""
        if not self.answers.is_file():
            return None
        found = {}
        for line, text in read_lines(self.answers):
            values = parse_object(text, self.answers, line)
            task_id = _text(values, "task_id", self.answers, line)
            found[task_id] = _text(values, "Final answer", self.answers, line)
        return found


def _jsonl_rows(path: Path) -> Iterator[tuple[int, JsonObject]]:
    for line, text in read_lines(path):
        yield line, parse_object(text, path, line)


def _parquet_rows(path: Path) -> Iterator[tuple[int, JsonObject]]:
    try:
        from pyarrow import ArrowException  # type: ignore[import-untyped]
        from pyarrow.parquet import read_table  # type: ignore[import-untyped]
    except ImportError as error:
        raise ConfigError(f"{path} is a parquet file, which needs pyarrow: pip install 'atlas[hub]'") from error
    try:
        rows = read_table(path).to_pylist()
    except (ArrowException, OSError) as error:
        raise DatasetError(f"cannot be read as parquet ({str(error).splitlines()[0]})", path=path) from error
    yield from enumerate(rows, 1)


def _row(values: JsonObject, answers: dict[str, str] | None, path: Path, line: int) -> GaiaRow:
    task_id = _text(values, "task_id", path, line)
    if answers is None:
        answer: JsonValue = values.get("Final answer")
    elif task_id not in answers:
        raise DatasetError(f"the answers have none for {task_id!r}", path=path, line=line, key="task_id")
    else:
        answer = answers[task_id]
    published = answer is not None and str(answer).strip() not in ("", UNPUBLISHED)
    return GaiaRow(
        task_id,
        _text(values, "Question", path, line),
        _level(values, path, line),
        str(answer) if published else None,
        _file_name(values, path, line),
        line,
    )


def _text(values: JsonObject, key: str, path: Path, line: int) -> str:
    value = values.get(key)
    if value is None:
        raise DatasetError("missing key, add it", path=path, line=line, key=key)
    if not (text := str(value)).strip():
        raise DatasetError("is blank", path=path, line=line, key=key)
    return text


def _level(values: JsonObject, path: Path, line: int) -> int:
    """The hub's parquet has text here, the older files have numbers."""
    level = str(values.get("Level", "")).strip()
    if level not in ("1", "2", "3"):
        raise DatasetError(f"must be 1, 2 or 3, got {values.get('Level')!r}", path=path, line=line, key="Level")
    return int(level)


def _file_name(values: JsonObject, path: Path, line: int) -> str | None:
    name = str(values.get("file_name") or "").strip()
    if "/" in name or "\\" in name or name in (".", ".."):
        raise DatasetError(f"must be a plain file name, got {name!r}", path=path, line=line, key="file_name")
    return name or None
