"""Sessions in PostgreSQL: each saved whole, in one transaction with the playbook version it taught."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import psycopg

from atlas.core.json import JsonValue, from_json
from atlas.core.playbook import EntryId, Playbook
from atlas.core.session import RunId, Session, SessionId
from atlas.errors import StorageError
from atlas.storage import entry_uses, playbooks, session_rows
from atlas.storage.database import Database
from atlas.storage.events import PostgresRecorder
from atlas.storage.jsonb import jsonb, plain_text
from atlas.storage.reviews import ReviewStatus

BATCH = 50

# A session that failed below us may be played again; its successor takes its place.
_MAKE_ROOM = "DELETE FROM sessions WHERE session_key = %s AND status <> 'succeeded'"
_SAVE = """
WITH saved AS (
    INSERT INTO sessions (
        session_key, run_id, arm, task_id, trial, task, status, learning_key, playbook_version, execution_mode,
        simulated, metadata, final_answer, reward, reward_stats, reward_audit, student_learning, teacher_learning,
        record, review_status, lesson, created_at, completed_at
    ) VALUES (
        %(session_key)s, %(run_id)s, %(arm)s, %(task_id)s, %(trial)s, %(task)s, %(status)s, %(learning_key)s,
        %(playbook_version)s, %(execution_mode)s, %(simulated)s, %(metadata)s, %(final_answer)s, %(reward)s,
        %(reward_stats)s, %(reward_audit)s, %(student_learning)s, %(teacher_learning)s, %(record)s,
        %(review_status)s, %(lesson)s, coalesce(nullif(%(started_at)s, '')::timestamptz, now()),
        coalesce(nullif(%(finished_at)s, '')::timestamptz, now())
    ) RETURNING id
), planned AS (
    INSERT INTO plans SELECT id, plan FROM saved, (SELECT %(plan)s::jsonb AS plan) AS given WHERE plan IS NOT NULL
), stepped AS (
    INSERT INTO step_results SELECT id, step.* FROM saved, jsonb_to_recordset(%(steps)s)
        AS step (step_id int, trace text, output text, evaluation jsonb, attempts int, metadata jsonb)
), attempted AS (
    INSERT INTO step_attempts SELECT id, tried.* FROM saved, jsonb_to_recordset(%(attempts)s)
        AS tried (step_id int, attempt int, evaluation jsonb)
), used AS (
    INSERT INTO entry_uses SELECT id, used.* FROM saved, jsonb_to_recordset(%(uses)s)
        AS used (entry_id text, treatment text, withhold_rate double precision, cue_hits int, adoptions int,
            successful_adoptions int)
)
INSERT INTO guidance_notes SELECT id, given.* FROM saved, jsonb_to_recordset(%(notes)s)
    AS given (step_id int, sequence int, note text)
"""
_REGRADE = """
UPDATE sessions SET
    earlier_verdicts = earlier_verdicts || jsonb_build_object(
        'verdicts', record -> 'verdicts', 'reward', record -> 'reward', 'until', now()
    ),
    record = %(record)s, metadata = %(metadata)s, reward = %(reward)s, reward_stats = %(reward_stats)s
