"""Assembly: settings and a run config turned into living parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from atlas.core.messages import Meter, ModelRole
from atlas.core.playbook import LearningKey
from atlas.core.protocols import (
    Agent,
    ChatModel,
    Environment,
    LearningHistory,
    PlaybookStore,
    Recorder,
    SessionStore,
)
from atlas.core.session import Slot
from atlas.core.tasks import Setup, Task
from atlas.datasets.fingerprint import fingerprint
from atlas.datasets.gaia.loader import load_gaia
from atlas.datasets.payloads import Backend
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.environments.gaia.cassette import Cassette
from atlas.environments.gaia.config import GaiaConfig
from atlas.environments.gaia.environment import GaiaEnvironment
from atlas.environments.gaia.instructions import INSTRUCTIONS, asked
from atlas.environments.gaia.web import WebAccess
from atlas.learning.config import LearningConfig
from atlas.learning.key import KeyRule
from atlas.learning.synthesizer import Synthesizer
from atlas.loop import Parts
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.models.metered import MeteredModel
from atlas.runtime.config import OrchestrationConfig
from atlas.runtime.digest import Digest
from atlas.runtime.modes import ModeChoice, ModeChooser, pinned_mode
from atlas.runtime.planner import ChatPlanner
from atlas.runtime.probe import CapabilityProbe
from atlas.runtime.session import Supervision
from atlas.runtime.teacher import ChatTeacher
from atlas.settings import RunConfig, Settings
from atlas.storage.embedded import EmbeddedServer
from atlas.student import Student, build_student, chat_agent
from atlas.telemetry.tracing import Spans
from atlas.verify.check import Checks
from atlas.verify.config import RIMConfig
from atlas.verify.drift import DriftWatch
from atlas.verify.llm_judge import LlmJudge
from atlas.verify.panel import Panel
from atlas.verify.registry import build_verifiers
from atlas.verify.rubric import combine

CRM_VERIFIERS = ("structured", "reply_facts", "tool_calls")
GAIA_VERIFIERS = ("gaia_answer",)


def utc_now() -> str:
    """The time now, ISO-8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Models:
    """Who plays each role: the student, and a model for every other one."""

    student: Student
    teacher: ChatModel
    judge: ChatModel
    arbiter: ChatModel
    synthesizer: ChatModel
    probe: ChatModel | None = None

    @classmethod
    def build(cls, config: RunConfig, settings: Settings, seed: int, spans: Spans) -> Models:
        """The models that `config` names, or scripted ones when `settings` say offline. Raises `ConfigError`.

        `spans` traces their calls.
        """

        def model(role: ModelRole, llm: LLMConfig) -> ChatModel:
            chosen = LLMConfig(provider="offline", model=f"offline/{role}") if settings.offline else llm
            return spans.around(build_model(chosen, settings.environ, role=role, seed=seed), role)

        return cls(
            build_student(config, settings, seed, spans),
            model("teacher", config.teacher.llm),
            model("judge", config.rim.small_model),
            model("arbiter", config.rim.large_model),
            model("synthesizer", config.learning.llm or config.rim.large_model),
            model("probe", config.adaptive_teaching.probe.llm or config.teacher.llm) if config.probes else None,
        )

    def by_role(self) -> dict[str, ChatModel | Student]:
        """Role -> who plays it, in a fixed order."""
        players = {field.name: getattr(self, field.name) for field in fields(self)}
        return {role: player for role, player in players.items() if player is not None}

    @property
    def simulated(self) -> bool:
        """Whether any role is played by a script."""
        return any(model.simulated for model in self.by_role().values())

    async def close(self) -> None:
        for model in self.by_role().values():
            await model.close()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two databases are."""

    crm_url: str
    atlas_url: str


@asynccontextmanager
async def databases(settings: Settings, config: RunConfig | None = None) -> AsyncIterator[Addresses]:
    """One's own databases where the settings or the config name them, else those of the embedded server.

    The embedded server is started only when it is needed, and left to stop by itself.
    """
    crm_url = settings.crm_url
    atlas_url = settings.atlas_url or (config.storage.database_url if config else None)
    if crm_url and atlas_url:
        yield Addresses(crm_url, atlas_url)
        return
    server = EmbeddedServer(settings.home, settings.pg_bin)
    address = await asyncio.to_thread(server.start)
    try:
        yield Addresses(crm_url or address.url("crm_sandbox"), atlas_url or address.url("atlas"))
    finally:
        server.detach()


@asynccontextmanager
async def open_crm(backend: Backend, crm_url: str, concurrency: int) -> AsyncIterator[CrmEnvironment]:
    """The CRM on `backend`: postgres, with room for `concurrency` sessions at once, or mock (in memory)."""
    if backend == "mock":
        yield CrmEnvironment.memory()
        return
    async with CrmEnvironment.postgres(crm_url, size=concurrency) as environment:
        yield environment


def brief_instructions(config: RunConfig | None = None) -> Callable[[Setup], str]:
    """The standing orders of a CRM task: the environment's, and what `agent.system_prompt` adds."""
    added = config.agent.system_prompt.strip() if config else ""
    return lambda setup: f"{instructions(setup)}\n\n{added}" if added else instructions(setup)


