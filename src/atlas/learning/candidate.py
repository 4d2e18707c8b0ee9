"""A candidate: the next version of a playbook as the lessons of several sessions would have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from atlas.core.json import dumps
from atlas.core.playbook import Playbook, Proposal, Provenance
from atlas.learning.merge import merge


def candidate(playbook: Playbook, proposals: Iterable[Proposal], *, author: str) -> Playbook | None:
    """The next version with `proposals` merged in order, or None when none of them changes what sessions read."""
    changed = playbook
    for proposal in proposals:
        changed = merge(changed, proposal, author=author) or changed
    if content_digest(changed) == content_digest(playbook):
        return None
    return replace(changed, version=playbook.version + 1, parent=playbook.version or None, author=author)


def content_digest(playbook: Playbook) -> str:
    """12 hex digits of what sessions read of a playbook: the same for two versions that say the same."""
    live = [entry for entry in playbook.entries if entry.lifecycle in ("active", "provisional")]
    said = [replace(entry, provenance=Provenance(rubric=entry.provenance.rubric)) for entry in live]
    return sha256(dumps(sorted(said, key=lambda entry: entry.id)).encode()).hexdigest()[:12]
