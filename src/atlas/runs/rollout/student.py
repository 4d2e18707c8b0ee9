"""The student of a rollout: the model that plays, under the names of the rollout config."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from atlas.agents.code.agent import PLAYER
from atlas.agents.code.config import CodeConfig
from atlas.agents.code.prompt import system_text
from atlas.agents.code.shapes import shapes_of
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Task
from atlas.core.tools import ToolSpec
from atlas.errors import ConfigError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.rollouts.config import OpenAIConfig, RolloutConfig
from atlas.runs.rollout.model_block import environ_of, llm_of
from atlas.runs.rollout.plain import plain_model
from atlas.runtime.config import StudentConfig
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from atlas.settings import Settings
from atlas.student import ChatStudent, CodeStudent
from atlas.telemetry.tracing import Spans

RolloutStudent: TypeAlias = ChatStudent | CodeStudent


def rollout_llm(config: OpenAIConfig, *, offline: bool) -> LLMConfig:
    """The model that block `openai` names, or the scripted student. Raises `ConfigError` when none is named."""
    if offline:
        return LLMConfig(provider="offline", model="offline/student")
    if config.model_name is None:
        raise ConfigError(
            "no model is named: give --openai.model_name (and --openai.base_url for a server of your own), or "
            "--offline for the simulated student, which needs no key"
        )
    return llm_of(config, config.model_name, "openai", config.temperature)


def rollout_student(config: RolloutConfig, settings: Settings, spans: Spans) -> RolloutStudent:
    """Who plays. A key in the config wins over the variable. Raises `ConfigError` for a key that is missing."""
    model = spans.around(_model(config, settings), "student")
    steps = StudentConfig(max_steps=config.env.max_steps)
    if config.env.agent != "code":
        return ChatStudent(model, config.seed, steps)
    limits = SandboxConfig(
        max_concurrent_processes=config.env.max_concurrent_processes,
        process_timeout=config.env.process_timeout,
        require_sandbox=config.env.require_sandbox,
    )
    return CodeStudent(model, config.seed, SandboxPool(limits, PLAYER, settings.environ), CodeConfig(), steps)


def _model(config: RolloutConfig, settings: Settings) -> ChatModel:
    llm = rollout_llm(config.openai, offline=settings.offline)
    environ = environ_of(config.openai, llm, settings)
    if config.env.use_chat_completion:
        return build_model(llm, environ, role="student", seed=config.seed)
    return plain_model(llm, environ, config.env)


def system_text_of(student: RolloutStudent, tools: Sequence[ToolSpec]) -> Callable[[Task], str]:
    """The system text that the student's model reads for a task."""
    if isinstance(student, ChatStudent):
        return lambda task: task.brief.instructions.rstrip()
    imports = student.code.allowed_imports
    return lambda task: system_text(task.brief.instructions.rstrip(), shapes_of(tools), imports)