def crm_verifiers(judge: ChatModel | None) -> Checks:
    """What grades a CRM task: state and facts, the tool calls as a metric, and `judge` if there is one."""
    return build_verifiers(CRM_VERIFIERS if judge is None else (*CRM_VERIFIERS, LlmJudge.name), judge)


def gaia_environment(config: GaiaConfig, settings: Settings) -> GaiaEnvironment:
    """Worlds of GAIA, the web reached as `config` says, with the key of the environment if there is one.

    Raises `ConfigError` for a cassette that cannot be read.
    """
    web = config.web
    cassette = Cassette(web.cassette, records=web.record) if web.cassette else None
    return GaiaEnvironment(WebAccess(settings.environ.get("TAVILY_API_KEY") or None, cassette=cassette))


def gaia_tasks(config: GaiaConfig, added: str = "") -> tuple[Task, ...]:
    """The questions of `config` as tasks; `added` follows the environment's own instructions.

    Raises `DatasetError` for a dataset that is missing, empty or wrong.
    """
    orders = f"{INSTRUCTIONS}\n{added.strip()}" if added.strip() else INSTRUCTIONS
    return load_gaia(config.dataset, orders, asked, split=config.split, levels=config.levels)


def gaia_verifiers(judge: ChatModel | None) -> Checks:
    """What grades a GAIA task: its final answer, and `judge` as a metric if there is one."""
    return build_verifiers(GAIA_VERIFIERS if judge is None else (*GAIA_VERIFIERS, LlmJudge.name), judge)


def build_parts(
    config: RunConfig,
    models: Models,
    environment: Environment,
    sessions: SessionStore,
    playbooks: PlaybookStore,
    recorder: Recorder,
    *,
    key: LearningKey | None = None,
    judged: bool = True,
    history: LearningHistory | None = None,
    grading: Callable[[ChatModel | None], Checks] = crm_verifiers,
) -> Parts:
    """The parts of a supervised, learning run. The probe needs the `history`; without one drift is not watched.

    `key` overrides the default of one playbook a task family; `judged` says whether judges take part in the reward;
    `grading` makes the verifiers of the environment.
    """
    tools = tuple(spec.name for spec in environment.specs)
    mode, watched = _mode(config, models, history), config.runtime_safety.drift
    digest = _digest(config, history, simulated=models.simulated)

    def student(task: Task, slot: Slot, meter: Meter) -> Agent:
        return models.student.agent(meter, slot.trial)

    def supervision(meter: Meter) -> Supervision:
        teacher = MeteredModel(models.teacher, "teacher", meter)
        return Supervision(
            mode(meter),
            config.orchestration.max_retries,
            ChatTeacher(teacher, config.teacher.prompts),
            chat_agent(teacher, config.student),
            _planner(config, models, meter),
            digest,
        )

    def panel(meter: Meter) -> Panel | None:
        if not judged:
            return None
        judge, arbiter = MeteredModel(models.judge, "judge", meter), MeteredModel(models.arbiter, "arbiter", meter)
        return Panel(judge, arbiter, config.rim)

    def synthesizer(meter: Meter) -> Synthesizer | None:
        if not (config.learning.enabled and config.learning.update_enabled):
            return None
        return Synthesizer(MeteredModel(models.synthesizer, "synthesizer", meter), config.learning, tools)

    return Parts(
        environment=environment,
        student=student,
        supervision=supervision,
        verifiers=lambda meter: grading(None),
        panel=panel,
        reward=lambda verdicts, judged: combine(verdicts, judged, config.rim),
        synthesizer=synthesizer,
        playbooks=playbooks,
        sessions=sessions,
        recorder=recorder,
        key=_key_rule(config, key),
        now=utc_now,
        simulated=models.simulated,
        learning=config.learning,
        turn_timeout_s=config.orchestration.step_timeout_seconds,
        drift=DriftWatch(history, watched) if history and watched.enabled else None,
        fingerprint=fingerprint,
    )


