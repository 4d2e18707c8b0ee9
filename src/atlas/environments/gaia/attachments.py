"""Attachments: the files a task comes with, copied into its workspace; a .zip is unpacked as well."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas.core.json import JsonObject, JsonValue
from atlas.environments.gaia.paths import names_of
from atlas.environments.gaia.workspace import MAX_FILES, MAX_TOTAL_BYTES
from atlas.errors import ToolError, WorldError


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the dataset: the name that it gets in the workspace, and where it lies."""

    name: str
    source: Path


def attachments_of(content: JsonObject) -> tuple[Attachment, ...]:
    """The attachments of a setup: {"files": [{"name": ..., "source": ...}]}. Raises `ValueError`."""
    files: JsonValue = content.get("files", [])
    if set(content) - {"files"} or not isinstance(files, list):
        raise ValueError('the content of a GAIA setup is {"files": [{"name": ..., "source": ...}]}')
    found = []
    for file in files:
        if not isinstance(file, dict) or set(file) != {"name", "source"}:
            raise ValueError(f"a file of a GAIA setup has a name and a source, got {file!r}")
        name = str(file["name"])
        if "/" in name or name in ("", ".", ".."):
            raise ValueError(f"the name of an attachment is a plain file name, got {name!r}")
        found.append(Attachment(name, Path(str(file["source"]))))
    return tuple(found)


def place(attachments: Sequence[Attachment], directory: Path) -> None:
    """Copy the attachments into an empty directory. Raises `WorldError` for one that cannot be had."""
    for attachment in attachments:
        try:
            data = attachment.source.read_bytes()
            (directory / attachment.name).write_bytes(data)
        except OSError as error:
            reason = f"the attachment {attachment.source} cannot be copied ({error.strerror})"
            raise WorldError(reason) from error
        if attachment.name.lower().endswith(".zip"):
            _unpack(directory / attachment.name, directory)


def _unpack(archive: Path, directory: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in members(opened):
                target = directory / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    target.write_bytes(opened.read(member))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise WorldError(f"the attachment {archive.name} cannot be unpacked ({error})") from error


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The plain files of an archive that may be unpacked: none that leads out, not too many, not too large."""
    kept: list[zipfile.ZipInfo] = []
    total = 0
    for member in archive.infolist():
        mode = member.external_attr >> 16
        if member.is_dir() or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode)):
            continue
        try:
            names_of(member.filename)
        except ToolError:
            continue
        total += member.file_size
        if total <= MAX_TOTAL_BYTES and len(kept) < MAX_FILES:
            kept.append(member)
    return kept
