"""The prompt of the synthesizer: one session, trimmed to a bounded size, and nothing that graders alone know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import Message
from atlas.core.playbook import Entry, Playbook
from atlas.core.session import Attempt, Played, Session
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.learning.config import LearningConfig
from atlas.learning.prose import length

T = TypeVar("T")

MAX_PROMPT = 40_000
"""Characters of the user message, as JSON."""

_PROMPTS = files("atlas.learning") / "prompts"


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is told: characters of a text and of a tool value; how many of all else (steps: a turn)."""

    text: int
    value: int
    steps: int
    attempt_steps: int
    turns: int
    entries: int
    handles: int


# From much to little; the first that fits is taken. The last one always fits.
_DETAILS = (
    _Detail(text=4000, value=2000, steps=60, attempt_steps=60, turns=40, entries=60, handles=200),
    _Detail(text=2000, value=800, steps=40, attempt_steps=20, turns=30, entries=40, handles=200),
    _Detail(text=1000, value=300, steps=20, attempt_steps=8, turns=20, entries=20, handles=200),
    _Detail(text=400, value=150, steps=12, attempt_steps=4, turns=12, entries=12, handles=200),
    _Detail(text=100, value=40, steps=2, attempt_steps=0, turns=2, entries=3, handles=40),
)
_MAX_ATTEMPTS = 4
_MAX_NAME = 64
_MAX_ENTRY = 2000


def messages(
    session: Session, playbook: Playbook, handles: Sequence[str], config: LearningConfig
) -> tuple[Message, ...]:
    """What the synthesizer is asked about a session that was played."""
    return (
        Message("system", _system_text(config)),
        Message("user", _user_text(session, playbook, handles, config)),
    )


def _system_text(config: LearningConfig) -> str:
    """The configured instructions, else the built-in ones with the limits filled in; then the form of the reply."""
    schema, note = config.entry_schema, '"..." or null' if config.session_note_enabled else "null"
    rules = config.prompts.synthesizer or (_PROMPTS / "synthesizer.md").read_text().format(
        cue_types=", ".join(schema.cue_types),
        missing=", or null for advice without a tool" if schema.allow_missing_tool_mapping else "",
        max_entries=config.max_entries_per_session,
        max_text_length=config.gates.max_text_length,
    )
    return f"{rules.rstrip()}\n\n{(_PROMPTS / 'synthesizer_reply.md').read_text().format(note=note)}"


def _user_text(session: Session, playbook: Playbook, handles: Sequence[str], config: LearningConfig) -> str:
    """The session as one JSON object of at most `MAX_PROMPT` characters.

    Long texts and tool results are cut, then steps, turns and playbook entries are left out, in the middle first.
    Verifiers appear by name, outcome and score only: their reasons may quote the target.
    """
    for detail in _DETAILS[:-1]:
        text = dumps(_object(session, playbook, handles, config, detail))
        if len(text) <= MAX_PROMPT:
            return text
    return dumps(_object(session, playbook, handles, config, _DETAILS[-1]))


def _object(
    session: Session, playbook: Playbook, handles: Sequence[str], config: LearningConfig, detail: _Detail
) -> JsonObject:
    panel, reward = session.panel, session.reward
    return {
        "ask": "synthesize",
        "session": _session(session, detail),
        "reward": {"score": reward.score if reward else None},
        "verifiers": [{"name": v.verifier, "passed": v.passed, "score": v.score} for v in session.verdicts],
        "judge": {"score": panel.score, "rationale": _cut(panel.rationale, detail.text)} if panel else None,
        "playbook_entries": [_entry(entry) for entry in _relevant(playbook, session.played, detail.entries)],
        "runtime_handles": [_cut(name, _MAX_NAME) for name in sorted(handles)[: detail.handles]],
        "limits": {"max_entries": config.max_entries_per_session, "max_text_length": config.gates.max_text_length},
    }


def _session(session: Session, detail: _Detail) -> JsonObject:
    attempts = session.played.attempts if session.played else ()
    turns = session.played.trajectory.turns if session.played else ()
    told = [_turn(turn, attempts, detail) for turn in _ends(turns, detail.turns)]
    return {
        "family": session.family,
        "success": session.success,
        "turns": told,
        "turns_left_out": len(turns) - len(told),
    }


def _turn(turn: Turn, attempts: Sequence[Attempt], detail: _Detail) -> JsonObject:
    own = [attempt for attempt in attempts if attempt.turn.index == turn.index]
    return {
        "request": _cut(turn.request, detail.text),
        "steps": _steps(turn, detail.steps, detail),
        "reply": _cut(turn.reply, detail.text),
        "attempts": [_attempt(attempt, detail) for attempt in _ends(own, _MAX_ATTEMPTS)],
    }


def _attempt(attempt: Attempt, detail: _Detail) -> JsonObject:
    validation = attempt.validation
    return {
        "number": attempt.number,
        "by": attempt.by,
        "valid": validation.valid if validation else None,
        "guidance": _cut(validation.guidance if validation else "\n".join(attempt.guidance), detail.text),
        "steps": _steps(attempt.turn, detail.attempt_steps, detail),
    }


def _steps(turn: Turn, most: int, detail: _Detail) -> list[JsonObject]:
    return [_step(step, detail) for step in _ends(calls_of(turn), most)]


def _step(step: JsonObject, detail: _Detail) -> JsonObject:
    return {
        "tool": _cut(step["tool"], _MAX_NAME),
        "arguments": _value(step["arguments"], detail.value),
        "result": _value(step["result"], detail.value),
        "error": None if step["error"] is None else _cut(step["error"], detail.text),
    }


def _value(value: JsonValue, most: int) -> JsonValue:
    """The value itself while it is short, else the start of its JSON text."""
    text = dumps(value)
    return value if len(text) <= most else _cut(text, most)


def _relevant(playbook: Playbook, played: Played | None, most: int) -> list[Entry]:
    """Live entries, those about tools that were called first, then by id."""
    turns = played.trajectory.turns if played else ()
    called = {call["tool"] for turn in turns for call in calls_of(turn)}
    live = [e for e in playbook.entries if e.lifecycle in ("active", "provisional") and length(e) <= _MAX_ENTRY]
    return sorted(live, key=lambda entry: (entry.action.runtime_handle not in called, entry.id))[:most]


def _entry(entry: Entry) -> JsonObject:
    return {
        "id": entry.id,
        "audience": entry.audience,
        "cue": entry.cue,
        "action": entry.action,
        "expected_effect": entry.expected_effect,
        "scope": entry.scope,
        "lifecycle": entry.lifecycle,
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text) - most} more characters)"


def _ends(items: Sequence[T], most: int) -> Sequence[T]:
    """The first and the last of many."""
    if len(items) <= most:
        return items
    head = most // 2
    return [*items[:head], *items[len(items) - (most - head) :]]
