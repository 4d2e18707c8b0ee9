from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from atlas.models.config import LLMConfig


@pytest.mark.parametrize(
    ("provider", "variable"),
    [
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("gemini", "GEMINI_API_KEY"),
        ("xai", "XAI_API_KEY"),
        ("bedrock", None),
    ],
)
def test_the_key_variable_is_the_usual_one_of_the_provider(provider: str, variable: str | None) -> None:
    assert LLMConfig.model_validate({"provider": provider, "model": "m"}).api_key_env == variable


def test_the_defaults() -> None:
    config = LLMConfig(model="gpt-4.1")
    assert (config.provider, config.temperature, config.timeout_seconds) == ("openai", 0.0, 60.0)
    assert (config.retry.attempts, config.retry.backoff_seconds) == (3, 1.0)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({}, "model"),
        ({"model": ""}, "model"),
        ({"model": "m", "temprature": 1}, "temprature"),
        ({"model": "m", "temperature": 2.1}, "temperature"),
        ({"model": "m", "top_p": 0}, "top_p"),
        ({"model": "m", "max_output_tokens": 0}, "max_output_tokens"),
        ({"model": "m", "timeout_seconds": 0}, "timeout_seconds"),
        ({"model": "m", "retry": {"attempts": 0}}, "retry.attempts"),
        ({"model": "m", "retry": {"attempts": 11}}, "retry.attempts"),
        ({"model": "m", "provider": "cohere"}, "provider"),
        ({"model": "m", "reasoning_effort": "huge"}, "reasoning_effort"),
        ({"model": "m", "api_base": "localhost:8000"}, "api_base"),
        ({"model": "m", "api_base": "ftp://host/v1"}, "api_base"),
        ({"model": "m", "api_base": "http://me:secret@host/v1"}, "api_base"),
        ({"model": "m", "additional_headers": {"X-A": "a\r\nX-B: b"}}, "additional_headers"),
        ({"model": "m", "additional_headers": {"X A": "a"}}, "additional_headers"),
        ({"model": "m", "price_per_million": {"prompt": -1, "completion": 1}}, "price_per_million.prompt"),
    ],
)
def test_a_wrong_value_is_refused_by_name(keys: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LLMConfig.model_validate(keys)
    assert named in [".".join(map(str, error["loc"])) for error in refused.value.errors()]


def test_openai_compatible_needs_its_endpoint() -> None:
    with pytest.raises(ValidationError, match="needs api_base"):
        LLMConfig(provider="openai-compatible", model="m")


def test_every_key_has_a_sentence() -> None:
    for name, field in LLMConfig.model_fields.items():
        assert field.description is not None, name
        assert field.description.endswith("."), name


def test_header_values_stay_out_of_the_representation() -> None:
    config = LLMConfig(model="m", additional_headers={"api-key": "hunter2-hunter2"})
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize(
    ("api_base", "needed"),
    [
        (None, True),
        ("http://127.0.0.1:8000/v1", False),
        ("http://127.8.8.8/v1", False),
        ("http://localhost:8000/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://10.0.0.5:8000/v1", True),
        ("http://localhost.example.com/v1", True),
    ],
)
def test_only_this_machine_needs_no_key(api_base: str | None, needed: bool) -> None:
    assert LLMConfig(model="m", api_base=api_base).needs_key is needed
    assert not LLMConfig(model="m", api_base=api_base, api_key_env=None).needs_key
