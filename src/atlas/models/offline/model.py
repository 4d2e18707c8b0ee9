"""An offline model: a scripted stand-in behind the same protocol as a real one. It says that it is simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from atlas.core.json import JsonValue
from atlas.core.messages import ChatRequest, Completion, FinishReason, Message, ModelRole, Usage
from atlas.core.tools import ToolSpec
from atlas.models.offline.catalog import Catalog
from atlas.models.offline.gaia.habits import FileHabits
from atlas.models.offline.gaia.student import answer_from_files, plays_files
from atlas.models.offline.habits import HabitProfile
from atlas.models.offline.judge import judge
from atlas.models.offline.probe import probe
from atlas.models.offline.student import answer
from atlas.models.offline.synthesizer import synthesize
from atlas.models.offline.teacher import teach

CHARACTERS_PER_TOKEN = 4
"""How tokens are simulated: characters of all messages and tool descriptions, divided by this, rounded up."""
PRICES_USD_PER_MILLION: dict[ModelRole, tuple[float, float]] = {
    "student": (0.40, 1.60),
    "teacher": (2.00, 8.00),
    "judge": (0.40, 1.60),
    "arbiter": (2.00, 8.00),
    "synthesizer": (0.30, 2.50),
    "probe": (0.30, 2.50),
}
"""Simulated prices of a prompt and a completion token, so that cost tables are not empty. Nobody charges them."""


Script: TypeAlias = Callable[[ChatRequest, Catalog], Message]


class OfflineModel:
    """One role's script. `script` gives the message for a request; it is a function of nothing else."""

    simulated = True

    def __init__(self, role: ModelRole, script: Script) -> None:
        self.name = f"offline/{role}"
        self._prices = PRICES_USD_PER_MILLION[role]
        self._script = script
        self._tools: tuple[ToolSpec, ...] | None = None
        self._catalog = Catalog(())
        self._tool_characters = 0

    async def complete(self, request: ChatRequest) -> Completion:
        """The scripted reply. It takes no time worth reporting, so `duration_s` is 0."""
        self._read_tools(request.tools)
        message = self._script(request, self._catalog)
        prompt = _tokens(self._tool_characters + sum(_characters(m) for m in request.messages))
        reply = _tokens(_characters(message))
        cost = (prompt * self._prices[0] + reply * self._prices[1]) / 1_000_000
        finish: FinishReason = "tool_calls" if message.tool_calls else "stop"
        return Completion(message, Usage(prompt, reply, 1, cost), self.name, finish)

    async def close(self) -> None:
        """Nothing is held open."""

    def _read_tools(self, tools: tuple[ToolSpec, ...]) -> None:
        """Keep what is known of the tools: callers pass the same tuple on every step."""
        if tools is not self._tools:
            self._tools, self._catalog = tools, Catalog(tools)
            self._tool_characters = sum(
                len(spec.name) + len(spec.description) + _json_characters(spec.parameters) for spec in tools
            )


def offline_model(
    role: ModelRole, *, seed: int, profile: HabitProfile | None = None, file_habits: FileHabits | None = None
) -> OfflineModel:
    """The scripted model of a role. `profile` is what the student is prone to, `file_habits` the same among files.

    `seed` decides every draw; a request that brings a seed of its own decides the student's draws itself.
    """
    habits = profile or HabitProfile(seed=seed)
    among_files = file_habits or FileHabits(seed=seed)
    scripts: dict[ModelRole, Script] = {
        # A request for JSON is no turn of a conversation: the student is to plan one.
        "student": lambda request, catalog: (
            teach(request, seed)
            if request.json_object
            else answer_from_files(request, among_files)
            if plays_files(request)
            else answer(request, catalog, habits.drawn_by(request.seed))
        ),
        # With tools in hand the teacher has taken over the turn: it works like the student, without its habits.
        "teacher": lambda request, catalog: (
            teach(request, seed)
            if not request.tools
            else answer_from_files(request, FileHabits.flawless(seed))
            if plays_files(request)
            else answer(request, catalog, HabitProfile.flawless(seed))
        ),
        "judge": lambda request, catalog: judge(request, seed),
        "arbiter": lambda request, catalog: judge(request, seed),
        "synthesizer": lambda request, catalog: synthesize(request, seed),
        "probe": lambda request, catalog: probe(request),
    }
    return OfflineModel(role, scripts[role])


def _characters(message: Message) -> int:
    return len(message.content) + sum(len(call.name) + len(call.arguments) for call in message.tool_calls)


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)


def _json_characters(value: JsonValue) -> int:
    """About how long a value is as JSON text."""
    if isinstance(value, dict):
        return 2 + sum(len(str(key)) + 4 + _json_characters(item) for key, item in value.items())
    if isinstance(value, list):
        return 2 + sum(1 + _json_characters(item) for item in value)
    return len(str(value)) + 2
