"""Settings: what the environment says, and the blocks of a run config; the only reader of environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from atlas.agents.config import AgentConfig
from atlas.environments.gaia.config import GaiaConfig
from atlas.errors import ConfigError
from atlas.learning.config import LearningConfig
from atlas.models.config import LLMConfig, Provider
from atlas.models.windows import digest_chars
from atlas.runtime.config import (
    AdaptiveTeachingConfig,
    DigestConfig,
    OrchestrationConfig,
    ProbeConfig,
    StudentConfig,
    TeacherPrompts,
)
from atlas.runtime.modes import pinned_mode
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.storage.config import ReviewConfig, StorageConfig
from atlas.verify.config import DriftConfig, RIMConfig

_SECRET = re.compile(r"(_KEY|_TOKEN|_SECRET|PASSWORD)$")
_OFF = {"", "0", "false", "no", "off"}

OVERRIDES: dict[tuple[str, str, str], str] = {
    ("runtime_safety", "drift", "enabled"): "ATLAS_DRIFT_ENABLED",
    ("runtime_safety", "drift", "window"): "ATLAS_DRIFT_WINDOW",
    ("runtime_safety", "drift", "z_threshold"): "ATLAS_DRIFT_Z_THRESHOLD",
    ("runtime_safety", "drift", "min_baseline"): "ATLAS_DRIFT_MIN_BASELINE",
    ("runtime_safety", "review", "require_approval"): "ATLAS_REVIEW_REQUIRE_APPROVAL",
}
"""Keys of a run config over which a variable wins."""


class Settings(BaseModel):
    """What the environment says: where things are, which databases, whether to stay offline."""

    model_config = ConfigDict(frozen=True)

    home: Path = Field(description="Where the embedded server keeps its data (ATLAS_HOME).")
    offline: bool = Field(description="Scripted models instead of real ones (ATLAS_OFFLINE_MODE).")
    crm_url: str | None = Field(description="One's own CRM database, from DB_HOST, DB_PORT, DB_USER ...")
    atlas_url: str | None = Field(description="One's own store of sessions (STORAGE__DATABASE_URL).")
    pg_bin: Path | None = Field(description="Folder with initdb and postgres for the embedded server (PG_BIN).")
    otel_endpoint: str | None = Field(description="Where spans are sent to (OTEL_EXPORTER_OTLP_ENDPOINT).")
    reports_dated: datetime | None = Field(description="What reports are dated (SOURCE_DATE_EPOCH), if not now.")
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
            otel_endpoint=variables.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
            reports_dated=_dated(variables.get("SOURCE_DATE_EPOCH") or None),
            environ=variables,
        )

    def report_time(self) -> str:
        """The date of a report, ISO-8601 in UTC: now, unless SOURCE_DATE_EPOCH asks for reports of equal bytes."""
        return (self.reports_dated or datetime.now(UTC)).isoformat(timespec="seconds")

    def over(self, config: RunConfig) -> RunConfig:
        """The config with what the variables of `OVERRIDES` say in it. Raises `ConfigError` naming a wrong one."""
        given = {key: self.environ[name] for key in OVERRIDES if (name := self.overridden(key))}
        if not given:
            return config
        blocks = config.runtime_safety.model_dump()
        for (_, block, key), value in given.items():
            blocks[block][key] = value
        try:
            safety = RuntimeSafetyBlock.model_validate(blocks)
        except ValidationError as error:
            raise ConfigError(_override_fault(error.errors()[0], map(OVERRIDES.__getitem__, given))) from error
        return config.model_copy(update={"runtime_safety": safety})

    def overridden(self, key: tuple[str, ...]) -> str | None:
        """The variable that wins over a key of the run config, where it is set."""
        name = OVERRIDES.get(key) if len(key) == 3 else None
        return name if name and self.environ.get(name) else None

    def secrets(self) -> tuple[str, ...]:
        """Values that must not reach a log, an export or a child process: keys, passwords, database URLs."""
        named = (value for name, value in self.environ.items() if _SECRET.search(name))
        return tuple(sorted({value for value in (*named, self.crm_url or "", self.atlas_url or "") if value}))


def _override_fault(fault: ErrorDetails, names: Iterable[str]) -> str:
    if len(fault["loc"]) < 2:
        return f"{', '.join(sorted(names))}: {fault['ctx']['error']}"
    name = OVERRIDES["runtime_safety", str(fault["loc"][0]), str(fault["loc"][1])]
    return f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]} (given: {fault['input']!r})"


def _dated(seconds: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(f"SOURCE_DATE_EPOCH: {seconds!r} is no number of seconds since 1970") from error


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


class DigestBlock(DigestConfig):
    """Block `agent.metadata_digest` with its budget."""

    char_budget: int | None = Field(
        None,
        ge=1024,
        description="Characters of all that the student is shown beside the conversation; null leaves it to "
        "provider_char_budgets, else it is a tenth of the model's window, at most 20,000 for Anthropic.",
    )
    provider_char_budgets: dict[Provider, Annotated[int, Field(ge=1024)]] = Field(
        default_factory=dict, description="The same by the provider of agent.llm."
    )

    def budget(self, llm: LLMConfig | None) -> int:
        """Characters that a student on `llm` may be shown."""
        of_provider = self.provider_char_budgets.get(llm.provider) if llm else None
        return self.char_budget or of_provider or digest_chars(llm)


class AgentBlock(AgentConfig):
    """Block `agent` with the student's model, and what it is shown beside the conversation."""

    metadata_digest: DigestBlock = DigestBlock()
    sandbox: SandboxConfig = SandboxConfig()

    llm: LLMConfig | None = Field(
        None, description="The model of a chat or code agent; what a python agent is handed as llm_config."
    )

    @model_validator(mode="after")
    def _has_its_model(self) -> AgentBlock:
        if self.kind in ("chat", "code") and self.llm is None:
            raise ValueError(f"an agent of type {self.type} needs llm, its model")
        if self.kind in ("http_api", "own") and self.llm is not None:
            raise ValueError(f"llm does nothing for an agent of type {self.type}; leave it out")
        return self