WHERE session_key = %(session_key)s
"""
_LOAD = "SELECT record FROM sessions WHERE session_key = %s"
_LOAD_BATCH = """
SELECT id, session_key, record FROM sessions
WHERE run_id = %s AND id > %s AND starts_with(arm, %s) ORDER BY id LIMIT %s
"""


class PostgresSessions:
    """Implements `SessionStore`. With a `recorder`, the events of a session are stored before the session is.

    Sessions wait for review unless they are `approved` as they come.
    """

    def __init__(
        self, database: Database, recorder: PostgresRecorder | None = None, *, approved: bool = False
    ) -> None:
        self._database, self._recorder = database, recorder
        self._review_status: ReviewStatus = "approved" if approved else "pending"

    async def finish(self, session: Session, playbook: Playbook | None = None, *, pending: bool = False) -> None:
        """Save the session, and the next playbook version with it, in one transaction.

        With `pending` its lessons wait to be tried (`PostgresCandidates`) instead of being in a version yet.

        Raises `VersionConflict` when `playbook` does not follow the stored version, and `StorageError` for a
        session that is finished already; nothing is saved then.
        """
        lesson = "pending" if pending and session.failure is None else None
        columns = _columns(session) | {"review_status": self._review_status, "lesson": lesson}
        if self._recorder:
            await self._recorder.flush()
        async with self._database.connection() as connection:
            with _once(session.session_id), playbooks.version_conflicts(playbook):
                async with connection.pipeline(), connection.transaction():
                    await connection.execute(_MAKE_ROOM, [session.session_id])
                    await connection.execute(_SAVE, columns)
                    if playbook is not None:
                        await playbooks.write(connection, playbook, session.session_id)

    async def regrade(self, session: Session) -> None:
        """Put new verdicts and their reward in the place of the stored ones, which are kept beside them.

        Raises `StorageError` for a session that is not stored.
        """
        columns = _columns(session)
        async with self._database.connection() as connection:
            done = await connection.execute(_REGRADE, columns)
        if done.rowcount != 1:
            raise StorageError(f"session {session.session_id} is not in this database, so it cannot be graded anew")

    async def finished(self, session_id: SessionId) -> Session | None:
        """The stored session, or None when it has not been finished."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(_LOAD, [session_id])).fetchone()
        return session_from(session_id, row[0]) if row else None

    async def drawn(self, playbook: Playbook, *, simulated: bool) -> Mapping[EntryId, int]:
        """In how many sessions chance decided about each entry, worded as in the newest version."""
        async with self._database.connection() as connection:
            return await entry_uses.drawn(connection, playbook.key, simulated=simulated)

    async def of_run(self, run_id: RunId, arms: str = "") -> AsyncIterator[Session]:
        """The sessions of a run whose arm begins with `arms`, in the order they were finished.

        A batch is in memory at a time.
        """
        last = 0
        while True:
            async with self._database.connection() as connection:
                rows = await (await connection.execute(_LOAD_BATCH, [run_id, last, arms, BATCH])).fetchall()
            if not rows:
                return
            for _, session_id, record in rows:
                yield session_from(session_id, record)
            last = rows[-1][0]


@contextmanager
def _once(session_id: SessionId) -> Iterator[None]:
    try:
        yield
    except psycopg.IntegrityError as error:
        if error.diag.constraint_name != "sessions_once":
            raise
        raise StorageError(f"session {session_id} is finished already; a slot of a run is played once") from error


def _columns(session: Session) -> dict[str, object]:
    played, proposal = session.played, session.proposal
    reward, stats = session_rows.session_reward(session), session_rows.reward_stats(session)
    return {
        "session_key": session.session_id,
        "run_id": session.slot.run_id,
        "arm": session.slot.arm,
        "task_id": session.slot.task_id,
        "trial": session.slot.trial,
        "task": plain_text(session_rows.task_text(session)),
        "status": "failed" if session.failure else "succeeded",
        "learning_key": session.lessons.key,
        "playbook_version": session.lessons.version,
        "execution_mode": played.mode if played else None,
        "simulated": session.simulated,
        "metadata": jsonb(session_rows.metadata(session)),
        "final_answer": plain_text(played.trajectory.final_answer) if played else None,
        "reward": jsonb(reward) if reward else None,
        "reward_stats": jsonb(stats) if stats else None,
        "reward_audit": jsonb(session.panel.audit) if session.panel else None,
        "student_learning": plain_text(proposal.student_note) if proposal else None,
        "teacher_learning": plain_text(proposal.teacher_note) if proposal else None,
        "record": jsonb(session),
        "started_at": session.started_at,
        "finished_at": session.finished_at,
        "plan": jsonb(session_rows.plan(played)) if played else None,
        "steps": jsonb(session_rows.step_rows(played) if played else []),
        "attempts": jsonb(session_rows.attempt_rows(played) if played else []),
        "notes": jsonb(session_rows.note_rows(played) if played else []),
        "uses": jsonb(session_rows.use_rows(session)),
    }


def session_from(session_id: SessionId, record: JsonValue) -> Session:
    """The session of a stored record. Raises `StorageError` for a form that this version cannot read."""
    try:
        return from_json(Session, record)
    except ValueError as error:
        raise StorageError(f"session {session_id} was stored in a form this Atlas cannot read: {error}") from error
