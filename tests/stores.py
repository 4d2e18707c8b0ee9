"""A store in memory: sessions and playbooks for tests of whatever saves through the core protocols."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.session import Session, SessionId
from atlas.errors import VersionConflict


class MemoryStore:
    """Implements `SessionStore` and `PlaybookStore`; `conflicts` makes the next so many saves lose a race."""

    def __init__(self, conflicts: int = 0) -> None:
        self.sessions: dict[SessionId, Session] = {}
        self.playbooks: dict[LearningKey, Playbook] = {}
        self.conflicts = conflicts

    async def load(self, key: LearningKey) -> Playbook:
        return self.playbooks.get(key, Playbook(key))

    async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
        if playbook is not None:
            if self.conflicts:
                self.conflicts -= 1
                raise VersionConflict("somebody was faster")
            assert playbook.version == (await self.load(playbook.key)).version + 1
            self.playbooks[playbook.key] = playbook
        assert session.session_id not in self.sessions or self.sessions[session.session_id].failure
        self.sessions[session.session_id] = session

    async def finished(self, session_id: SessionId) -> Session | None:
        return self.sessions.get(session_id)

    async def drawn(self, playbook: Playbook, *, simulated: bool) -> Mapping[EntryId, int]:
        counted = (s for s in self.sessions.values() if s.simulated is simulated and s.failure is None)
        lessons = (s.lessons for s in counted if s.lessons.key == playbook.key)
        return Counter(entry_id for each in lessons for entry_id in each.withhold_rates)
