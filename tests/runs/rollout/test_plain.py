"""The plain model of a rollout: what it needs, and what is said where that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.core.messages import Message
from atlas.errors import AtlasError, ConfigError, TemplateError, TokenizerError
from atlas.models.config import LLMConfig
from atlas.models.plain import MarkedCall
from atlas.rollouts.config import EnvConfig
from atlas.runs.rollout.plain import ChatTranscript, named_tokenizer, plain_model
from tests.rollouts.samples import SEARCH
from tests.rollouts.tokens.templates import TEMPLATES, save

SERVER = LLMConfig(model="m", api_base="http://127.0.0.1:1/v1")


def env(tokenizer: str = "bytes", **given: object) -> EnvConfig:
    return EnvConfig.model_validate({"tokenizer_name": tokenizer, "use_chat_completion": False, **given})


@pytest.mark.parametrize(
    ("llm", "kind", "said"),
    [
        (LLMConfig(provider="offline", model="o"), ConfigError, "the simulated student is none; leave one of them"),
        (LLMConfig(provider="anthropic", model="c"), ConfigError, "provider anthropic has no plain completions"),
        (LLMConfig(provider="openai", model="g"), ConfigError, "needs an API key in OPENAI_API_KEY"),
    ],
)
def test_who_has_no_plain_completions_is_refused(llm: LLMConfig, kind: type[AtlasError], said: str) -> None:
    with pytest.raises(kind, match=said):
        plain_model(llm, {}, env())


def test_a_tokenizer_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match=r"holds no tokenizer.json"):
        plain_model(SERVER, {}, env(str(tmp_path)))


def test_calls_must_be_readable_where_an_agent_calls_tools(tmp_path: Path) -> None:
    name = str(save(tmp_path, *TEMPLATES["chatml"]))
    with pytest.raises(TemplateError, match="does not write tool calls as"):
        plain_model(SERVER, {}, env(name, agent="chat"))
    assert plain_model(SERVER, {}, env(name, agent="code")).name == "m"


def test_a_transcript_is_what_the_template_writes_and_calls_are_what_the_text_holds() -> None:
    transcript = ChatTranscript(named_tokenizer("bytes"))
    prompt = transcript.prompt([Message("user", "hi")], (SEARCH,))
    assert prompt.startswith('<|im_start|>tools\n[{"type": "function"')
    assert prompt.endswith("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n")
    assert transcript.stops == ("<|im_end|>",)
    text = 'Looking.<tool_call>{"name": "search", "arguments": {"query":"x"}}</tool_call>'
    assert transcript.reply(text) == ("Looking.", (MarkedCall("search", '{"query":"x"}'),))
