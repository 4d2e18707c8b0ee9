"""Curation: what a person or the evidence does to a playbook. Each act is a new version; none is ever lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from atlas.core.playbook import Entry, EntryId, Playbook, Quarantine
from atlas.learning.cue import detector
from atlas.learning.gates import Ground, covered

_LIVE = ("active", "provisional")


def edited(playbook: Playbook, entries: Sequence[Entry], ground: Ground, *, author: str) -> Playbook:
    """The next version with these entries in place of the old ones.

    A person may keep what the gates would refuse, but not what could never work: raises `ValueError`, a line for
    each fault, for an id that stands twice, a cue that cannot be used, a missing imperative, or a handle that is no
    tool of `ground`.
    """
    if faults := list(_faults(entries, ground)):
        raise ValueError("\n".join(faults))
    return _next(replace(playbook, entries=tuple(sorted(entries, key=lambda entry: entry.id))), playbook, author)


def rolled_back(playbook: Playbook, earlier: Playbook, *, author: str) -> Playbook:
    """The next version with what `earlier` held. Raises `ValueError` when that is what the newest one holds."""
    back = replace(earlier, frozen=playbook.frozen)
    if (back.entries, back.rejected) == (playbook.entries, playbook.rejected):
        raise ValueError(f"version {earlier.version} holds what version {playbook.version} holds already")
    return replace(_next(back, playbook, author), parent=earlier.version or None)


def frozen(playbook: Playbook, on: bool, *, author: str) -> Playbook | None:
    """The next version, which sessions read but no longer add to (or again do); None when that is so already."""
    return None if playbook.frozen == on else _next(replace(playbook, frozen=on), playbook, author)


def quarantined(playbook: Playbook, harm: Mapping[EntryId, Quarantine], *, author: str) -> Playbook | None:
    """The next version with the entries that harm out of use, each with the reason; None when none is in use.

    A quarantined entry stays in the playbook, is shown to nobody, and no proposal brings it back; a person may.
    """
    if not any(entry.id in harm and entry.lifecycle in _LIVE for entry in playbook.entries):
        return None
    entries = tuple(_retired(entry, harm.get(entry.id)) for entry in playbook.entries)
    return _next(replace(playbook, entries=entries), playbook, author)


@dataclass(frozen=True, slots=True)
class Difference:
    """What separates two versions: entries that only one of them has, and those that both have differently."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]


def difference(before: Playbook, after: Playbook) -> Difference:
    """What `after` has and `before` has not, entry by entry, sorted by id. Provenance is no difference."""
    old, new = _by_id(before), _by_id(after)
    both = sorted(old.keys() & new.keys())
    return Difference(
        tuple(new[key] for key in sorted(new.keys() - old.keys())),
        tuple(old[key] for key in sorted(old.keys() - new.keys())),
        tuple((old[key], new[key]) for key in both if _content(old[key]) != _content(new[key])),
    )


def _next(changed: Playbook, newest: Playbook, author: str) -> Playbook:
    return replace(changed, version=newest.version + 1, parent=newest.version or None, author=author, trial=None)


def _retired(entry: Entry, reason: Quarantine | None) -> Entry:
    if reason is None or entry.lifecycle not in _LIVE:
        return entry
    return replace(entry, lifecycle="quarantined", provenance=replace(entry.provenance, quarantine=reason))


def _by_id(playbook: Playbook) -> dict[EntryId, Entry]:
    return {entry.id: entry for entry in playbook.entries}


def _content(entry: Entry) -> Entry:
    return replace(entry, provenance=type(entry.provenance)())


def _faults(entries: Sequence[Entry], ground: Ground) -> Iterator[str]:
    seen: set[EntryId] = set()
    for number, entry in enumerate(entries, 1):
        place = f"entry {number} ({entry.id or 'without an id'})"
        if not entry.id.strip():
            yield f"{place}: it needs an id of its own"
        if entry.id in seen:
            yield f"{place}: the id stands twice"
        seen.add(entry.id)
        try:
            detector(entry.cue)
        except ValueError as error:
            yield f"{place}: cue.pattern: {error}"
        if not entry.action.imperative.strip():
            yield f"{place}: action.imperative: it says nothing to do"
        handle = entry.action.runtime_handle
        if handle and not covered(handle, ground.handles):
            yield f"{place}: action.runtime_handle: {handle!r} is not a tool of this environment"
