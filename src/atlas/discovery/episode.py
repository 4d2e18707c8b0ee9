"""An episode, as the project's own process plays it: its environment, its agent, and their own objects."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.discovery.offering import call
from atlas.discovery.protocols import AtlasAgentProtocol, DiscoveryContext
from atlas.discovery.shown import shown
from atlas.discovery.wire import Told

MAX_EVENTS = 100
"""Events of one order that are kept."""


class Events:
    """Collects what the project's code emits; it is an `EmitEvent`."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def __call__(self, event_type: str, payload: Any = None) -> None:
        if len(self.told) < MAX_EVENTS:
            self.told.append(Told(str(shown(event_type)), shown(payload)))

    emit = __call__

    def flush(self) -> None: ...

    def take(self) -> list[Told]:
        """What was emitted since the last time."""
        told, self.told = self.told, []
        return told


class Episode:
    """One episode at a time. Raises what the project's code raises, `TypeError` for forms that cannot be used."""

    def __init__(self, environment: Any, make_agent: Callable[[], Any], run: Callable[[Any], Any]) -> None:
        """`run` waits for what is awaitable."""
        self._environment, self._make_agent, self._run = environment, make_agent, run
        self._agent: Any = None
        self._events = Events()
        self._task, self._seed = "", 0
        self._decided: dict[str, Any] = {}
        self._clear()

    @property
    def events(self) -> Events:
        return self._events

    def begin(self, task: str, seed: int) -> JsonObject:
        """A new episode: its first observation."""
        self._task, self._seed = task, seed
        return self._reset()

    def make_agent(self) -> None:
        """A new agent, which knows of nothing yet."""
        self._agent = self._waited(self._make_agent())

    def rewind(self, steps: int) -> JsonObject:
        """The episode as it was after `steps` actions, which are carried out again after a reset.

        The agent stays as it is. Raises `TypeError` when the environment does not repeat itself.
        """
        history = self._history[:steps]
        self._reset()
        for past in history:
            self._carry_out(past["action"], submit=past["submit"])
        if shown(self._history) != shown(history):
            raise TypeError("it shows something else after the same actions, so no session can return to a step")
        return self._seen({})

    def plan(self, guidance: str) -> JsonValue:
        """What the agent means to do; None when it has no `plan`."""
        if not hasattr(self._agent, "plan"):
            return None
        offered = {**self._known(self._context(guidance)), "emit_event": self._events}
        return shown(self._asked(self._agent.plan, offered, (self._task, self._observation)))

    def decide(self, guidance: str) -> JsonObject:
        """The agent's next action, as it is shown; the agent's own object is kept for `step`, for good."""
        act = getattr(self._agent, "act", self._agent)
        context = self._context(guidance)
        first = context if isinstance(self._agent, AtlasAgentProtocol) else self._observation
        raw = self._asked(act, {**self._known(context), "emit_event": self._events}, (first,))
        action, submit, metadata = _parts(raw)
        seen = shown(action)
        self._decided[dumps(seen)] = action
        return {"action": seen, "submit": submit, "metadata": shown(metadata)}

    def step(self, action: JsonValue, *, submit: bool) -> JsonObject:
        """Carry out an action: the agent's own object when it decided on what is shown so, else plain JSON."""
        info = self._carry_out(self._decided.get(dumps(action), action), submit=submit)
        return self._seen(info)

    def summarize(self, guidance: str) -> str | None:
        """The agent's answer; None when it has no `summarize`, or gives none."""
        if not hasattr(self._agent, "summarize"):
            return None
        context = self._context(guidance)
        offered = {**self._known(context), "history": list(self._history), "emit_event": self._events}
        said = self._asked(self._agent.summarize, offered, (context,))
        return None if said is None else str(shown(said))

    def close(self) -> None:
        """Let the environment go, where it has a `close`."""
        if hasattr(self._environment, "close"):
            self._asked(self._environment.close, {})

    def _clear(self) -> None:
        self._observation: Any = None
        self._reward: float | None = None
        self._done = False
        self._history: list[dict[str, Any]] = []

    def _reset(self) -> JsonObject:
        self._clear()
        first = self._asked(self._environment.reset, {"task": self._task, "seed": self._seed}, (self._task,))
        # Gymnasium gives the info beside the observation.
        pair = isinstance(first, tuple) and len(first) == 2 and isinstance(first[1], dict)
        self._observation, info = first if pair else (first, {})
        return self._seen(info)

    def _carry_out(self, action: Any, *, submit: bool) -> Any:
        given = self._asked(self._environment.step, {"action": action, "submit": submit}, (action,))
        self._observation, self._reward, self._done, info = _step(given)
        seen = {"observation": self._observation, "reward": self._reward, "done": self._done}
        self._history.append({"action": action, "submit": submit, **seen})
        return info

    def _seen(self, info: Any) -> JsonObject:
        return {
            "observation": shown(self._observation),
            "reward": self._reward,
            "done": self._done,
            "info": shown(info),
        }

    def _context(self, guidance: str) -> DiscoveryContext:
        return DiscoveryContext(
            self._task, len(self._history), self._observation, self._reward, self._done, guidance
        )

    def _known(self, context: DiscoveryContext) -> dict[str, Any]:
        """Everything an agent may ask for by name."""
        return {
            "context": context,
            "ctx": context,
            "task": context.task,
            "step_index": context.step_index,
            "observation": context.observation,
            "obs": context.observation,
            "reward": context.reward,
            "done": context.done,
            "guidance": context.guidance,
        }

    def _asked(self, function: Any, offered: dict[str, Any], in_order: tuple[Any, ...] = ()) -> Any:
        return self._waited(call(function, offered, in_order))

    def _waited(self, result: Any) -> Any:
        return self._run(result) if inspect.isawaitable(result) else result


def _parts(raw: Any) -> tuple[Any, bool, Any]:
    """Action, submit and metadata, from any of the forms in which an agent may answer."""
    if isinstance(raw, tuple) and len(raw) == 3 and isinstance(raw[1], bool):
        return raw
    if isinstance(raw, dict) and {"action", "submit"} <= raw.keys():
        rest = {key: value for key, value in raw.items() if key not in ("action", "submit")}
        return raw["action"], bool(raw["submit"]), rest
    return raw, False, {}


def _step(given: Any) -> tuple[Any, float | None, bool, Any]:
    """Observation, reward, done and info, from Gymnasium's form or the shorter one."""
    if not (isinstance(given, tuple) and len(given) in (4, 5)):
        raise TypeError(
            f"its step gave {type(given).__name__}; right is (observation, reward, done, info), or Gymnasium's five"
        )
    observation, reward, *ends, info = given
    return observation, _number(reward), any(bool(end) for end in ends), info


def _number(reward: Any) -> float | None:
    if reward is None:
        return None
    number = float(reward)
    if number != number or number in (float("inf"), float("-inf")):
        raise TypeError(f"its step gave a reward of {number}; right is a finite number, or None")
    return number
