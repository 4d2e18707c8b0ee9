"""The manifest of a bundle: its runs, the commands behind its figures, and what every file must be."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from atlas import __version__
from atlas.core.json import from_json, loads_object, to_json
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json

FORMAT = 1
NAME = "manifest.json"
FIGURES = "figures"
SNAPSHOT = "database"


@dataclass(frozen=True, slots=True)
class Replay:
    """How an offline run is played again from the bundle: an `atlas` command line, its paths within the bundle.

    One that `follows` goes on with the playbooks and the history that other runs of the bundle had left it.
    """

    arguments: tuple[str, ...]
    follows: bool = False


@dataclass(frozen=True, slots=True)
class BundledRun:
    """A run in a bundle. Without a `replay`, `not_replayed` says why its sessions are taken as they were stored."""

    run_id: str
    command: str
    simulated: bool
    sessions: int
    replay: Replay | None = None
    not_replayed: str = ""


@dataclass(frozen=True, slots=True)
class BundledRollout:
    """Groups in a bundle. `groups_file` is their path within it; `replay` and `not_replayed` are as of a run."""

    name: str
    groups_file: str
    environment: str
    simulated: bool
    groups: int
    replay: Replay | None = None
    not_replayed: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A folder below `figures/` and the `atlas` command line that writes it, from the snapshot of the bundle."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds.

    `versions` is what it was made with: Atlas, Python, PostgreSQL and every package. `dated` is when its last
    session ended, in seconds since 1970: its reports bear that date. `files` is path -> SHA-256.
    """

    runs: tuple[BundledRun, ...]
    figures: tuple[Figure, ...]
    versions: dict[str, str]
    dated: int
    files: dict[str, str]
    rollouts: tuple[BundledRollout, ...] = ()
    format: int = FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Raises `StorageError` when it cannot be written."""
    write_json(folder / NAME, to_json(manifest))


def read_manifest(folder: Path) -> Manifest:
    """Raises `ConfigError` for a folder that is no bundle, or one of a later format."""
    path = folder / NAME
    try:
        data = loads_object(path.read_text())
        if data.get("format") != FORMAT:
            raise ConfigError(f"{path} is of format {data.get('format')!r}, and this Atlas reads {FORMAT}")
        return from_json(Manifest, data)
    except FileNotFoundError as error:
        raise ConfigError(f"{folder} is no bundle: it has no {NAME}; `atlas handoff build` makes one") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as a manifest: {error}") from error


def checksums(folder: Path) -> dict[str, str]:
    """Path within the folder -> SHA-256, for every file but the manifest itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    total = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def versions(server: str) -> dict[str, str]:
    """Atlas, Python, `server` (PostgreSQL), and every installed package."""
    found = {found.metadata["Name"]: found.version for found in metadata.distributions()}
    packages = {name.lower(): version for name, version in found.items() if name and name.lower() != "atlas"}
    own = {"atlas": __version__, "python": platform.python_version(), "postgresql": server}
    return own | dict(sorted(packages.items()))
