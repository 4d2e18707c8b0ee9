"""Sources: the Python files of a project, read and parsed, never imported."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from atlas.errors import ConfigError

LARGEST_BYTES = 1_000_000
MOST_FILES = 5_000
SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "tests", "test"})
"""Folders of a project in which nothing is looked for. What lies above the project does not matter."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `path` is relative to the project, with slashes; `module` is what an import calls it."""

    path: str
    module: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a project that could be read, in the order of their paths, and a sentence for each other one."""

    files: tuple[Source, ...]
    notes: tuple[str, ...]


def read_sources(root: Path) -> Sources:
    """Every Python file below `root`. Raises `ConfigError` when that is no folder."""
    if not root.is_dir():
        raise ConfigError(f"{root} is not a folder; name the project's root")
    files: list[Source] = []
    notes: list[str] = []
    for number, path in enumerate(_python_files(root)):
        if number == MOST_FILES:
            notes.append(f"only the first {MOST_FILES:,} files were read; name a smaller folder")
            break
        try:
            if (source := _read(root, path)) is not None:
                files.append(source)
        except (OSError, SyntaxError, ValueError, RecursionError) as error:
            notes.append(f"{path.relative_to(root).as_posix()} was not read: {error}")
    return Sources(tuple(files), tuple(notes))


def digests(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each file of the project, empty for one that cannot be read any more."""
    return {path: _digest(root / path) for path in sorted(paths)}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _python_files(root: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if _is_searched(Path(folder, name)))
        yield from (Path(folder, name) for name in sorted(names) if _may_define(name))


def _is_searched(folder: Path) -> bool:
    virtual = (folder / "pyvenv.cfg").exists()
    return not (folder.name in SKIPPED or folder.name.startswith(".") or virtual)


def _may_define(name: str) -> bool:
    return name.endswith(".py") and not name.startswith("test_") and name not in ("conftest.py", "setup.py")


def _read(root: Path, path: Path) -> Source | None:
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"it has more than {LARGEST_BYTES:,} bytes")
    relative = path.relative_to(root)
    module = _module(relative)
    return Source(relative.as_posix(), module, ast.parse(path.read_bytes())) if module else None


def _module(relative: Path) -> str:
    """The dotted name under which the file is imported; empty when no import can name it."""
    parts = list(relative.with_suffix("").parts)
    if parts[0] == "src" and len(parts) > 1:
        parts = parts[1:]
    if parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""
