"""Merging a proposal into a playbook: a pure step from one version to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from atlas.core.playbook import Entry, EntryId, Playbook, Proposal, Provenance

_LIVE = ("active", "provisional")
_RETIRED = ("deprecated", "pruned", "quarantined")


def merge(
    playbook: Playbook, proposal: Proposal, *, author: str, by_rubric: bool = True, max_rejected: int = 200
) -> Playbook | None:
    """The next version, or None when the proposal changes nothing or the playbook is frozen.

    * An entry with a known id replaces the old one, but keeps the session it first came from. What was
      deprecated, pruned or quarantined stays so: evidence or a person retired it.
    * Of live entries that say the same (audience, tool, imperative) the one with the higher rubric total stays,
      the older one of equals; unless `by_rubric`, the newest. What says the same as a quarantined entry is not
      added: another cue mends no harm.
    * Entries that the proposal does not name stay as they are. Entries are sorted by id, so proposals about
      different lessons give the same entries in either order.
    * Of refused entries the latest `max_rejected` are kept, each id once, in order of arrival.
    """
    if playbook.frozen:
        return None
    entries = {entry.id: entry for entry in playbook.entries}
    for entry in proposal.accepted:
        _add(entries, entry, by_rubric)
    merged = tuple(entries[entry_id] for entry_id in sorted(entries))
    rejected = _rejected(playbook.rejected, proposal.rejected)[-max_rejected:] if max_rejected else ()
    if merged == tuple(sorted(playbook.entries, key=lambda entry: entry.id)) and rejected == playbook.rejected:
        return None
    return Playbook(playbook.key, playbook.version + 1, merged, rejected, parent=playbook.version, author=author)


def _add(entries: dict[EntryId, Entry], new: Entry, by_rubric: bool) -> None:
    old = entries.get(new.id)
    if old is not None:
        if old.lifecycle not in _RETIRED and _content(old) != _content(new):
            source = old.provenance.source_session_id or new.provenance.source_session_id
            entries[new.id] = replace(new, provenance=replace(new.provenance, source_session_id=source))
        return
    alike = [entry for entry in entries.values() if _advice(entry) == _advice(new)]
    twins = [entry for entry in alike if entry.lifecycle in _LIVE]
    if any(entry.lifecycle == "quarantined" for entry in alike):
        return
    if by_rubric and any(_total(twin) >= _total(new) for twin in twins):
        return
    for twin in twins:
        del entries[twin.id]
    entries[new.id] = new


def _rejected(kept: tuple[Entry, ...], new: Iterable[Entry]) -> tuple[Entry, ...]:
    by_id = {entry.id: entry for entry in kept}
    for entry in new:
        if entry.id not in by_id or _content(by_id[entry.id]) != _content(entry):
            by_id.pop(entry.id, None)
            by_id[entry.id] = entry
    return tuple(by_id.values())


def _content(entry: Entry) -> Entry:
    """What an entry says and how it was judged, without where it comes from."""
    return replace(entry, provenance=Provenance(rubric=entry.provenance.rubric))


def _advice(entry: Entry) -> tuple[str, str, str]:
    words = " ".join(re.findall(r"\w+", entry.action.imperative.casefold()))
    return entry.audience, entry.action.runtime_handle or "", words


def _total(entry: Entry) -> float:
    return entry.provenance.rubric.weighted_total if entry.provenance.rubric else 0.0
