"""The synthesizer's reply: strict JSON, turned into entries or refused as a whole."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from atlas.core.json import JsonObject, reply_as
from atlas.core.playbook import Action, Audience, Cue, CueType, Entry, EntryId, Provenance, Scope

MAX_REPLY = 200_000
"""Characters of a reply that are still read."""


class CueDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: CueType
    pattern: str
    description: str | None = None


class ActionDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    imperative: str
    runtime_handle: str | None = None
    tool_name: str | None = None
    arguments: JsonObject | None = None


class ScopeDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    category: Literal["reinforcement", "differentiation"] | None = None
    constraints: str | None = None
    applies_when: str | None = None


class EntryDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as the synthesizer writes it: no id, no lifecycle, no scores."""

    audience: Audience
    cue: CueDraft
    action: ActionDraft
    expected_effect: str | None = None
    scope: ScopeDraft = ScopeDraft()


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole reply."""

    version: Literal["playbook_entry.v1"]
    playbook_entries: tuple[EntryDraft, ...]
    session_student_learning: str | None = None
    session_teacher_learning: str | None = None


def parse_reply(text: str) -> Reply:
    """Read a reply; nothing but white space and a code fence around the object is forgiven.

    Raises `ValueError` naming what does not fit.
    """
    if len(text) > MAX_REPLY:
        raise ValueError(f"the reply has {len(text)} characters, at most {MAX_REPLY} are read")
    if not text.strip():
        raise ValueError("the reply is empty")
    return reply_as(Reply, text)


def entry(
    draft: EntryDraft, default_category: Literal["reinforcement", "differentiation"], source: Provenance
) -> Entry:
    """The draft as an entry with its id, not yet assessed."""
    cue = Cue(draft.cue.type, draft.cue.pattern, draft.cue.description or "")
    action = Action(
        draft.action.imperative.strip(),
        (draft.action.runtime_handle or "").strip() or None,
        (draft.action.tool_name or "").strip() or None,
        draft.action.arguments or {},
    )
    scope = Scope(
        draft.scope.category or default_category, draft.scope.constraints or "", draft.scope.applies_when or ""
    )
    return Entry(
        id=entry_id(draft.audience, cue, action, scope),
        audience=draft.audience,
        cue=cue,
        action=action,
        expected_effect=draft.expected_effect or "",
        scope=scope,
        provenance=source,
    )


def entry_id(audience: Audience, cue: Cue, action: Action, scope: Scope) -> EntryId:
    """The same lesson has the same id in every session."""
    parts = (audience, cue.type, cue.pattern, action.imperative, action.runtime_handle or "", scope.constraints)
    return EntryId("playbook-entry-" + sha256("||".join(parts).encode(errors="replace")).hexdigest()[:12])
