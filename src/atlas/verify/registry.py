"""The registry: every verifier by the name that configs and commands use."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Protocol

from atlas.core.protocols import ChatModel, Verifier
from atlas.errors import ConfigError
from atlas.verify.check import Checks
from atlas.verify.gaia_answer import GaiaAnswerVerifier
from atlas.verify.llm_judge import LlmJudge
from atlas.verify.reply_facts import ReplyFactsVerifier
from atlas.verify.state import StateVerifier
from atlas.verify.tool_calls import ToolCallsVerifier


class RegisteredVerifier(Verifier, Protocol):
    """A verifier that says whether strict success depends on it."""

    @property
    def required(self) -> bool: ...


RULES: dict[str, Callable[[], RegisteredVerifier]] = {
    "structured": StateVerifier,
    "reply_facts": ReplyFactsVerifier,
    "tool_calls": ToolCallsVerifier,
    "gaia_answer": GaiaAnswerVerifier,
}
VERIFIERS = (*RULES, LlmJudge.name)
"""Every name that there is."""


def build_verifiers(names: Sequence[str], judge: ChatModel | None = None) -> Checks:
    """The named verifiers: rules in the order named, the judge last. `judge` is the model that llm_judge asks.

    Raises `ConfigError` for an empty list, an unknown or repeated name, a list that decides nothing (each would let
    a trajectory pass that nobody checked), and for llm_judge without a model.
    """
    known = ", ".join(VERIFIERS)
    if not names:
        raise ConfigError(f"no verifiers named, so nothing would be checked; name at least one of {known}")
    for name in names:
        if name not in VERIFIERS:
            raise ConfigError(f"unknown verifier {name!r}{_nearest(name)}; there are {known}")
    if len(set(names)) < len(names):
        raise ConfigError(f"a verifier is named twice in {', '.join(names)}; name each once")
    rules = tuple(RULES[name]() for name in names if name in RULES)
    if not any(rule.required for rule in rules):
        raise ConfigError(f"{', '.join(names)} only measures and decides nothing; add structured or reply_facts")
    return Checks(rules, _judge(judge) if LlmJudge.name in names else None)


def _judge(model: ChatModel | None) -> LlmJudge:
    if model is None:
        raise ConfigError("llm_judge needs a model to ask; name one for the judge, or leave llm_judge out")
    return LlmJudge(model)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, VERIFIERS, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
