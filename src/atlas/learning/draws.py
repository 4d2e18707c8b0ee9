"""Draws: in how many sessions chance has decided about each entry of a playbook that is being learned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from atlas.core.playbook import Entry, EntryId, LearningKey, Playbook
from atlas.core.protocols import SessionStore
from atlas.core.session import Session


class Draws:
    """Counted along with the sessions of a run; those before it are looked up once a key.

    Learners of one key in several processes see each other's sessions when they start: what an entry's rate is may
    then lag, and each session keeps the rate that it drew at.
    """

    def __init__(self, sessions: SessionStore, *, simulated: bool) -> None:
        self._sessions, self._simulated = sessions, simulated
        self._counts: dict[LearningKey, dict[EntryId, int]] = {}
        self._wordings: dict[LearningKey, dict[EntryId, Entry]] = defaultdict(dict)

    async def so_far(self, playbook: Playbook) -> Mapping[EntryId, int]:
        """The count of every entry in its present wording. Raises `StorageError`."""
        key = playbook.key
        if key not in self._counts:
            self._counts[key] = dict(await self._sessions.drawn(playbook, simulated=self._simulated))
        counts, wordings = self._counts[key], self._wordings[key]
        for entry in playbook.entries:
            earlier = wordings.get(entry.id, entry)
            if (entry.cue, entry.action) != (earlier.cue, earlier.action):
                counts[entry.id] = 0
            wordings[entry.id] = entry
        return counts

    def add(self, session: Session) -> None:
        """One more session has been played; one that failed below us tells nothing and is not counted."""
        if session.failure is not None:
            return
        counts = self._counts[session.lessons.key]
        for entry_id in session.lessons.withhold_rates:
            counts[entry_id] = counts.get(entry_id, 0) + 1
