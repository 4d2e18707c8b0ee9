"""Settings: the environment, a `.env` file and a YAML run config; the only reader of environment variables."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import yaml
from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from atlas.agents.config import AgentConfig
from atlas.errors import ConfigError
from atlas.learning.config import LearningConfig
from atlas.models.config import LLMConfig
from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig, StudentConfig
from atlas.storage.config import StorageConfig
from atlas.verify.config import RIMConfig

_SECRET = re.compile(r"(_KEY|_TOKEN|_SECRET|PASSWORD)$")
_OFF = {"", "0", "false", "no", "off"}


class Settings(BaseModel):
    """What the environment says: where things are, which databases, whether to stay offline."""

    model_config = ConfigDict(frozen=True)

    home: Path = Field(description="Where the embedded server keeps its data (ATLAS_HOME).")
    offline: bool = Field(description="Scripted models instead of real ones (ATLAS_OFFLINE_MODE).")
    crm_url: str | None = Field(description="One's own CRM database, from DB_HOST, DB_PORT, DB_USER ...")
    atlas_url: str | None = Field(description="One's own store of sessions (STORAGE__DATABASE_URL).")
    pg_bin: Path | None = Field(description="Folder with initdb and postgres for the embedded server (PG_BIN).")
    environ: Mapping[str, str] = Field(description="All variables, for the API keys that configs name.", repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
        """Read the environment over `.env`. Raises `ConfigError` naming the variable that is wrong."""
        in_file = {key: value for key, value in dotenv_values(dotenv).items() if value is not None}
        variables = {**in_file, **(os.environ if environ is None else environ)}
        bin_folder = variables.get("PG_BIN")
        return cls(
            home=_home(variables),
            offline=variables.get("ATLAS_OFFLINE_MODE", "").strip().lower() not in _OFF,
            crm_url=_crm_url(variables),
            atlas_url=variables.get("STORAGE__DATABASE_URL") or None,
            pg_bin=Path(bin_folder) if bin_folder else None,
            environ=variables,
        )

    def secrets(self) -> tuple[str, ...]:
        """Values that must not reach a log, an export or a child process: keys, passwords, database URLs."""
        named = (value for name, value in self.environ.items() if _SECRET.search(name))
        return tuple(sorted({value for value in (*named, self.crm_url or "", self.atlas_url or "") if value}))


def _home(variables: Mapping[str, str]) -> Path:
    if chosen := variables.get("ATLAS_HOME"):
        return Path(chosen).expanduser().absolute()
    data = variables.get("XDG_DATA_HOME") or "~/.local/share"
    return (Path(data) / "atlas").expanduser().absolute()


def _crm_url(variables: Mapping[str, str]) -> str | None:
    host = variables.get("DB_HOST")
    if not host:
        stray = [name for name in ("DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME") if variables.get(name)]
        if stray:
            raise ConfigError(f"{stray[0]} is set but DB_HOST is not; set DB_HOST too, or unset it")
        return None
    port = variables.get("DB_PORT") or "5432"
    if not port.isdigit():
        raise ConfigError(f"DB_PORT: {port!r} is not a port number")
    user, password = variables.get("DB_USER") or "crm_app", variables.get("DB_PASSWORD") or ""
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgresql://{login}@{host}:{port}/{quote(variables.get('DB_NAME') or 'crm_sandbox', safe='')}"


class AgentBlock(AgentConfig):
    """Block `agent` with the student's model."""

    llm: LLMConfig = Field(description="The student's model.")


class TeacherBlock(BaseModel):
    """Block `teacher`: who validates and guides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    llm: LLMConfig = Field(description="The teacher's model.")


class RIMBlock(RIMConfig):
    """Block `rim`: the reward ensemble with its two models."""

    small_model: LLMConfig = Field(description="The judges' model.")
    large_model: LLMConfig = Field(description="The arbiter's model.")


class LearningBlock(LearningConfig):
    """Block `learning` with the synthesizer's model."""

    llm: LLMConfig | None = Field(None, description="The synthesizer's model; without it `rim.large_model`.")


class RunConfig(BaseModel):
    """A run config file, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: AgentBlock
    student: StudentConfig = StudentConfig()
    teacher: TeacherBlock
    orchestration: OrchestrationConfig = OrchestrationConfig()
    adaptive_teaching: AdaptiveTeachingConfig = AdaptiveTeachingConfig()
    rim: RIMBlock
    learning: LearningBlock = LearningBlock()
    storage: StorageConfig = StorageConfig()


def load_run_config(path: Path) -> RunConfig:
    """Read a YAML run config. Raises `ConfigError` with file, line, key and the nearest known name."""
    try:
        text = path.read_text()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such config file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the config file cannot be read: {error}") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {_one_line(error)}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: a run config is a mapping with the blocks {', '.join(RunConfig.model_fields)}")
    return _validated(RunConfig, data, path, root)


Model = TypeVar("Model", bound=BaseModel)


def _validated(kind: type[Model], data: Any, path: Path, root: yaml.Node | None) -> Model:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        # A default that was not computed is the shadow of another fault, which is in the list itself.
        faults = [fault for fault in error.errors() if fault["type"] != "default_factory_not_called"]
        lines = [_sentence(kind, fault, path, root) for fault in faults]
        raise ConfigError("\n".join(lines)) from error


def _sentence(kind: type[BaseModel], fault: Any, path: Path, root: yaml.Node | None) -> str:
    where = tuple(str(part) for part in fault["loc"])
    place = f"{path}:{_line(root, where)}: {'.'.join(where)}"
    if fault["type"] == "extra_forbidden":
        known = sorted(_fields(kind, where[:-1]))
        near = difflib.get_close_matches(where[-1], known, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(known)}"
        return f"{place}: unknown key; {advice}"
    if fault["type"] == "missing":
        return f"{place}: this key is required"
    given = fault.get("input")
    shown = "" if isinstance(given, dict | list) else f" (given: {given!r})"
    return f"{place}: {fault['msg'][0].lower()}{fault['msg'][1:]}{shown}"


def _fields(kind: type[BaseModel], where: tuple[str, ...]) -> set[str]:
    """The names that a mapping at `where` may hold: the aliases where there are any."""
    for part in where:
        field = next((field for name, field in kind.model_fields.items() if part in (name, field.alias)), None)
        nested = None if field is None else _model_in(field.annotation)
        if nested is None:
            return set()
        kind = nested
    return {field.alias or name for name, field in kind.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next((kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _line(node: yaml.Node | None, where: tuple[str, ...]) -> int:
    """The line, from 1, of the key at `where`, or of its nearest parent that is there."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in where:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((key, value) for key, value in pairs if key.value == part), None)
        if found is None:
            return line
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
