"""The files that a learning report is given: labels of entries, and the manifest of a previous report."""

from __future__ import annotations

from pathlib import Path

import orjson

from atlas.core.json import JsonValue
from atlas.errors import ConfigError
from atlas.reports.learning.part import Labels
from atlas.reports.learning.previous import (
    PreviousArtifact,
    PreviousReport,
    PreviousSummary,
    manifest_from,
    summary_from,
)
from atlas.reports.learning.summary import FORMAT


def read_labels(path: Path | None) -> Labels:
    """The labels of a JSON file: one object, entry id -> label. Raises `ConfigError` naming file and key."""
    if path is None:
        return Labels()
    value = _json(path, "--playbook-entry-labels")
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: the labels must be one JSON object, entry id -> label")
    for entry_id, label in value.items():
        if not isinstance(label, str) or not label.strip():
            raise ConfigError(f"{path}: {entry_id}: a label is a text that is not empty, got {_shown(label)}")
    return Labels(str(path), tuple(sorted((entry_id, label.strip()) for entry_id, label in value.items())))


def read_previous(path: Path | None) -> PreviousReport | None:
    """A manifest and the summaries that it names; a summary that cannot be read is kept as the reason why.

    Raises `ConfigError` for what is no manifest and for one of a later version.
    """
    if path is None:
        return None
    value = _json(path, "--compare-to")
    try:
        manifest = manifest_from(value)
    except ValueError as error:
        raise ConfigError(
            f"{path} is not the index.json of a learning report ({error}); name the one to compare with"
        ) from error
    if manifest.format > FORMAT:
        raise ConfigError(
            f"{path} has format {manifest.format}, and this Atlas reads up to {FORMAT}; upgrade Atlas, or compare "
            "with a report of this version"
        )
    summaries: list[PreviousSummary] = []
    unreadable: dict[str, str] = {}
    for name, artifact in manifest.artifacts.items():
        found = _summary(path, artifact)
        if isinstance(found, str):
            unreadable[artifact.learning_key or name] = found
        else:
            summaries.append(found)
    return PreviousReport(str(path), manifest.format, tuple(summaries), unreadable)


def _summary(index: Path, artifact: PreviousArtifact) -> PreviousSummary | str:
    """Beside the manifest, or where it says from here, as older versions wrote it."""
    places = [index.parent / artifact.json, Path(artifact.json)]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return f"{index} names {artifact.json}, which is not there"
    try:
        return summary_from(orjson.loads(path.read_bytes()), artifact)
    except (OSError, ValueError) as error:
        return f"{path} cannot be read as a summary: {error}"


def _json(path: Path, flag: str) -> JsonValue:
    try:
        return orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ConfigError(f"{flag} {path}: there is no such file") from error
    except IsADirectoryError as error:
        raise ConfigError(f"{flag} {path} is a folder; name the file in it") from error
    except OSError as error:
        raise ConfigError(f"{flag} {path} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error


def _shown(value: JsonValue) -> str:
    return orjson.dumps(value).decode()[:60]
