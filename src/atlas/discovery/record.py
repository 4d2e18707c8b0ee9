"""The record of a discovery: what `.atlas/discover.json` says of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from atlas.core.json import JsonObject, JsonValue, to_json
from atlas.discovery.candidate import Candidate
from atlas.discovery.sources import digests
from atlas.discovery.trial import Trial
from atlas.discovery.wire import Target
from atlas.errors import ConfigError

FOLDER = ".atlas"
DISCOVERY = f"{FOLDER}/discover.json"
CONFIG = f"{FOLDER}/generated_config.yaml"
VERSION = 1
SAMPLE = 3
"""Steps of the trial that the record shows."""


class Part(msgspec.Struct, frozen=True):
    """The environment or the agent: where it is, how it was found, what it is made with."""

    module: str
    qualname: str
    label: str
    file: str
    found_by: str
    reason: str
    kwargs: dict[str, Any]

    @classmethod
    def of(cls, candidate: Candidate, kwargs: JsonObject) -> Part:
        found = candidate
        return cls(found.module, found.qualname, found.name, found.file, found.found_by, found.reason, kwargs)

    @property
    def target(self) -> Target:
        return Target(self.module, self.qualname, self.kwargs)

    @property
    def spelled(self) -> str:
        return f"{self.module}:{self.qualname}"


class Discovery(msgspec.Struct, frozen=True):
    """What was found and consented to. `sources` are the project's files that were imported, with their SHA-256."""

    version: int
    generated_at: str
    project_root: str
    environment: Part
    agent: Part
    sources: dict[str, str]
    task: str = ""
    capabilities: dict[str, Any] = {}
    schema: dict[str, Any] = {}
    reward: dict[str, Any] = {}
    telemetry: dict[str, Any] = {}
    sample_history: list[Any] = []
    plan_preview: Any = None
    final_answer_sample: str = ""
    preflight: dict[str, Any] = {}

    @classmethod
    def of(
        cls, root: Path, environment: Part, agent: Part, task: str, trial: Trial, notes: tuple[str, ...], now: str
    ) -> Discovery:
        """The record of a trial that worked."""
        return cls(
            version=VERSION,
            generated_at=now,
            project_root=str(root),
            environment=environment,
            agent=agent,
            sources=digests(root, trial.files),
            task=task,
            capabilities=_capabilities(trial),
            schema=_schema(trial),
            reward=_reward(trial),
            telemetry={"events": trial.events[:SAMPLE]},
            sample_history=trial.acts[:SAMPLE],
            plan_preview=trial.plan,
            final_answer_sample=trial.answer,
            preflight={"notes": list(notes)},
        )

    def to_json(self) -> JsonObject:
        value: JsonObject = to_json(self)
        return value


def read_discovery(root: Path) -> Discovery:
    """What was found in a project, when nothing of it has changed since.

    Raises `ConfigError` without a record, for one that cannot be read, and naming the files that changed: whoever
    consented to running them has not seen them.
    """
    path = root / DISCOVERY
    again = f"run `atlas env init {root} --force`"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Discovery)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: nothing has been discovered here yet; run `atlas env init {root}`") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); {again}") from error
    if found.version != VERSION or Path(found.project_root) != root:
        raise ConfigError(
            f"{path} was written for version {found.version} of the project at {found.project_root}; {again}"
        )
    now = digests(root, found.sources)
    if changed := [file for file, digest in found.sources.items() if now[file] != digest]:
        raise ConfigError(f"changed since it was discovered: {', '.join(changed)}; look at it, then {again}")
    return found


def _capabilities(trial: Trial) -> JsonObject:
    emitted = bool(trial.events)
    return {"control_loop": "tool", "supports_stepwise": True, "telemetry_agent_emitted": emitted}


def _schema(trial: Trial) -> JsonObject:
    action = trial.acts[0]["action"] if trial.acts else None
    return {"observation": _form(trial.first), "action": _form(action)}


def _reward(trial: Trial) -> JsonObject:
    last = trial.rewards[-1] if trial.rewards else None
    return {"total": sum(trial.rewards), "last": last, "steps": len(trial.acts)}


def _form(value: JsonValue) -> JsonValue:
    """The shape of a JSON value: its type, and for an object that of each field."""
    if isinstance(value, dict):
        return {key: _form(item) for key, item in value.items()}
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return names.get(type(value), "null")
