"""Rendering: the lessons of a playbook that one brief calls for, as text within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.playbook import Audience, Entry, EntryId, Lessons, Playbook
from atlas.core.tasks import Brief
from atlas.learning.config import LearningConfig
from atlas.learning.cue import detector
from atlas.learning.passage import Passage, joined, passage

_LIVE = ("active", "provisional")


def lessons_for(playbook: Playbook, brief: Brief, config: LearningConfig) -> Lessons:
    """What a session under this config is shown; nothing when learning or its use in prompts is off."""
    if not (config.enabled and config.apply_to_prompts):
        return Lessons(playbook.key, playbook.version)
    return render(playbook, brief, config.playbook_char_budget)


def render(playbook: Playbook, brief: Brief, char_budget: int) -> Lessons:
    """Entries whose cue hits one of the user's messages, best first, at most `char_budget` characters an audience.

    Only active and provisional entries count. Best means: higher rubric total, then the longer cue, then the id.
    An entry is shown whole or not at all; those that fit the brief but not the budget, and those whose cue
    cannot be compiled any more, are `left_out`.
    """
    turns = [passage(turn) for turn in brief.turns]
    whole = joined(turns)
    found = [(entry, _hit(entry, turns, whole)) for entry in playbook.entries if entry.lifecycle in _LIVE]
    called = sorted((entry for entry, hit in found if hit), key=_rank)
    broken = [entry.id for entry, hit in found if hit is None]
    student, teacher = _page(called, "student", char_budget), _page(called, "teacher", char_budget)
    shown = {*student.shown, *teacher.shown}
    return Lessons(
        playbook.key,
        playbook.version,
        student.text,
        teacher.text,
        shown=tuple(entry.id for entry in called if entry.id in shown),
        left_out=tuple([entry.id for entry in called if entry.id not in shown] + broken),
    )


def line(entry: Entry) -> str:
    """One entry as an agent reads it."""
    action = entry.action
    tool = f" [tool: {_flat(action.runtime_handle)}]" if action.runtime_handle else ""
    effect = f" ({_flat(entry.expected_effect)})" if entry.expected_effect.strip() else ""
    moment = _flat(entry.cue.description) or _flat(entry.cue.pattern)
    return f"- When {moment}: {_flat(action.imperative)}{tool}{effect}"


@dataclass(frozen=True, slots=True)
class _Page:
    text: str
    shown: tuple[EntryId, ...]


def _hit(entry: Entry, turns: Sequence[Passage], whole: Passage) -> bool | None:
    """Whether the entry's cue is in a turn; None when the cue cannot be used."""
    try:
        cue = detector(entry.cue)
    except ValueError:
        return None
    return not cue.rules_out(whole) and any(cue.hits(turn) for turn in turns)


def _rank(entry: Entry) -> tuple[float, int, str]:
    rubric = entry.provenance.rubric
    return (-(rubric.weighted_total if rubric else 0.0), -len(entry.cue.pattern), entry.id)


def _page(called: Sequence[Entry], audience: Audience, char_budget: int) -> _Page:
    lines: list[str] = []
    shown: list[EntryId] = []
    left = char_budget
    for entry in called:
        if entry.audience != audience:
            continue
        text = line(entry)
        cost = len(text) + bool(lines)  # and the line break before it
        if cost <= left:
            lines.append(text)
            shown.append(entry.id)
            left -= cost
    return _Page("\n".join(lines), tuple(shown))


def _flat(text: str) -> str:
    """One line, without the marks that open and close the playbook in a prompt."""
    return " ".join(text.replace(">>>", ">").split())
