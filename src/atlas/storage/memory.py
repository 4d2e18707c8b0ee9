"""A store in memory: for sessions that are played to be counted, and that nobody needs afterwards."""

from __future__ import annotations

from atlas.core.playbook import LearningKey, Playbook
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