def _mode(config: RunConfig, models: Models, history: LearningHistory | None) -> Callable[[Meter], ModeChooser]:
    pinned, probe = pinned_mode(config.orchestration, config.adaptive_teaching), models.probe
    if pinned is not None:
        return lambda meter: pinned
    assert probe is not None, "a mode that the config leaves open is picked by the probe"
    assert history is not None, "a probe needs the learning history"
    return lambda meter: CapabilityProbe(
        MeteredModel(probe, "probe", meter), history, config.adaptive_teaching, simulated=models.simulated
    )


def _key_rule(config: RunConfig, given: LearningKey | None) -> KeyRule:
    """A key on the command line wins over one in the config."""
    named = given or config.learning.learning_key
    return KeyRule(config.agent.name, LearningKey(named) if named else None, "command_line" if given else "config")


def _digest(config: RunConfig, history: LearningHistory | None, *, simulated: bool) -> Digest | None:
    block, learning = config.agent.metadata_digest, config.learning
    if not block.enabled:
        return None
    noted = learning.enabled and learning.apply_to_prompts and learning.session_note_enabled
    return Digest(block, block.budget(config.agent.llm), history if noted else None, simulated=simulated)


def _planner(config: RunConfig, models: Models, meter: Meter) -> ChatPlanner | None:
    by = config.orchestration.planner
    model = models.teacher if by == "teacher" else models.student.model
    if by is None or model is None:
        return None
    return ChatPlanner(MeteredModel(model, by, meter), by, config.student.prompts.planner)


def alone(parts: Parts) -> Parts:
    """The same parts with the student alone: no teacher, no judges, nothing learned."""
    return replace(parts, supervision=_no_supervision, panel=lambda meter: None, synthesizer=lambda meter: None)


def evaluation_parts(
    environment: Environment,
    sessions: SessionStore,
    playbooks: PlaybookStore,
    recorder: Recorder,
    agent: Callable[[Task, Slot, Meter], Agent],
    judge: ChatModel | None,
    *,
    simulated: bool,
    grading: Callable[[ChatModel | None], Checks] = crm_verifiers,
) -> Parts:
    """The parts of a run in which `agent` plays alone and the verifiers are the reward.

    With a `judge` it grades too, as the verifier llm_judge. `grading` makes the verifiers of the environment.
    """

    def verifiers(meter: Meter) -> Checks:
        return grading(MeteredModel(judge, "judge", meter) if judge else None)

    return Parts(
        environment=environment,
        student=agent,
        supervision=_no_supervision,
        verifiers=verifiers,
        panel=lambda meter: None,
        reward=lambda verdicts, judged: combine(verdicts, judged, RIMConfig()),
        synthesizer=lambda meter: None,
        playbooks=playbooks,
        sessions=sessions,
        recorder=recorder,
        key=KeyRule("none"),
        now=utc_now,
        simulated=simulated,
        learning=LearningConfig(enabled=False),
        turn_timeout_s=OrchestrationConfig().step_timeout_seconds,
    )


def _no_supervision(meter: Meter) -> Supervision:
    return Supervision(ModeChoice("auto", "student alone"), max_retries=0)
