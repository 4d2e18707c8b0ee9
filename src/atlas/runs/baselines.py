"""The baselines: the agents of an evaluation, who plays under which name and with what model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.core.messages import Meter
from atlas.core.protocols import Agent, ChatModel
from atlas.core.session import Slot
from atlas.core.tasks import Task
from atlas.errors import ConfigError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig, Provider
from atlas.settings import Settings
from atlas.student import ChatStudent
from atlas.telemetry.tracing import Spans

AgentName: TypeAlias = Literal["oracle", "null", "offline", "chat", "claude", "gpt4.1", "gpt4.1-mini", "mock"]

NAMED: dict[AgentName, tuple[Provider, str]] = {
    "claude": ("anthropic", "claude-sonnet-4-5-20250929"),
    "gpt4.1": ("openai", "gpt-4.1"),
    "gpt4.1-mini": ("openai", "gpt-4.1-mini"),
}
"""The baselines of the older benchmark. Its fourth one, mock, replayed the reference solution: it is the oracle."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """An agent by its name, and the model that it plays with if it has one."""

    name: AgentName
    llm: LLMConfig | None

    def model(self, settings: Settings, seed: int, spans: Spans) -> ChatModel | None:
        """The living model. Raises `ConfigError` when its key or its library is missing."""
        if self.llm is None:
            return None
        return spans.around(build_model(self.llm, settings.environ, role="student", seed=seed), "student")

    def agent(self, model: ChatModel | None, seed: int) -> Callable[[Task, Slot, Meter], Agent]:
        """What makes the agent of a slot."""

        def made(task: Task, slot: Slot, meter: Meter) -> Agent:
            if model is not None:
                return ChatStudent(model, seed).agent(meter, slot.trial)
            return NullAgent() if self.name == "null" else OracleAgent(task.target)

        return made


def baseline(
    name: AgentName, model: str | None, api_base: str | None, temperature: float | None, *, offline: bool
) -> Baseline:
    """The agent called `name`. `offline` puts the scripted student in the place of every real model.

    Raises `ConfigError` for a chat agent without a model, and for a model where none is to be chosen.
    """
    if name != "chat" and (model or api_base):
        raise ConfigError(f"--model and --api-base belong to --agent chat; --agent {name} plays without them")
    if name in ("oracle", "null", "mock"):
        return Baseline(name, None)
    if name == "offline" or offline:
        return Baseline(name, LLMConfig(provider="offline", model="offline/student"))
    if name in NAMED:
        provider, model = NAMED[name]
    elif model is None:
        raise ConfigError("--agent chat needs --model, for example --model gpt-4.1-mini")
    else:
        provider, model = routed(model, api_base)
    sampling = {} if temperature is None else {"temperature": temperature}
    return Baseline(name, LLMConfig(provider=provider, model=model, api_base=api_base, **sampling))


def judge_model(name: str | None, settings: Settings, seed: int, spans: Spans) -> ChatModel | None:
    """The model behind llm_judge, scripted when the settings say offline; None when no judge is asked for."""
    if name is None:
        return None
    provider, model = ("offline", name) if settings.offline else routed(name, None)
    llm = LLMConfig(provider=provider, model=model)
    return spans.around(build_model(llm, settings.environ, role="judge", seed=seed), "judge")


def routed(model: str, api_base: str | None) -> tuple[Provider, str]:
    """Provider and model of a name like `anthropic/claude-sonnet-5`; without a known prefix it is OpenAI's."""
    prefix, _, rest = model.partition("/")
    for provider in get_args(Provider):
        if api_base is None and rest and prefix == provider:
            return provider, rest
    return "openai", model