class TeacherBlock(BaseModel):
    """Block `teacher`: who validates and guides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    llm: LLMConfig = Field(description="The teacher's model.")
    prompts: TeacherPrompts = TeacherPrompts()


class ProbeBlock(ProbeConfig):
    """Block `adaptive_teaching.probe` with the probe's model."""

    llm: LLMConfig | None = Field(None, description="The probe's model; without it `teacher.llm`.")


class AdaptiveTeachingBlock(AdaptiveTeachingConfig):
    """Block `adaptive_teaching` with the probe and its model."""

    probe: ProbeBlock = ProbeBlock()


class RIMBlock(RIMConfig):
    """Block `rim`: the reward ensemble with its two models."""

    small_model: LLMConfig = Field(description="The judges' model.")
    large_model: LLMConfig = Field(description="The arbiter's model.")


class LearningBlock(LearningConfig):
    """Block `learning` with the synthesizer's model."""

    llm: LLMConfig | None = Field(None, description="The synthesizer's model; without it `rim.large_model`.")


class RuntimeSafetyBlock(BaseModel):
    """Block `runtime_safety`: what is watched while sessions are learned from, and who lets them out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drift: DriftConfig = DriftConfig()
    review: ReviewConfig = ReviewConfig()


class RunConfig(BaseModel):
    """A run config file, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Literal["crm", "gaia"] = Field(
        "crm", description="What is played: crm, the tasks of a task file; gaia, the questions of block `gaia`."
    )
    gaia: GaiaConfig = GaiaConfig()
    agent: AgentBlock
    student: StudentConfig = StudentConfig()
    teacher: TeacherBlock
    orchestration: OrchestrationConfig = OrchestrationConfig()
    adaptive_teaching: AdaptiveTeachingBlock = AdaptiveTeachingBlock()
    rim: RIMBlock
    learning: LearningBlock = LearningBlock()
    storage: StorageConfig = StorageConfig()
    runtime_safety: RuntimeSafetyBlock = RuntimeSafetyBlock()

    @property
    def probes(self) -> bool:
        """Whether the capability probe picks the mode of a session."""
        return pinned_mode(self.orchestration, self.adaptive_teaching) is None

    @model_validator(mode="after")
    def _keys_fit_the_environment(self) -> RunConfig:
        if self.environment == "crm" and "gaia" in self.model_fields_set:
            raise ValueError("block gaia does nothing while environment is crm; set environment: gaia")
        if self.environment == "gaia" and self.agent.backend is not None:
            raise ValueError("agent.backend is about the CRM and does nothing in GAIA; leave it out")
        return self

    @model_validator(mode="after")
    def _can_plan(self) -> RunConfig:
        pinned = pinned_mode(self.orchestration, self.adaptive_teaching)
        if self.orchestration.planner is not None and pinned is not None and pinned.mode != "coach":
            raise ValueError(
                f"orchestration.planner acts in mode coach, and the mode of this config is {pinned.mode} "
                f"({pinned.reason}); set forced_mode: coach, or leave the planner out"
            )
        if self.orchestration.planner == "student" and self.agent.kind not in ("chat", "code"):
            raise ValueError(f"an agent of type {self.agent.type} cannot plan; set orchestration.planner: teacher")
        return self
