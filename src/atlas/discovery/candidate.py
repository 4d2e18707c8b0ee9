"""A candidate: a class or function of a project that may be its environment or its agent, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.discovery.decorators import Role
from atlas.errors import ConfigError

FoundBy: TypeAlias = Literal["named", "decorator", "protocol", "static"]
STRENGTH: dict[FoundBy, int] = {"named": 0, "decorator": 1, "protocol": 2, "static": 3}
"""The stronger sign wins: what a project says outright before what it looks like."""
FLAGS: dict[Role, str] = {"environment": "--env-fn", "agent": "--agent-fn"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """`file` and `line` (from 1) are where it is defined; empty and 0 for what was named on the command line."""

    role: Role
    module: str
    qualname: str
    found_by: FoundBy
    reason: str
    file: str = ""
    line: int = 0
    label: str = ""

    @property
    def target(self) -> str:
        """`module:qualname`, as flags take it."""
        return f"{self.module}:{self.qualname}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.label or self.qualname


def named(role: Role, target: str) -> Candidate:
    """What a flag names. Raises `ConfigError` unless it is `module:qualname`."""
    module, colon, qualname = target.partition(":")
    if not (colon and all(part.isidentifier() for part in (*module.split("."), *qualname.split(".")))):
        raise ConfigError(f"{FLAGS[role]} {target!r} is not of the form module:qualname, such as desk.world:Desk")
    return Candidate(role, module, qualname, "named", f"named by {FLAGS[role]}")


def choose(candidates: Sequence[Candidate], role: Role) -> Candidate:
    """The candidate with the strongest sign.

    Raises `ConfigError` when there is none, and when there are several, naming them and the flag that decides.
    """
    fitting = [candidate for candidate in candidates if candidate.role == role]
    if not fitting:
        raise ConfigError(
            f"no {role} was found in the project; decorate one with @atlas.{role}, or name it with "
            f"{FLAGS[role]} module:qualname"
        )
    strongest = min(STRENGTH[candidate.found_by] for candidate in fitting)
    best = [candidate for candidate in fitting if STRENGTH[candidate.found_by] == strongest]
    if len(best) > 1:
        listed = ", ".join(f"{candidate.target} ({candidate.reason})" for candidate in best)
        raise ConfigError(
            f"the project has {len(best)} that may be its {role}: {listed}; say which with {FLAGS[role]}"
        )
    return best[0]
