"""Withdrawal: the lessons of sessions that a person quarantined, taken out of a playbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import TypeAlias

from atlas.core.playbook import Entry, EntryId, Playbook, Proposal, Provenance
from atlas.core.session import SessionId
from atlas.learning.merge import merge

Taught: TypeAlias = tuple[Playbook, Playbook]
"""The playbook before and after one session taught it something."""


def withdraw(
    playbook: Playbook, sources: Set[SessionId], taught: Sequence[Taught], *, author: str
) -> Playbook | None:
    """The next version without what `sources` taught, or None when nothing of theirs is left in it.

    `taught` is what each of them changed in this playbook, the last change first.

    * An entry that first came from one of them goes, whoever reworded it since.
    * Of an entry that one of them only reworded, the wording before comes back, unless it was reworded since.
    * An entry that made room for a better one of theirs comes back, where it does not say what another one says.

    The version is a person's, so a frozen playbook changes too, and stays frozen.
    """
    kept = {entry.id: entry for entry in playbook.entries if not _theirs(entry, sources)}
    for before, after in taught:
        _restore_wordings(kept, _by_id(before), _by_id(after))
    kept = {entry_id: entry for entry_id, entry in kept.items() if not _theirs(entry, sources)}
    left = replace(playbook, entries=_sorted(kept.values()), frozen=False)
    back = tuple(entry for entry in _displaced(taught) if entry.id not in kept and not _theirs(entry, sources))
    merged = merge(left, Proposal(back), author=author) or left
    if merged.entries == _sorted(playbook.entries):
        return None
    return replace(
        merged,
        version=playbook.version + 1,
        parent=playbook.version or None,
        author=author,
        frozen=playbook.frozen,
    )


def reinstate(playbook: Playbook, proposals: Iterable[Proposal], *, author: str) -> Playbook | None:
    """The next version with `proposals` merged again, as if their sessions ended now; None when it has them."""
    restored = replace(playbook, frozen=False)
    for proposal in proposals:
        restored = merge(restored, proposal, author=author) or restored
    if restored.version == playbook.version:
        return None
    return replace(restored, version=playbook.version + 1, parent=playbook.version or None, frozen=playbook.frozen)


def _theirs(entry: Entry, sources: Set[SessionId]) -> bool:
    return entry.provenance.source_session_id in sources


def _restore_wordings(kept: dict[EntryId, Entry], old: dict[EntryId, Entry], new: dict[EntryId, Entry]) -> None:
    for entry_id in kept.keys() & old.keys() & new.keys():
        if _wording(old[entry_id]) != _wording(new[entry_id]) == _wording(kept[entry_id]):
            kept[entry_id] = old[entry_id]


def _displaced(taught: Sequence[Taught]) -> Iterator[Entry]:
    for before, after in taught:
        there = _by_id(after)
        yield from (entry for entry in before.entries if entry.id not in there)


def _by_id(playbook: Playbook) -> dict[EntryId, Entry]:
    return {entry.id: entry for entry in playbook.entries}


def _wording(entry: Entry) -> Entry:
    return replace(entry, provenance=Provenance())


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.id))
