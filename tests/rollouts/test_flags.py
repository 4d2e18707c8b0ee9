"""Flags: every field of a config by its dotted name, and a command line taken apart."""

from __future__ import annotations

import pytest

from atlas.errors import ConfigError
from atlas.rollouts.config import RETIRED, RolloutConfig
from atlas.rollouts.flags import Words, flags_of, read_words

FLAGS = flags_of(RolloutConfig)
GUIDE = [
    *("env.data_path_to_save_groups", "env.total_steps", "env.group_size", "env.include_messages"),
    *("env.max_concurrent_processes", "env.process_timeout", "env.use_chat_completion", "env.rollout_server_url"),
    *("env.require_sandbox", "env.tokenizer_name", "openai.model_name", "openai.base_url", "openai.api_key"),
]


def read(*words: str) -> Words:
    return read_words(words, FLAGS, RETIRED)


@pytest.mark.parametrize("name", GUIDE)
def test_the_flags_of_the_guide_are_fields(name: str) -> None:
    assert FLAGS[name].key == name
    assert FLAGS[name].description


def test_nothing_retired_is_a_flag() -> None:
    assert not set(RETIRED) & set(FLAGS)


def test_values_follow_a_space_or_an_equals_sign() -> None:
    words = read("crm", "--env.group_size", "8", "--env.process_timeout=240", "--openai.base_url=http://x/v1?a=b")
    assert words.alone == ("crm",)
    assert words.values(FLAGS) == {
        "env.group_size": "8",
        "env.process_timeout": "240",
        "openai.base_url": "http://x/v1?a=b",
    }


def test_a_negative_number_is_a_value() -> None:
    assert read("--env.total_steps", "-1").given == {"env.total_steps": "-1"}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("--env.include_messages", "true"), "true"),
        (("--env.include_messages", "False"), "False"),
        (("--env.include_messages",), "true"),
        (("--env.include_messages", "smolagents"), "true"),
        (("--env.include_messages=false",), "false"),
    ],
)
def test_a_switch_needs_no_value(words: tuple[str, ...], value: str) -> None:
    assert read(*words).given["env.include_messages"] == value


def test_the_word_none_is_null() -> None:
    assert read("--env.split", "None").values(FLAGS) == {"env.split": None}


def test_an_unknown_flag_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"no flag --env.grup_size; did you mean --env.group_size\?"):
        read("--env.grup_size", "8")
    with pytest.raises(ConfigError, match="no flag --zzz; --help lists the flags"):
        read("--zzz")


def test_a_retired_flag_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"--env.use_wandb is retired; progress"):
        read("--env.use_wandb", "false")


def test_a_flag_is_given_once_and_with_its_value() -> None:
    with pytest.raises(ConfigError, match="--seed is given twice"):
        read("--seed", "1", "--seed=2")
    with pytest.raises(ConfigError, match=r"--env.group_size needs a value"):
        read("--env.group_size", "--env.total_steps", "1")
    with pytest.raises(ConfigError, match=r"--env.group_size needs a value"):
        read("--env.group_size")
