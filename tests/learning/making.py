"""Entries, playbooks and played sessions for tests of learning."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.playbook import (
    Action,
    Audience,
    Cue,
    CueType,
    Entry,
    EntryId,
    LearningKey,
    Lessons,
    Lifecycle,
    Playbook,
    Provenance,
    RubricScores,
    Scope,
)
from atlas.core.session import Attempt, Played, RunId, Session, Slot
from atlas.core.state import StateDiff
from atlas.core.tasks import Brief, TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.learning.gates import Ground
from atlas.learning.reply import entry_id

KEY = LearningKey("crm-agent/crm/quotes")
HANDLES = ("client_search", "create_new_client", "modify_opportunity", "opportunity_search", "quote_details")
GROUND = Ground(HANDLES)


def cue(pattern: str, kind: CueType = "keyword", description: str = "") -> Cue:
    return Cue(kind, pattern, description)


def make_entry(
    pattern: str = r"\b(close|move)\b.*\bdeal\b",
    *,
    kind: CueType = "regex",
    description: str = "a deal is to be closed",
    imperative: str = "Search the deal by name before changing it",
    handle: str | None = "opportunity_search",
    tool_name: str | None = None,
    arguments: JsonObject | None = None,
    effect: str = "The right deal is changed",
    constraints: str = "",
    applies_when: str = "",
    audience: Audience = "student",
    lifecycle: Lifecycle = "active",
    total: float | None = None,
    session: str = "",
    name: str = "",
) -> Entry:
    """A good entry, but for what is said otherwise. `total` gives it rubric scores, `name` an id of its own."""
    found = cue(pattern, kind, description)
    action = Action(imperative, handle, tool_name, arguments or {})
    scope = Scope(constraints=constraints, applies_when=applies_when)
    rubric = None if total is None else RubricScores(total, total, total, total, total, {"cue": True})
    return Entry(
        EntryId(name) if name else entry_id(audience, found, action, scope),
        audience,
        found,
        action,
        effect,
        scope,
        lifecycle,
        Provenance(session, rubric=rubric),
    )


def book(*entries: Entry, version: int = 1, rejected: tuple[Entry, ...] = ()) -> Playbook:
    return Playbook(KEY, version, tuple(sorted(entries, key=lambda entry: entry.id)), rejected)


def brief(*turns: str, instructions: str = "Today is 2026-03-02.") -> Brief:
    return Brief(TaskId("task-1"), "crm", "quotes", instructions, turns)


def called(tool: str, arguments: JsonObject | str, value: JsonValue = None, error: str | None = None) -> Step:
    """A step with one tool call and its result."""
    text = arguments if isinstance(arguments, str) else dumps(arguments)
    message = Message("assistant", "", (ToolCall("call", tool, text),))
    return Step(Completion(message, Usage(), "model", "tool_calls"), (ToolResult("call", tool, value, error),))


def turn(request: str, *steps: Step, index: int = 1, reply: str = "Done.") -> Turn:
    return Turn(index, request, steps, reply, StateDiff())


def played(*turns: Turn, attempts: Sequence[Attempt] | None = None) -> Played:
    stand = [Attempt(turn, "student", 1) for turn in turns] if attempts is None else attempts
    return Played(Trajectory(TaskId("task-1"), "chat", turns, StateDiff()), tuple(stand), "paired", "forced")


def session(*turns: Turn, attempts: Sequence[Attempt] | None = None) -> Session:
    """A session that was played and not yet judged."""
    slot = Slot(RunId("run"), "learning", TaskId("task-1"))
    return Session(slot, "quotes", True, "rev", Lessons(KEY, 1), played(*turns, attempts=attempts))
