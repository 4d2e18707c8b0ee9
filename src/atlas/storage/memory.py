"""A store in memory: for sessions that are played to be counted, and that nobody needs afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.session import Session, SessionId
from atlas.errors import VersionConflict


class MemoryStore:
    """Implements `SessionStore` and `PlaybookStore`; what it holds is gone with it."""

    def __init__(self, *playbooks: Playbook) -> None:
        """`playbooks` are what it begins with."""
        self.sessions: dict[SessionId, Session] = {}
        self.playbooks = {playbook.key: playbook for playbook in playbooks}

    async def load(self, key: LearningKey) -> Playbook:
        """The newest version; the empty version 0 when nobody has saved one."""
        return self.playbooks.get(key, Playbook(key))

    async def save(self, playbook: Playbook) -> None:
        """Save the next version. Raises `VersionConflict` for any other."""
        newest = await self.load(playbook.key)
        if playbook.version != newest.version + 1:
            raise VersionConflict(f"playbook {playbook.key}: {playbook.version} does not follow {newest.version}")
        self.playbooks[playbook.key] = playbook

    async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
        """Keep the session, and the next playbook version with it."""
        if playbook is not None:
            await self.save(playbook)
        self.sessions[session.session_id] = session

    async def finished(self, session_id: SessionId) -> Session | None:
        """The session, or None when it has not been finished."""
        return self.sessions.get(session_id)

    async def drawn(self, playbook: Playbook, *, simulated: bool) -> Mapping[EntryId, int]:
        """In how many sessions chance decided about each entry, whatever its wording was then."""
        counted = (s for s in self.sessions.values() if s.simulated is simulated and s.failure is None)
        lessons = (s.lessons for s in counted if s.lessons.key == playbook.key)
        return Counter(entry_id for each in lessons for entry_id in each.withhold_rates)
