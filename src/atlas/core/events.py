"""Events: one telemetry record each, with who acted and what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject
from atlas.core.session import SessionId

Actor: TypeAlias = Literal[
    "student", "teacher", "judge", "arbiter", "synthesizer", "probe", "environment", "runtime"
]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a session. `event_type` is dotted, for example "student.step"."""

    session_id: SessionId
    event_type: str
    actor: Actor
    payload: JsonObject = field(default_factory=dict)
