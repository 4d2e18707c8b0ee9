from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import get_args

import pytest

from atlas.core.messages import ChatRequest, Message
from atlas.errors import ConfigError
from atlas.models.build import BUILDERS, build_model
from atlas.models.config import KEY_VARIABLES, LLMConfig, Provider
from atlas.models.litellm import ROUTES, LiteLLMModel
from atlas.models.openai_compatible import OpenAICompatibleModel
from tests.model_server import ModelServer

ASK = ChatRequest((Message("user", "Hello?"),))


@pytest.fixture
def litellm_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice of a client does not import LiteLLM, so it can be tested where there is none."""
    module = ModuleType("litellm")
    module.__spec__ = ModuleSpec("litellm", loader=None)
    monkeypatch.setitem(sys.modules, "litellm", module)


def test_every_provider_has_a_builder_a_route_and_a_key_variable() -> None:
    assert set(get_args(Provider)) == set(KEY_VARIABLES)
    assert set(get_args(Provider)) - {"offline"} == set(BUILDERS) == set(ROUTES)


@pytest.mark.usefixtures("litellm_installed")
@pytest.mark.parametrize(
    ("provider", "api_base", "kind"),
    [
        ("openai", None, OpenAICompatibleModel),
        ("openai-compatible", "http://10.0.0.5/v1", OpenAICompatibleModel),
        ("anthropic", "http://10.0.0.5/v1", OpenAICompatibleModel),
        ("anthropic", None, LiteLLMModel),
        ("gemini", None, LiteLLMModel),
        ("bedrock", None, LiteLLMModel),
    ],
)
def test_the_client_follows_from_provider_and_endpoint(
    provider: Provider, api_base: str | None, kind: type
) -> None:
    config = LLMConfig(provider=provider, model="m", api_base=api_base, api_key_env="KEY")
    assert isinstance(build_model(config, {"KEY": "k"}, role="student"), kind)


async def test_the_key_comes_from_its_variable(model_server: ModelServer) -> None:
    config = LLMConfig(model="m", api_base=model_server.url, api_key_env="MY_KEY")
    model = build_model(config, {"MY_KEY": "sk-mine\n", "OPENAI_API_KEY": "sk-other"}, role="student")
    await model.complete(ASK)
    await model.close()
    assert model_server.calls[0].headers["Authorization"] == "Bearer sk-mine"


async def test_on_this_machine_no_key_is_needed(model_server: ModelServer) -> None:
    model = build_model(
        LLMConfig(provider="openai-compatible", model="m", api_base=model_server.url), {}, role="student"
    )
    await model.complete(ASK)
    await model.close()
    assert "Authorization" not in model_server.calls[0].headers


@pytest.mark.parametrize("environ", [{}, {"ANTHROPIC_API_KEY": " "}, {"OPENAI_API_KEY": "k"}])
def test_a_missing_key_is_named(environ: dict[str, str]) -> None:
    config = LLMConfig(provider="anthropic", model="claude-haiku-4-5")
    with pytest.raises(ConfigError, match=r"claude-haiku-4-5 of provider anthropic needs .* in ANTHROPIC_API_KEY"):
        build_model(config, environ, role="student")


@pytest.mark.parametrize("key", ["sk-\u200bpasted", "sk-a\nb"])
def test_a_key_that_cannot_be_one_is_refused_without_quoting_it(key: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as refused:
        build_model(LLMConfig(model="m"), {"OPENAI_API_KEY": key}, role="student")
    assert "sk-" not in str(refused.value)


def test_without_a_key_variable_no_key_is_asked_for() -> None:
    config = LLMConfig(provider="openai-compatible", model="m", api_base="http://10.0.0.5/v1", api_key_env=None)
    assert build_model(config, {}, role="student").name == "m"


def test_litellm_that_is_missing_is_said_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm", None)
    with pytest.raises(ConfigError, match=r"pip install 'atlas\[litellm\]'"):
        build_model(LLMConfig(provider="gemini", model="gemini-2.5-flash"), {"GEMINI_API_KEY": "k"}, role="student")


def test_neither_config_nor_choice_imports_what_is_not_called() -> None:
    program = (
        "import sys, atlas.models, atlas.models.config\n"
        "assert 'aiohttp' not in sys.modules\n"
        "import atlas.models.build\n"
        "assert 'litellm' not in sys.modules and 'openai' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
