"""The judge of a rollout: the model that grades reasoning, where the config asks for one."""

from __future__ import annotations

from atlas.core.protocols import ChatModel
from atlas.errors import ConfigError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.rollouts.config import RolloutConfig
from atlas.runs.rollout.model_block import environ_of, llm_of
from atlas.settings import Settings
from atlas.telemetry.tracing import Spans


def reasoning_model(config: RolloutConfig, settings: Settings, spans: Spans) -> ChatModel | None:
    """The model of block `judge`, scripted when the settings say offline; None where a rule grades reasoning.

    Raises `ConfigError` when none is named or its key is missing.
    """
    if config.scoring.reasoning_judge == "rule":
        return None
    llm = _llm(config, offline=settings.offline)
    environ = environ_of(config.judge, llm, settings)
    return spans.around(build_model(llm, environ, role="judge", seed=config.seed), "judge")


def _llm(config: RolloutConfig, *, offline: bool) -> LLMConfig:
    if offline:
        return LLMConfig(provider="offline", model="offline/judge")
    if config.judge.model_name is None:
        raise ConfigError("--scoring.reasoning_judge model needs a model to ask; give --judge.model_name")
    return llm_of(config.judge, config.judge.model_name, "judge", 0.0)
