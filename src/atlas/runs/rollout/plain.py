"""The plain model of a rollout: plain completions under the chat template of the configured tokenizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from atlas.core.messages import Message
from atlas.core.protocols import ChatModel
from atlas.core.tools import ToolSpec
from atlas.errors import ConfigError
from atlas.models.build import build_plain_model
from atlas.models.config import LLMConfig
from atlas.models.plain import MarkedCall
from atlas.rollouts.config import EnvConfig
from atlas.rollouts.tokens.byte_tokenizer import NAME as BYTES
from atlas.rollouts.tokens.byte_tokenizer import byte_tokenizer
from atlas.rollouts.tokens.loader import load_tokenizer
from atlas.rollouts.tokens.markup import read_calls
from atlas.rollouts.tokens.readable_calls import check_tool_calls
from atlas.rollouts.tokens.tokenizer import ChatTokenizer

_SAMPLE = ToolSpec("probe", "A tool.", {"type": "object", "properties": {}})


@dataclass(frozen=True, slots=True)
class ChatTranscript:
    """Conversations as the chat template of `tokenizer` writes them."""

    tokenizer: ChatTokenizer

    @property
    def stops(self) -> tuple[str, ...]:
        return self.tokenizer.stops

    def prompt(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> str:
        return self.tokenizer.prompt(messages, tools)

    def reply(self, text: str) -> tuple[str, tuple[MarkedCall, ...]]:
        said, calls = read_calls(text)
        return said, tuple(MarkedCall(name, arguments) for name, arguments in calls)


def plain_model(llm: LLMConfig, environ: Mapping[str, str], env: EnvConfig) -> ChatModel:
    """The model behind plain completions.

    Raises `ConfigError` for the simulated student and for a provider that has none, `TokenizerError` for a
    tokenizer that is not there, and `TemplateError` where a tool-calling agent's calls could not be read.
    """
    if llm.provider == "offline":
        raise ConfigError(
            "--env.use_chat_completion false asks a server for plain completions, and the simulated student is "
            "none; leave one of them out"
        )
    assert env.tokenizer_name is not None, "a plan for plain completions names a tokenizer"
    tokenizer = named_tokenizer(env.tokenizer_name)
    if env.agent != "code":
        check_tool_calls(tokenizer, [_SAMPLE])
    return build_plain_model(llm, environ, ChatTranscript(tokenizer))


def named_tokenizer(name: str) -> ChatTokenizer:
    """The tokenizer called `name`. Raises `TokenizerError`, and `ConfigError` where an extra is not installed."""
    now = datetime.now(UTC)
    return byte_tokenizer(now) if name == BYTES else load_tokenizer(name, now)
