"""Entry uses in PostgreSQL: the impact evidence of a playbook's entries, summed by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement

from atlas.core.impact import MEASURES, Evidence, Outcomes
from atlas.core.playbook import EntryId, LearningKey
from atlas.storage.database import Connection, Database

_PAIRS = tuple(combinations_with_replacement(range(len(MEASURES)), 2))

_KINDS = """
SELECT simulated, count(*) FROM sessions
WHERE learning_key = %s AND tracked AND status = 'succeeded' AND review_status <> 'quarantined'
    AND reward_stats IS NOT NULL
GROUP BY simulated
"""
# An entry is followed through the versions that held it alive in its present wording: another wording is another
# lesson.
_USED = """
WITH newest AS (
    SELECT entry ->> 'id' AS entry_id, entry -> 'cue' AS cue, entry -> 'action' AS action
    FROM playbook_versions JOIN learning_registry USING (learning_key, version),
        jsonb_array_elements(body -> 'entries') AS entry
    WHERE learning_key = %(key)s
), live AS (
    SELECT playbook_versions.version, newest.entry_id
    FROM playbook_versions, jsonb_array_elements(body -> 'entries') AS entry JOIN newest
        ON newest.entry_id = entry ->> 'id' AND newest.cue = entry -> 'cue' AND newest.action = entry -> 'action'
    WHERE playbook_versions.learning_key = %(key)s AND entry ->> 'lifecycle' IN ('active', 'provisional')
), used AS (
    SELECT live.entry_id, played.task_id, (played.reward_stats ->> 'score')::double precision AS reward,
        played.outcome_success AS success, played.outcome_tokens::double precision AS tokens,
        played.outcome_sent_back::double precision AS sent_back, uses.treatment, uses.withhold_rate,
        uses.cue_hits::double precision AS cue_hits, uses.successful_adoptions::double precision AS adoptions,
        uses.adoptions - uses.successful_adoptions AS failed_adoptions
    FROM sessions AS played JOIN live ON live.version = played.playbook_version
        LEFT JOIN entry_uses AS uses ON uses.session_id = played.id AND uses.entry_id = live.entry_id
    WHERE played.learning_key = %(key)s AND played.tracked AND played.status = 'succeeded'
        AND played.review_status <> 'quarantined' AND played.reward_stats IS NOT NULL
        AND played.simulated = %(simulated)s
)
"""
_OUTCOMES = f"""
{_USED}
SELECT entry_id, treatment, withhold_rate, reward, success, count(*) FROM used
WHERE treatment IN ('shown', 'withheld') AND withhold_rate > 0
GROUP BY entry_id, treatment, withhold_rate, reward, success
ORDER BY entry_id, treatment, withhold_rate, reward, success
"""


def _summed(name: str, value: str, condition: str) -> str:
    return f"coalesce(sum({value}) FILTER (WHERE {condition}), 0) AS {name}"


def _measures() -> Iterable[str]:
    """The select list of a task's `MEASURES`, in their order."""
    for group, condition in (("fired", "treatment = 'shown'"), ("idle", "treatment IS NULL")):
        yield _summed(group, "1.0::double precision", condition)
        yield _summed(f"{group}_reward", "reward", condition)
        yield _summed(f"{group}_checked", "1.0::double precision", f"{condition} AND success IS NOT NULL")
        yield _summed(f"{group}_passed", "1.0::double precision", f"{condition} AND success")
        yield _summed(f"{group}_tokens", "tokens", condition)
        yield _summed(f"{group}_sent_back", "sent_back", condition)
    yield _summed("cue_hits", "cue_hits", "treatment = 'shown'")
    yield _summed("adoptions", "adoptions", "treatment = 'shown'")


_TASKS = f"""
{_USED}, by_task AS (
    SELECT entry_id, task_id, count(*) FILTER (WHERE treatment = 'left_out') AS left_out,
        coalesce(sum(failed_adoptions) FILTER (WHERE treatment = 'shown'), 0) AS failed_adoptions,
        {", ".join(_measures())}
    FROM used GROUP BY entry_id, task_id
)
SELECT entry_id, count(*), count(*) FILTER (WHERE fired > 0), count(*) FILTER (WHERE fired_passed > 0),
    sum(left_out)::bigint, sum(failed_adoptions)::bigint,
    ARRAY[{", ".join(f"sum({name})" for name in MEASURES)}],
    ARRAY[{", ".join(f"sum({MEASURES[i]} * {MEASURES[j]})" for i, j in _PAIRS)}]
FROM by_task GROUP BY entry_id ORDER BY entry_id
"""


class PostgresEntryUses:
    """What sessions that learned say about entries. Failed and quarantined sessions say nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sessions(self, key: LearningKey) -> dict[bool, int]:
        """How many sessions there are of the key that count, by whether they are simulated."""
        async with self._database.connection() as connection:
            return dict(await (await connection.execute(_KINDS, [key])).fetchall())

    async def evidence(self, key: LearningKey, *, simulated: bool) -> tuple[Evidence, ...]:
        """A record for each entry of the newest version that a session read, sorted by id. Raises `StorageError`.

        Scripted models and real ones are different students, so only sessions that are `simulated` alike count.
        """
        async with self._database.connection() as connection:
            return await evidence(connection, key, simulated=simulated)


async def evidence(connection: Connection, key: LearningKey, *, simulated: bool) -> tuple[Evidence, ...]:
    """`PostgresEntryUses.evidence`, on the caller's connection."""
    wanted = {"key": key, "simulated": simulated}
    drawn = await (await connection.execute(_OUTCOMES.encode(), wanted)).fetchall()
    tasks = await (await connection.execute(_TASKS.encode(), wanted)).fetchall()
    outcomes: dict[str, list[Outcomes]] = defaultdict(list)
    for entry_id, *cell in drawn:
        outcomes[entry_id].append(Outcomes(*cell))
    return tuple(
        Evidence(
            EntryId(entry_id),
            tuple(outcomes[entry_id]),
            tasks=everywhere,
            tasks_fired=fired,
            tasks_passed=passed,
            left_out=left_out,
            failed_adoptions=failed,
            totals=tuple(totals),
            products=_square(products),
        )
        for entry_id, everywhere, fired, passed, left_out, failed, totals, products in tasks
    )


def _square(products: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """The whole matrix from its upper triangle."""
    by_pair = dict(zip(_PAIRS, products, strict=True))
    size = range(len(MEASURES))
    return tuple(tuple(by_pair[min(i, j), max(i, j)] for j in size) for i in size)
