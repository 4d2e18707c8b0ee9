"""Entry uses in PostgreSQL: the impact evidence of a playbook's entries, summed by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
), counted AS MATERIALIZED (
    SELECT id, playbook_version AS version, task_id, (reward_stats ->> 'score')::double precision AS reward,
        outcome_success AS success, outcome_tokens::double precision AS tokens,
        outcome_sent_back::double precision AS sent_back
    FROM sessions
    WHERE learning_key = %(key)s AND tracked AND status = 'succeeded' AND review_status <> 'quarantined'
        AND reward_stats IS NOT NULL AND simulated = %(simulated)s
), used AS (
    SELECT live.entry_id, counted.task_id, counted.reward, counted.success, counted.tokens, counted.sent_back,
        uses.treatment, uses.withhold_rate, uses.cue_hits::double precision AS cue_hits,
        uses.successful_adoptions::double precision AS adoptions,
        uses.adoptions - uses.successful_adoptions AS failed_adoptions
    FROM counted JOIN entry_uses AS uses ON uses.session_id = counted.id
        JOIN live ON live.version = counted.version AND live.entry_id = uses.entry_id
)
"""
_OUTCOMES = f"""
{_USED}
SELECT live.entry_id, treatment, withhold_rate, reward, success, sum(alike)::bigint FROM (
    SELECT version, entry_id, treatment, withhold_rate, reward, success, count(*) AS alike
    FROM counted JOIN entry_uses ON session_id = id
    WHERE treatment IN ('shown', 'withheld') AND withhold_rate > 0
    GROUP BY version, entry_id, treatment, withhold_rate, reward, success
) AS cells JOIN live USING (version, entry_id)
GROUP BY live.entry_id, treatment, withhold_rate, reward, success
ORDER BY live.entry_id, treatment, withhold_rate, reward, success
"""
_DRAWN = f"""
{_USED}
SELECT entry_id, count(*) FROM used WHERE treatment IN ('shown', 'withheld') AND withhold_rate > 0 GROUP BY entry_id
"""
_GROUP = {
    "": ("1.0::double precision", "true"),
    "_reward": ("reward::numeric", "true"),
    "_checked": ("1.0::double precision", "success IS NOT NULL"),
    "_passed": ("1.0::double precision", "success"),
    "_tokens": ("tokens", "true"),
    "_sent_back": ("sent_back", "true"),
}
"""What is summed over a group of sessions, and of which of them."""


def _sums(name: str, condition: str) -> str:
    """The select list of a group's sums."""
    return ", ".join(
        f"coalesce(sum({value}) FILTER (WHERE {condition} AND {of}), 0) AS {name}{suffix}"
        for suffix, (value, of) in _GROUP.items()
    )


def _measures() -> str:
    """The select list of a task's `MEASURES`: where an entry was not called for is the rest of all sessions."""
    fired = (f"coalesce(fired{suffix}, 0) AS fired{suffix}" for suffix in _GROUP)
    idle = (f"everywhere{suffix} - coalesce(called{suffix}, 0) AS idle{suffix}" for suffix in _GROUP)
    return ", ".join((*fired, *idle, *(f"coalesce({name}, 0) AS {name}" for name in ("cue_hits", "adoptions"))))


def _product(one: str, other: str) -> str:
    """The sum of the products of two measures: exact, as rewards are the only ones with fractions."""
    exact = "::numeric" if one.endswith("_reward") or other.endswith("_reward") else ""
    return f"sum({one}{exact} * {other}{exact})::float8"


# Sessions are summed before they meet the entries that their version held: a row a task and version, not a session.
_TASKS = f"""
{_USED}, by_use AS (
    SELECT entry_id, task_id, count(*) FILTER (WHERE treatment = 'left_out') AS left_out,
        sum(failed_adoptions) FILTER (WHERE treatment = 'shown') AS failed_adoptions,
        sum(cue_hits) FILTER (WHERE treatment = 'shown') AS cue_hits,
        sum(adoptions) FILTER (WHERE treatment = 'shown') AS adoptions,
        {_sums("fired", "treatment = 'shown'")}, {_sums("called", "true")}
    FROM used GROUP BY entry_id, task_id
), by_version AS (
    SELECT version, task_id, {_sums("everywhere", "true")} FROM counted GROUP BY version, task_id
), present AS (
    SELECT live.entry_id, task_id, {", ".join(f"sum(everywhere{s}) AS everywhere{s}" for s in _GROUP)}
    FROM by_version JOIN live USING (version) GROUP BY live.entry_id, task_id
), by_task AS (
    SELECT entry_id, coalesce(left_out, 0) AS left_out, coalesce(failed_adoptions, 0) AS failed_adoptions,
        {_measures()}
    FROM present LEFT JOIN by_use USING (entry_id, task_id)
)
SELECT entry_id, count(*), count(*) FILTER (WHERE fired > 0), count(*) FILTER (WHERE fired_passed > 0),
    sum(left_out)::bigint, sum(failed_adoptions)::bigint,
    ARRAY[{", ".join(f"sum({name})::float8" for name in MEASURES)}],
    ARRAY[{", ".join(_product(MEASURES[i], MEASURES[j]) for i, j in _PAIRS)}]
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


async def drawn(connection: Connection, key: LearningKey, *, simulated: bool) -> dict[EntryId, int]:
    """In how many sessions chance decided whether an entry of the newest version was shown, by entry."""
    found = await connection.execute(_DRAWN.encode(), {"key": key, "simulated": simulated})
    return {EntryId(entry_id): count for entry_id, count in await found.fetchall()}


def _square(products: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """The whole matrix from its upper triangle."""
    by_pair = dict(zip(_PAIRS, products, strict=True))
    size = range(len(MEASURES))
    return tuple(tuple(by_pair[min(i, j), max(i, j)] for j in size) for i in size)
