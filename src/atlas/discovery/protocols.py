"""Protocols of a project: what its environment and its agent look like to Atlas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class DiscoveryContext:
    """What an agent knows when it acts. `observation` is the environment's own object.

    `step_index` counts from 0; `reward` is that of the last step, None before it or where none was stated.
    `guidance` is what playbook and teacher have to say, empty when they have nothing to.
    """

    task: str
    step_index: int
    observation: Any
    reward: float | None
    done: bool
    guidance: str = ""


class EmitEvent(Protocol):
    """Takes events that the agent wants recorded beside its step: `emit_event("thought", {...})`."""

    def __call__(self, event_type: str, payload: Any = None) -> None: ...

    def emit(self, event_type: str, payload: Any = None) -> None:
        """The same."""

    def flush(self) -> None:
        """Nothing: events travel with the step that they belong to."""


@runtime_checkable
class AtlasEnvironmentProtocol(Protocol):
    """An environment, in Gymnasium's form or the shorter one. A `gymnasium.Env` is one."""

    def reset(self, *args: Any, **kwargs: Any) -> Any:
        """Begin an episode: `observation`, or `(observation, info)`.

        Called with `task` (the text) and `seed` (31 bits), each only where the signature has it. The same seed
        must begin the same episode: that is how a session returns to its start.
        """

    def step(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Carry out an action: `(observation, reward, done, info)`, or five values with terminated and truncated.

        Called with the action, and with `submit` where the signature has it. `reward` is a number, or None where
        this step has none; `info["is_success"]`, when it is there at the end, decides success.
        """

    def close(self) -> Any:
        """Let go of everything."""


@runtime_checkable
class AtlasAgentProtocol(Protocol):
    """An agent. Every method gets those of its named parameters that there are; any of them may be asynchronous."""

    def plan(self, *args: Any, **kwargs: Any) -> Any:
        """`plan(task, observation, *, emit_event)`: what it means to do, once, before the first action."""

    def act(self, *args: Any, **kwargs: Any) -> Any:
        """`act(context, *, emit_event)`: an action, `(action, submit, metadata)`, or {"action", "submit", ...}."""

    def summarize(self, *args: Any, **kwargs: Any) -> Any:
        """`summarize(context, *, history, emit_event)`: the answer to the task as text, or None.

        `history` is a sequence of {"action", "observation", "reward", "done"} with the project's own objects.
        """
