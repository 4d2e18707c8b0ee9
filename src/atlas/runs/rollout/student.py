"""The student of a rollout: the model that plays, under the names of the rollout config."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pydantic import ValidationError

from atlas.agents.code.agent import PLAYER
from atlas.agents.code.config import CodeConfig
from atlas.agents.code.prompt import system_text
from atlas.agents.code.shapes import shapes_of
from atlas.core.tasks import Task
from atlas.core.tools import ToolSpec
from atlas.errors import ConfigError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig, PriceConfig, RetryConfig
from atlas.rollouts.config import OpenAIConfig, RolloutConfig
from atlas.runs.baselines import routed
from atlas.runtime.config import StudentConfig
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from atlas.settings import Settings
from atlas.student import ChatStudent, CodeStudent
from atlas.telemetry.tracing import Spans

RolloutStudent: TypeAlias = ChatStudent | CodeStudent
KEY = "OPENAI_API_KEY"


def rollout_llm(config: OpenAIConfig, *, offline: bool) -> LLMConfig:
    """The model that block `openai` names, or the scripted student. Raises `ConfigError` when none is named."""
    if offline:
        return LLMConfig(provider="offline", model="offline/student")
    if config.model_name is None:
        raise ConfigError(
            "no model is named: give --openai.model_name (and --openai.base_url for a server of your own), or "
            "--offline for the simulated student, which needs no key"
        )
    provider, model = routed(config.model_name, config.base_url)
    price = config.price_per_million
    try:
        return LLMConfig(
            provider=provider,
            model=model,
            api_base=config.base_url,
            temperature=config.temperature,
            max_output_tokens=config.max_tokens,
            timeout_seconds=config.timeout,
            retry=RetryConfig(attempts=5),
            price_per_million=None
            if price.prompt is None
            else PriceConfig(prompt=price.prompt, completion=price.completion or 0.0),
        )
    except ValidationError as error:
        raise ConfigError(f"--openai.base_url: {error.errors()[0]['ctx']['error']}") from error


def with_key(config: OpenAIConfig, settings: Settings) -> OpenAIConfig:
    """The block with the key that the environment holds, for a process that has another environment."""
    if config.api_key is not None or settings.offline:
        return config
    variable = rollout_llm(config, offline=False).api_key_env or KEY
    return config.model_copy(update={"api_key": settings.environ.get(variable)})


def rollout_student(config: RolloutConfig, settings: Settings, spans: Spans) -> RolloutStudent:
    """Who plays. A key in the config wins over the variable. Raises `ConfigError` for a key that is missing."""
    llm = rollout_llm(config.openai, offline=settings.offline)
    environ = settings.environ
    if config.openai.api_key is not None:
        environ = {**environ, llm.api_key_env or KEY: config.openai.api_key}
    model = spans.around(build_model(llm, environ, role="student", seed=config.seed), "student")
    steps = StudentConfig(max_steps=config.env.max_steps)
    if config.env.agent != "code":
        return ChatStudent(model, config.seed, steps)
    limits = SandboxConfig(
        max_concurrent_processes=config.env.max_concurrent_processes,
        process_timeout=config.env.process_timeout,
        require_sandbox=config.env.require_sandbox,
    )
    return CodeStudent(model, config.seed, SandboxPool(limits, PLAYER, settings.environ), CodeConfig(), steps)


def system_text_of(student: RolloutStudent, tools: Sequence[ToolSpec]) -> Callable[[Task], str]:
    """The system text that the student's model reads for a task."""
    if isinstance(student, ChatStudent):
        return lambda task: task.brief.instructions.rstrip()
    imports = student.code.allowed_imports
    return lambda task: system_text(task.brief.instructions.rstrip(), shapes_of(tools), imports)
