"""The student: who plays under a run config, by the type of its agent."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from atlas.agents.chat import ChatAgent
from atlas.agents.code.agent import PLAYER, CodeAgent
from atlas.agents.code.config import CodeConfig
from atlas.agents.external import Ask, ExternalAgent
from atlas.agents.http_agent import HttpAsk
from atlas.agents.python_agent import asking, imported
from atlas.core.messages import Meter, Usage
from atlas.core.protocols import Agent, ChatModel
from atlas.errors import ConfigError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.models.metered import MeteredModel
from atlas.runtime.config import StudentConfig
from atlas.runtime.sandbox.pool import SandboxPool
from atlas.settings import AgentBlock, RunConfig, Settings
from atlas.telemetry.tracing import Spans

DEFAULTS = StudentConfig()


class Student(Protocol):
    """Makes the agent of each session, around its meter."""

    @property
    def name(self) -> str: ...

    @property
    def simulated(self) -> bool: ...

    @property
    def model(self) -> ChatModel | None:
        """The model that plays, where the student is one."""

    def agent(self, meter: Meter, trial: int) -> Agent:
        """The agent of one session, the `trial`-th of its task, from 0."""

    async def close(self) -> None:
        """Release connections."""


@dataclass(frozen=True, slots=True)
class ChatStudent:
    """A model with native tool calling. The trials of a task differ in the sampling seed that they send."""

    model: ChatModel
    seed: int
    config: StudentConfig = DEFAULTS

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def simulated(self) -> bool:
        return self.model.simulated

    def agent(self, meter: Meter, trial: int) -> Agent:
        seed = sampling_seed(self.seed, trial)
        return chat_agent(MeteredModel(self.model, "student", meter, seed=seed), self.config)

    async def close(self) -> None:
        await self.model.close()


@dataclass(frozen=True, slots=True)
class CodeStudent:
    """A model that writes Python, which isolated processes run. `sandboxes` is shared by all of its sessions."""

    model: ChatModel
    seed: int
    sandboxes: SandboxPool
    code: CodeConfig
    config: StudentConfig = DEFAULTS

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def simulated(self) -> bool:
        return self.model.simulated

    def agent(self, meter: Meter, trial: int) -> Agent:
        model = MeteredModel(self.model, "student", meter, seed=sampling_seed(self.seed, trial))
        return CodeAgent(model, self.sandboxes, self.code, max_steps=self.config.max_steps)

    async def close(self) -> None:
        await self.sandboxes.close()
        await self.model.close()


@dataclass(frozen=True, slots=True)
class ExternalStudent:
    """The user's own agent, asked as a function or over HTTP."""

    name: str
    ask: Ask
    config: StudentConfig
    http: HttpAsk | None = None
    simulated: bool = False
    model: ChatModel | None = None

    def agent(self, meter: Meter, trial: int) -> Agent:
        def record(usage: Usage) -> None:
            meter.add("student", usage)

        return ExternalAgent(self.name, self.ask, record, max_steps=self.config.max_steps)

    async def close(self) -> None:
        if self.http is not None:
            await self.http.close()


@dataclass(frozen=True, slots=True)
class OwnStudent:
    """The user's own implementation of `Agent`, made anew for each session from the config's parameters."""

    name: str
    kind: type[Agent]
    parameters: dict[str, object]
    simulated: bool = False
    model: ChatModel | None = None

    def agent(self, meter: Meter, trial: int) -> Agent:
        return self.kind(**self.parameters)

    async def close(self) -> None: ...


def build_student(config: RunConfig, settings: Settings, seed: int, spans: Spans) -> Student:
    """The student that `config` names; a chat agent plays by the scripted model when `settings` say offline.

    Raises `ConfigError` for a module, function, key or library that is missing.
    """
    block = config.agent
    match block.kind:
        case "chat":
            return ChatStudent(_model(block, settings, seed, spans), seed, config.student)
        case "code":
            pool = SandboxPool(block.sandbox, PLAYER, settings.environ)
            return CodeStudent(_model(block, settings, seed, spans), seed, pool, block.code, config.student)
        case "python":
            return _python(block, config.student)
        case "http_api":
            assert block.transport is not None, "an http agent has a transport"
            ask = HttpAsk(block, block.transport)
            return ExternalStudent(block.name, ask, config.student, ask)
        case "own":
            return _own(block)


def chat_agent(model: ChatModel, config: StudentConfig) -> ChatAgent:
    """A chat agent under block `student`."""
    return ChatAgent(model, max_steps=config.max_steps, tool_choice=config.tool_choice)


def sampling_seed(seed: int, trial: int) -> int:
    """31 bits that differ from trial to trial, the same for the same arguments."""
    return Random(f"{seed}/{trial}").getrandbits(31)


def _model(block: AgentBlock, settings: Settings, seed: int, spans: Spans) -> ChatModel:
    llm = LLMConfig(provider="offline", model="offline/student") if settings.offline else block.llm
    assert llm is not None, "an agent that plays by a model has one"
    return spans.around(build_model(llm, settings.environ, role="student", seed=seed), "student")


def _python(block: AgentBlock, config: StudentConfig) -> ExternalStudent:
    assert block.import_path is not None, "a python agent has an import path"
    function = imported(block.import_path, block.attribute, block.working_directory)
    if not callable(function):
        raise ConfigError(f"agent {block.import_path}.{block.attribute} is not callable")
    llm = block.llm.model_dump(mode="json") if block.llm else None
    return ExternalStudent(block.name, asking(function, block.name, llm), config)


def _own(block: AgentBlock) -> OwnStudent:
    module, _, attribute = block.type.partition(":")
    kind = imported(module, attribute, block.working_directory)
    student = OwnStudent(block.name, kind, block.parameters)
    try:
        made = student.agent(Meter(), 0)
    except Exception as error:  # whatever the user's class raises, the config is what names it
        raise ConfigError(f"agent {block.type} cannot be made from {block.parameters}: {error}") from error
    if not callable(getattr(made, "act", None)):
        raise ConfigError(f"agent {block.type} has no method act(turn, tools); see docs/add-an-agent.md")
    return student
