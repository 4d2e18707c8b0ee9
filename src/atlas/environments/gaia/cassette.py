"""A cassette: recorded web requests and their answers, played back without a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from atlas.core.json import JsonObject, dumps, from_json, loads_object
from atlas.errors import ConfigError, WorldError


@dataclass(frozen=True, slots=True)
class Recording:
    """One request that was made, and what came back. The key of the service is in neither."""

    endpoint: str
    request: JsonObject
    status: int
    response: JsonObject


class Cassette:
    """A file with one `Recording` a line. Where a request was recorded twice, the later one counts."""

    def __init__(self, path: Path, *, records: bool = False) -> None:
        """`records` lets the file be missing, and be added to. Raises `ConfigError` for a file that is wrong."""
        self.path, self.records = path, records
        self._found: dict[str, Recording] = {}
        if path.exists() or not records:
            self._load()

    def find(self, endpoint: str, request: JsonObject) -> Recording | None:
        return self._found.get(_key(endpoint, request))

    def add(self, recording: Recording) -> None:
        """Append to the file. Raises `WorldError` when it cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(dumps(recording) + "\n")
        except OSError as error:
            raise WorldError(f"cassette {self.path} cannot be written ({error.strerror})") from error
        self._found[_key(recording.endpoint, recording.request)] = recording

    def _load(self) -> None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cassette {self.path} cannot be read ({error}); check web.cassette") from error
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    recording = from_json(Recording, loads_object(line))
                except ValueError as error:
                    raise ConfigError(f"{self.path}:{number}: not a recorded request ({error})") from error
                self._found[_key(recording.endpoint, recording.request)] = recording


def _key(endpoint: str, request: JsonObject) -> str:
    return dumps([endpoint, request])
