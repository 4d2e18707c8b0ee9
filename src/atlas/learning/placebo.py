"""A placebo: a playbook of the same entries, cues and length as a real one, whose advice says nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice

from atlas.core.playbook import Entry, Playbook

_FILLER = (
    "Stay friendly and keep a professional tone with the person you are talking to, in this as in any conversation."
)


def placebo(playbook: Playbook) -> Playbook:
    """What a student gets to see if the *content* of lessons is taken away and their amount is kept.

    Shown, trigger for trigger, when the real entries would be, at the same number of characters.
    """
    return replace(playbook, entries=tuple(_emptied(entry) for entry in playbook.entries), author="placebo")


def _emptied(entry: Entry) -> Entry:
    return replace(
        entry,
        cue=replace(entry.cue, description=_filler(entry.cue.description)),
        action=replace(
            entry.action, imperative=_filler(entry.action.imperative), runtime_handle=None, tool_name=None
        ),
        expected_effect=_filler(entry.expected_effect),
    )


def _filler(text: str) -> str:
    """Filler words, as many characters as `text` has."""
    return "".join(islice(cycle(f"{_FILLER} "), len(text))).rstrip().ljust(len(text), ".")
