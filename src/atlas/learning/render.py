"""Rendering: the lessons of a playbook that one brief calls for, as text within a budget."""

from __future__ import annotations

from collections.abc import Sequence, Set

from atlas.core.playbook import Audience, Entry, EntryId, Lessons, Playbook
from atlas.core.tasks import Brief
from atlas.learning.config import LearningConfig
from atlas.learning.cue import detector
from atlas.learning.passage import Passage, joined, passage
from atlas.learning.withhold import NOTHING_WITHHELD, Withholding

_LIVE = ("active", "provisional")


def lessons_for(
    playbook: Playbook, brief: Brief, config: LearningConfig, withholding: Withholding = NOTHING_WITHHELD
) -> Lessons:
    """What a session under this config is shown; nothing when learning or its use in prompts is off."""
    if not (config.enabled and config.apply_to_prompts):
        return Lessons(playbook.key, playbook.version)
    return render(playbook, brief, config.playbook_char_budget, withholding)


def render(
    playbook: Playbook, brief: Brief, char_budget: int, withholding: Withholding = NOTHING_WITHHELD
) -> Lessons:
    """Entries whose cue hits one of the user's messages, best first, at most `char_budget` characters an audience.

    Only active and provisional entries count. Best means: higher rubric total, then the longer cue, then the id.
    An entry is shown whole or not at all; those that fit the brief but not the budget, and those whose cue
    cannot be compiled any more, are `left_out`. What is withheld is drawn among those that fit, and its room stays
    empty: so whether an entry is shown depends on its draw alone, and on no other entry's.
    """
    turns = [passage(turn) for turn in brief.turns]
    whole = joined(turns)
    found = [(entry, _hit(entry, turns, whole)) for entry in playbook.entries if entry.lifecycle in _LIVE]
    called = sorted((entry for entry, hit in found if hit), key=_rank)
    broken = [entry.id for entry, hit in found if hit is None]
    student, teacher = _fitting(called, "student", char_budget), _fitting(called, "teacher", char_budget)
    fitting = {entry.id for entry in (*student, *teacher)}
    withheld = {entry_id for entry_id in fitting if withholding.withholds(entry_id)}
    return Lessons(
        playbook.key,
        playbook.version,
        _page(student, withheld),
        _page(teacher, withheld),
        shown=tuple(entry.id for entry in called if entry.id in fitting - withheld),
        left_out=tuple([entry.id for entry in called if entry.id not in fitting] + broken),
        withheld=tuple(entry.id for entry in called if entry.id in withheld),
        withhold_rates={entry_id: rate for entry_id in sorted(fitting) if (rate := withholding.rate(entry_id))},
    )


def line(entry: Entry) -> str:
    """One entry as an agent reads it."""
    action = entry.action
    tool = f" [tool: {_flat(action.runtime_handle)}]" if action.runtime_handle else ""
    effect = f" ({_flat(entry.expected_effect)})" if entry.expected_effect.strip() else ""
    moment = _flat(entry.cue.description) or _flat(entry.cue.pattern)
    return f"- When {moment}: {_flat(action.imperative)}{tool}{effect}"


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


def _fitting(called: Sequence[Entry], audience: Audience, char_budget: int) -> list[Entry]:
    fitting: list[Entry] = []
    left = char_budget
    for entry in called:
        if entry.audience != audience:
            continue
        cost = len(line(entry)) + bool(fitting)  # and the line break before it
        if cost <= left:
            fitting.append(entry)
            left -= cost
    return fitting


def _page(entries: Sequence[Entry], withheld: Set[EntryId]) -> str:
    return "\n".join(line(entry) for entry in entries if entry.id not in withheld)


def _flat(text: str) -> str:
    """One line, without the marks that open and close the playbook in a prompt."""
    return " ".join(text.replace(">>>", ">").split())
