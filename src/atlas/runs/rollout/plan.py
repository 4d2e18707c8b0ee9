"""A rollout plan: what `atlas rollout process|serve|evaluate` was asked for, from flags and a YAML file."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml
from pydantic import ValidationError

from atlas.config_file import nearest_line, read_mapping
from atlas.core.json import JsonObject
from atlas.errors import ConfigError
from atlas.rollouts.config import RETIRED, EnvConfig, JudgeConfig, OpenAIConfig, RolloutConfig
from atlas.rollouts.flags import Flag, flags_of, read_words
from atlas.rollouts.tokens.byte_tokenizer import NAME as BYTES

Command: TypeAlias = Literal["process", "serve", "evaluate"]

ENVIRONMENTS = "smolagents (GAIA, played by agents that write code), crm, or an import path module:factory"
OWN_FLAGS = (
    Flag("config", "A YAML file with the blocks env, openai, scoring, judge and ray; flags win over it."),
    Flag("resume", "Go on with the run of this command: what is finished is not played again.", switch=True),
    Flag("budget-usd", "The same as --budget_usd.", "budget_usd"),
    Flag("api-key", "The same as --openai.api_key.", "openai.api_key"),
)
ELSEWHERE = (
    "offline",
    "openai.api_key",
    "judge.api_key",
    "budget_usd",
    "executor",
    "ray",
    "env.total_steps",
    "env.max_concurrent_processes",
)
"""What may change when a run goes on: it decides where, how fast and how far it is played, not what comes out."""
PLAIN_MAX_TOKENS = 2048
PLACES = ("data_path_to_save_groups", "data_dir_to_save_evals", "rollout_server_url", "wandb_name")


@dataclass(frozen=True, slots=True)
class RolloutPlan:
    """One command, with the defaults of its own filled in. `line` repeats it, without a key that was given."""

    command: Command
    env: str
    config: RolloutConfig
    resume: bool
    line: str

    @property
    def name(self) -> str:
        """The environment as part of a file name."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.env)

    def identity(self) -> JsonObject:
        """All of the config that decides what the trajectories look like."""
        document = self.config.model_dump(mode="json")
        for key in (*ELSEWHERE, *(f"env.{name}" for name in PLACES)):
            *blocks, last = key.split(".")
            block = document
            for part in blocks:
                block = block[part]
            del block[last]
        return {"command": f"rollout {self.command}", "environment": self.env, **document}


def read_plan(command: Command, words: Sequence[str]) -> RolloutPlan:
    """The plan of a command line. Raises `ConfigError` naming the flag, or file, line and key, that is wrong."""
    flags = {flag.name: flag for flag in OWN_FLAGS} | flags_of(RolloutConfig)
    taken = read_words(words, flags, RETIRED)
    if len(taken.alone) != 1:
        what = f"got {', '.join(taken.alone)}" if taken.alone else "none is named"
        raise ConfigError(f"atlas rollout {command} takes one environment, and {what}; there are {ENVIRONMENTS}")
    path = Path(taken.given["config"]) if "config" in taken.given else None
    file = _File.read(path, flags) if path else _File({}, None, None)
    config = _validated(file, taken.values(flags))
    _check_judge(config, command)
    settled = {"env": _settled(config.env, command, taken.alone[0]), "openai": _limited(config)}
    return RolloutPlan(
        command,
        taken.alone[0],
        config.model_copy(update=settled),
        taken.given.get("resume", "false").lower() in ("true", "1", "yes", "on"),
        shlex.join(["atlas", "rollout", command, *_public(words)]),
    )


def help_text(command: Command) -> str:
    """The command's flags, with what they do and what they are when left out."""
    flags = (*OWN_FLAGS, *flags_of(RolloutConfig).values())
    lines = "\n".join(flag.line() for flag in flags)
    return f"Usage: atlas rollout {command} ENV [FLAGS]\n\nENV is {ENVIRONMENTS}.\n\n{lines}"


