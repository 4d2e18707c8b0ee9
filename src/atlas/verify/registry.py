"""The registry: every verifier by the name that configs and commands use."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Protocol

from atlas.core.protocols import Verifier
from atlas.errors import ConfigError
from atlas.verify.reply_facts import ReplyFactsVerifier
from atlas.verify.state import StateVerifier
from atlas.verify.tool_calls import ToolCallsVerifier


class RegisteredVerifier(Verifier, Protocol):
    """A verifier that says whether strict success depends on it."""

    @property
    def required(self) -> bool: ...


VERIFIERS: dict[str, Callable[[], RegisteredVerifier]] = {
    "structured": StateVerifier,
    "reply_facts": ReplyFactsVerifier,
    "tool_calls": ToolCallsVerifier,
}


def build_verifiers(names: Sequence[str]) -> tuple[Verifier, ...]:
    """The named verifiers, in order.

    Raises `ConfigError` for an empty list, an unknown or repeated name, and a list of metrics alone: each would let
    a trajectory pass that nobody checked.
    """
    known = ", ".join(VERIFIERS)
    if not names:
        raise ConfigError(f"no verifiers named, so nothing would be checked; name at least one of {known}")
    for name in names:
        if name not in VERIFIERS:
            raise ConfigError(f"unknown verifier {name!r}{_nearest(name)}; there are {known}")
    if len(set(names)) < len(names):
        raise ConfigError(f"a verifier is named twice in {', '.join(names)}; name each once")
    built = tuple(VERIFIERS[name]() for name in names)
    if not any(verifier.required for verifier in built):
        raise ConfigError(f"{', '.join(names)} only measures and decides nothing; add structured or reply_facts")
    return built


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, VERIFIERS, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
