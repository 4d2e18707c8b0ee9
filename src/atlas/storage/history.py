"""Learning histories in PostgreSQL: the rewards of a learning key's sessions, in one query."""

from __future__ import annotations

from atlas.core.history import History, PastSession
from atlas.core.playbook import LearningKey
from atlas.storage.database import Database

_OF = """
WITH counted AS (
    SELECT id, (reward_stats ->> 'score')::double precision AS reward,
        (metadata ->> 'success')::boolean AS success, execution_mode, coalesce(student_learning, '') AS note
    FROM sessions
    WHERE learning_key = %(key)s AND status = 'succeeded' AND review_status <> 'quarantined'
        AND simulated = %(simulated)s AND reward_stats IS NOT NULL
), latest AS (
    SELECT id, reward, success, execution_mode, note FROM counted ORDER BY id DESC LIMIT %(limit)s
)
SELECT (SELECT count(*) FROM counted), (SELECT avg(reward::numeric)::float8 FROM counted),
    reward, success, execution_mode, note
FROM latest ORDER BY id
"""


class PostgresHistory:
    """Implements `LearningHistory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        """The history up to now, with its last `limit` sessions. Raises `StorageError`."""
        wanted = {"key": key, "limit": limit, "simulated": simulated}
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_OF, wanted)).fetchall()
        if not rows:
            return History()
        return History(rows[0][0], rows[0][1], tuple(PastSession(*row[2:]) for row in rows))