@dataclass(frozen=True, slots=True)
class _File:
    """What a YAML file says, by dotted name, and where."""

    values: Mapping[str, Any]
    path: Path | None
    root: yaml.Node | None

    @classmethod
    def read(cls, path: Path, flags: Mapping[str, Flag]) -> _File:
        root, data = read_mapping(
            path, "a rollout config is a mapping with blocks env, openai, scoring, judge and ray"
        )
        file = cls(dict(_dotted(data, "")), path, root)
        for key in file.values:
            if key in RETIRED:
                raise ConfigError(f"{file.place(key)}: retired; {RETIRED[key]}")
            if key not in flags:
                near = difflib.get_close_matches(key, flags, n=1)
                advice = f"did you mean {near[0]}?" if near else "`atlas rollout process --help` lists them"
                raise ConfigError(f"{file.place(key)}: unknown key; {advice}")
        return file

    def place(self, key: str) -> str:
        return f"{self.path}:{nearest_line(self.root, tuple(key.split('.')))}: {key}"


def _validated(file: _File, given: Mapping[str, str | None]) -> RolloutConfig:
    try:
        return RolloutConfig.model_validate(_nested({**file.values, **given}))
    except ValidationError as error:
        raise ConfigError("\n".join(_sentence(fault, file, given) for fault in error.errors())) from error


def _sentence(fault: Any, file: _File, given: Mapping[str, str | None]) -> str:
    # What is wrong in a list is said of the whole list: a flag has no other name for it.
    key = ".".join(part for part in fault["loc"] if isinstance(part, str))
    flag = next((name for name in given if name == key or name.startswith(f"{key}.")), None)
    place = f"--{flag}" if flag else file.place(key) if file.path else key
    reason = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
    shown = "" if "api_key" in key or isinstance(fault["input"], dict) else f" (given: {fault['input']!r})"
    return f"{place}: {reason[0].lower()}{reason[1:]}{shown}"


def _check_judge(config: RolloutConfig, command: Command) -> None:
    """Refuse a judge that nothing asks, or whose word nothing counts. Raises `ConfigError`."""
    asked, named = config.scoring.reasoning_judge == "model", config.judge != JudgeConfig()
    if named and not asked:
        raise ConfigError("nothing asks the model of block judge; add --scoring.reasoning_judge model")
    if asked and command == "evaluate":
        raise ConfigError(
            "--scoring.reasoning_judge model has a part of the score judged, and evaluate counts strict success; "
            "leave it out"
        )


def _settled(env: EnvConfig, command: Command, name: str) -> EnvConfig:
    """The block with what it leaves open decided as the command needs it."""
    if not env.use_chat_completion and env.tokenizer_name is None:
        raise ConfigError(
            "--env.use_chat_completion false needs --env.tokenizer_name: its chat template writes the text that is "
            "sent to the model"
        )
    serves = command == "serve"
    defaults = {
        "total_steps": 10 if command == "process" else -1,
        "group_size": 1 if command == "evaluate" else 4,
        "ensure_scores_are_not_same": serves,
        "on_failure": "replay" if serves else "keep",
        "tokenizer_name": BYTES if serves else None,
        "agent": "code" if name == "smolagents" else "chat",
    }
    env = env.model_copy(update={key: value for key, value in defaults.items() if getattr(env, key) is None})
    if command == "process" and env.total_steps == -1:
        raise ConfigError("--env.total_steps -1 leaves the end to the trainer, and process has none; give a number")
    if not env.include_messages and env.tokenizer_name is None:
        raise ConfigError("--env.include_messages false leaves nothing without --env.tokenizer_name; give one")
    return env


def _limited(config: RolloutConfig) -> OpenAIConfig:
    """Block `openai`; a plain completion that names no limit of its own would end after 16 tokens."""
    if config.env.use_chat_completion or config.openai.max_tokens is not None:
        return config.openai
    return config.openai.model_copy(update={"max_tokens": PLAIN_MAX_TOKENS})


def _dotted(data: Mapping[str, Any], under: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict) and value:
            yield from _dotted(value, f"{under}{name}.")
        else:
            yield f"{under}{name}", value


def _nested(values: Mapping[str, Any]) -> JsonObject:
    found: JsonObject = {}
    for key, value in values.items():
        *blocks, last = key.split(".")
        block = found
        for part in blocks:
            block = block.setdefault(part, {})
        block[last] = value
    return found


def _public(words: Sequence[str]) -> Iterator[str]:
    """The words without a key and without --resume, which is said anew where it is wanted."""
    left = list(words)
    while left:
        word = left.pop(0)
        name = word.removeprefix("--").partition("=")[0]
        if word.startswith("--") and name in ("api-key", "openai.api_key", "judge.api_key"):
            if "=" not in word and left:
                left.pop(0)
        elif not (word.startswith("--") and name == "resume"):
            yield word
