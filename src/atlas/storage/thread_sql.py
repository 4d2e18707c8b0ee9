"""The statements that count a thread: SQL aggregates, so that what travels does not grow with the sessions.

Fractions are summed as `numeric`, which is exact: a sum of doubles depends on the order in which the rows come, so
a report could differ in its last digit from one plan to the next.
"""

from __future__ import annotations

from atlas.core.keyless import KEYLESS
from atlas.core.thread import SessionFilter

# A word is a tag of a session by itself or after its kind.
_TAGS = """
ARRAY[arm, 'arm:' || arm, run_id, 'run:' || run_id, coalesce(execution_mode, ''),
    'mode:' || coalesce(execution_mode, ''), coalesce(family, ''), 'family:' || coalesce(family, '')]
"""
_PROJECT = """
run_id IN (SELECT run_id FROM runs WHERE config ->> 'project' = %(project)s
    OR right(config ->> 'project', length(%(project)s) + 1) = '/' || %(project)s)
"""
_TASK = "(task_id = %(task)s OR strpos(lower(task), lower(%(task)s)) > 0)"
_THREAD = "learning_key = %(key)s AND simulated = %(simulated)s"
_COUNTED = "review_status <> 'quarantined'"
# What looks like no key may still be one, of an agent that happens to be called so: then it has a playbook.
_KEYLESS = f"""
((learning_key = '{KEYLESS}' OR starts_with(learning_key, '{KEYLESS}/'))
    AND NOT EXISTS (SELECT FROM learning_registry AS filled WHERE filled.learning_key = sessions.learning_key))
"""

# Who played: runs name their models, runs of older forms and evaluations name what their config did.
_MODELS = """
coalesce(config -> 'models', jsonb_strip_nulls(jsonb_build_object(
    'student', coalesce(config #>> '{config,agent,llm,model}', config ->> 'model'),
    'teacher', config #>> '{config,teacher,llm,model}',
    'judge', coalesce(config #>> '{config,rim,small_model,model}', config ->> 'judge_model'),
    'arbiter', config #>> '{config,rim,large_model,model}',
    'synthesizer', config #>> '{config,learning,llm,model}')))
"""


def where(selection: SessionFilter, *, thread: bool = True, counted: bool = True) -> str:
    """The conditions on `sessions` that `selection` asks for, with those of the thread and of counting at all."""
    conditions = [
        *([_THREAD] if thread else []),
        *([_COUNTED] if counted else []),
        *([_PROJECT] if selection.project is not None else []),
        *([_TASK] if selection.task is not None else []),
        *([f"{_TAGS} @> %(tags)s::text[]"] if selection.tags else []),
    ]
    return " AND ".join(conditions) or "true"


def threads(chosen: str) -> str:
    """Every thread with sessions, the one that was used last first; keyless ones only where they are named."""
    return f"""
SELECT learning_key, simulated, count(*) FROM sessions WHERE {chosen}
    AND CASE WHEN %(keys)s::text[] IS NULL THEN NOT {_KEYLESS} ELSE learning_key = ANY(%(keys)s) END
GROUP BY 1, 2 ORDER BY max(id) DESC LIMIT %(limit)s
"""


def keyless(chosen: str) -> str:
    """How many sessions read no playbook and fill none."""
    return f"SELECT count(*) FROM sessions WHERE {chosen} AND {_KEYLESS}"


def tallies(chosen: str, group: str) -> str:
    """Sessions by `group`, an expression over their columns."""
    return f"""
WITH by_task AS (
    SELECT {group} AS name, count(*) AS sessions, count(*) FILTER (WHERE status = 'failed') AS failed,
        count(outcome_success)::float8 AS scored, (count(*) FILTER (WHERE outcome_success))::float8 AS passed,
        count(reward_score)::float8 AS rewarded, coalesce(sum(reward_score::numeric), 0) AS reward,
        count(outcome_tokens) FILTER (WHERE status = 'succeeded')::float8 AS metered,
        coalesce(sum(outcome_tokens) FILTER (WHERE status = 'succeeded'), 0)::float8 AS tokens,
        sum(cost_usd::numeric) AS cost, count(*) - count(cost_usd) AS priceless, min(id) AS first, max(id) AS last,
        min(playbook_version) AS oldest, max(playbook_version) AS newest
    FROM sessions WHERE {chosen} GROUP BY 1, task_id
)
SELECT name, sum(sessions)::bigint, sum(failed)::bigint, {_moments("scored", "passed")},
    {_moments("rewarded", "reward")}, {_moments("metered", "tokens")},
    CASE WHEN sum(priceless) = 0 THEN sum(cost)::float8 END, min(first), max(last), min(oldest), max(newest)
FROM by_task GROUP BY 1 ORDER BY min(first)
"""


def reviews(chosen: str) -> str:
    """Sessions by review status."""
    return f"SELECT review_status, count(*) FROM sessions WHERE {chosen} GROUP BY 1 ORDER BY 1"


TAUGHT = """
SELECT arm, count(*) FROM playbook_versions JOIN sessions USING (session_key)
WHERE playbook_versions.learning_key = %(key)s AND simulated = %(simulated)s GROUP BY 1
"""


def windows(chosen: str) -> str:
    """The last rewarded sessions of the stream, newest first."""
    return f"""
SELECT id, session_key, completed_at, task_id, reward_score, outcome_success FROM sessions
WHERE {chosen} AND arm = %(stream)s AND reward_score IS NOT NULL ORDER BY id DESC LIMIT %(most)s
"""


def buckets(chosen: str) -> str:
    """The stream cut into at most `most` equal parts of five sessions or more."""
    return f"""
WITH placed AS (
    SELECT row_number() OVER (ORDER BY id) AS place, outcome_success, reward_score, outcome_tokens, playbook_version
    FROM sessions WHERE {chosen} AND arm = %(stream)s AND outcome_success IS NOT NULL
), cut AS (SELECT count(*) AS total, least(%(most)s, greatest(1, count(*) / 5)) AS parts FROM placed)
SELECT min(place), max(place), count(*), count(*) FILTER (WHERE outcome_success),
    avg(reward_score::numeric)::float8,
    avg(outcome_tokens)::float8, max(playbook_version)
FROM placed, cut GROUP BY (place - 1) * parts / total ORDER BY 1
"""


def pairs(chosen: str) -> str:
    """How the tasks of each arm came out against the same (run, task, trial) of the baseline arm."""
    return f"""
WITH chosen AS (
    SELECT arm, run_id, task_id, trial, outcome_success FROM sessions
    WHERE {chosen} AND outcome_success IS NOT NULL
),
tasks AS (
    SELECT after.arm, count(*) FILTER (WHERE before.outcome_success AND after.outcome_success) AS both_passed,
        count(*) FILTER (WHERE after.outcome_success AND NOT before.outcome_success) AS gained,
        count(*) FILTER (WHERE before.outcome_success AND NOT after.outcome_success) AS lost,
        count(*) FILTER (WHERE NOT before.outcome_success AND NOT after.outcome_success) AS neither
    FROM chosen AS before JOIN chosen AS after USING (run_id, task_id, trial)
    WHERE before.arm = %(baseline_arm)s AND after.arm <> before.arm GROUP BY after.arm, task_id
)
SELECT arm, both_passed, gained, lost, neither, count(*) FROM tasks GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


# A sentence is of every kind whose pattern it matches, of the category that it names, or of kind 'other'.
_KIND = """
LEFT JOIN LATERAL (
    SELECT name FROM unnest(%(kinds)s::text[], %(patterns)s::text[]) AS known (name, pattern) WHERE fault ~ pattern
    UNION ALL SELECT %(category)s || substring(fault FROM %(category_pattern)s) WHERE fault ~ %(category_pattern)s
) AS kind ON true
"""


def fault_tallies(chosen: str) -> str:
    """In how many sessions of each group each kind occurred, with what the interval of that share needs.

    Groups are the arms and the two windows.
    """
    return f"""
WITH chosen AS (
    SELECT id, arm, task_id, outcome_success, faults FROM sessions WHERE {chosen} AND outcome_success IS NOT NULL
),
grouped AS (
    SELECT arm AS name, id, task_id FROM chosen
    UNION ALL
    SELECT %(recent_name)s, id, task_id FROM chosen JOIN unnest(%(recent)s::bigint[]) AS part (id) USING (id)
    UNION ALL
    SELECT %(baseline_name)s, id, task_id FROM chosen JOIN unnest(%(baseline)s::bigint[]) AS part (id) USING (id)
),
matched AS (
    SELECT DISTINCT id, coalesce(kind.name, 'other') AS kind
    FROM chosen CROSS JOIN LATERAL unnest(faults) AS said (fault) {_KIND} WHERE NOT outcome_success
),
sizes AS (SELECT name, task_id, count(*) AS n FROM grouped GROUP BY 1, 2),
by_task AS (
    SELECT name, kind, task_id, count(*) AS s FROM grouped JOIN matched USING (id) GROUP BY 1, 2, 3
)
SELECT name, kind, sum(s)::bigint, sum(s * s)::float8, sum(s * n)::float8
FROM by_task JOIN sizes USING (name, task_id) GROUP BY 1, 2 ORDER BY 1, 2
"""


def fault_examples(chosen: str) -> str:
    """The last sessions of each kind, each with one sentence that puts it there."""
    return f"""
WITH failing AS (
    SELECT id, session_key, arm, faults FROM sessions WHERE {chosen} AND NOT outcome_success ORDER BY id DESC
    LIMIT %(looked_at)s
),
said AS (
    SELECT DISTINCT ON (kind, id) coalesce(kind.name, 'other') AS kind, id, session_key, arm, fault
    FROM failing CROSS JOIN LATERAL unnest(faults) AS said (fault) {_KIND} ORDER BY kind, id, fault
),
ranked AS (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY id DESC) AS place FROM said)
SELECT kind, session_key, arm, fault FROM ranked WHERE place <= %(most)s ORDER BY kind, place
"""


SOURCES = f"""
SELECT session_key, array_agg(DISTINCT kind.name ORDER BY kind.name)
FROM sessions CROSS JOIN LATERAL unnest(faults) AS said (fault) {_KIND}
WHERE session_key = ANY(%(sources)s) AND kind.name IS NOT NULL GROUP BY 1
"""


def boundaries(chosen: str) -> str:
    """Sessions lost below us, by arm and boundary."""
    return f"""
SELECT arm, boundary, count(*) FROM sessions WHERE {chosen} AND boundary IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


def usage(chosen: str) -> str:
    """Cues and adoptions over the tracked sessions."""
    return f"""
SELECT count(cue_hits), count(*) FILTER (WHERE cue_hits > 0), coalesce(sum(cue_hits), 0),
    coalesce(sum(cue_steps), 0), coalesce(sum(adoptions), 0), coalesce(sum(failed_adoptions), 0)
FROM sessions WHERE {chosen} AND cue_hits IS NOT NULL
"""


def cue_split(chosen: str, column: str) -> str:
    """`column` with and without a cue hit, over the tracked sessions that have it."""
    return f"""
WITH by_task AS (
    SELECT count(*) FILTER (WHERE cue_hits > 0)::float8 AS a, count(*) FILTER (WHERE cue_hits = 0)::float8 AS b,
        coalesce(sum({column}::numeric) FILTER (WHERE cue_hits > 0), 0) AS x,
        coalesce(sum({column}::numeric) FILTER (WHERE cue_hits = 0), 0) AS y
    FROM sessions WHERE {chosen} AND cue_hits IS NOT NULL AND {column} IS NOT NULL AND status = 'succeeded'
    GROUP BY task_id
)
SELECT {_moments("a", "x")}, {_moments("b", "y")}, count(*), {_product("x", "y")}, {_product("a", "y")},
    {_product("x", "b")}, {_product("a", "b")}
FROM by_task
"""


def models(chosen: str) -> str:
    """Sessions and rewards by role and model, as far as runs say who played."""
    return f"""
WITH chosen AS (SELECT id, run_id, roles, reward_score, completed_at FROM sessions WHERE {chosen}),
named AS (
    SELECT run_id, role.key AS role, role.value AS model
    FROM runs CROSS JOIN LATERAL jsonb_each_text({_MODELS}) AS role
    WHERE run_id IN (SELECT run_id FROM chosen)
)
SELECT role, model, count(*), count(reward_score), avg(reward_score::numeric)::float8,
    (max(ARRAY[id, reward_score]) FILTER (WHERE reward_score IS NOT NULL))[2], max(completed_at)
FROM chosen JOIN named USING (run_id) WHERE role = ANY(roles) GROUP BY 1, 2 ORDER BY 1, 2
"""


WEIGHTS = """
SELECT runs.config #> '{config,learning,rubric_weights}' FROM sessions JOIN runs USING (run_id)
WHERE learning_key = %(key)s AND simulated = %(simulated)s ORDER BY id DESC LIMIT 1
"""


def discoveries(chosen: str) -> str:
    """The rows of `discovery_runs` that name a session of the thread, or a task of its sessions; newest first."""
    return f"""
SELECT id, task, source, created_at FROM discovery_runs AS found
WHERE EXISTS (SELECT FROM sessions WHERE {chosen} AND session_key = found.metadata ->> 'session_id')
    OR (found.source = 'discovery' AND task IN (SELECT task FROM sessions WHERE {chosen}))
ORDER BY id DESC LIMIT %(most)s
"""


def _listed(chosen: str, order: str) -> str:
    return f"""
SELECT id, session_key, arm, completed_at, status, review_status, execution_mode, outcome_success, reward_score,
    (reward ->> 'uncertainty')::float8, coalesce(jsonb_array_length(reward_audit), 0), student_learning,
    teacher_learning, outcome_tokens, cost_usd, cue_hits, adoptions, playbook_version,
    coalesce((SELECT seq FROM trajectory_events AS event WHERE event.session_key = sessions.session_key
        ORDER BY play DESC, seq DESC LIMIT 1), 0),
    coalesce((SELECT jsonb_object_agg(role.key, role.value)
        FROM runs CROSS JOIN LATERAL jsonb_each_text({_MODELS}) AS role
        WHERE runs.run_id = sessions.run_id AND role.key = ANY(roles)), '{{}}')
FROM sessions WHERE {chosen} ORDER BY id {order}
"""


def latest(chosen: str) -> str:
    """The last sessions, newest first."""
    return f"{_listed(chosen, 'DESC')} LIMIT %(most)s"


def every(chosen: str) -> str:
    """All sessions, oldest first."""
    return _listed(chosen, "ASC")


EVENT_TYPES = """
SELECT event.session_key, event.event_type, count(*) FROM unnest(%(keys)s::text[]) AS wanted (session_key)
CROSS JOIN LATERAL (
    SELECT play FROM trajectory_events WHERE session_key = wanted.session_key ORDER BY play DESC LIMIT 1
) AS last
JOIN trajectory_events AS event ON event.session_key = wanted.session_key AND event.play = last.play
GROUP BY 1, 2 ORDER BY 1, 2
"""

PLAYBOOK = """
SELECT body FROM playbook_versions JOIN learning_registry USING (learning_key, version) WHERE learning_key = %(key)s
"""

VERSIONS = """
SELECT version, author, session_key, created_at, jsonb_array_length(body -> 'entries') FROM playbook_versions
WHERE learning_key = %(key)s ORDER BY version DESC LIMIT %(most)s
"""


def _moments(n: str, s: str) -> str:
    """The columns of `Moments` over rows of one task each, with `n` sessions and the sum `s`."""
    return (
        f"coalesce(sum({n}), 0)::float8, count(*) FILTER (WHERE {n} > 0), coalesce(sum({s}), 0)::float8, "
        f"{_product(s, s)}, {_product(n, s)}, {_product(n, n)}"
    )


def _product(one: str, other: str) -> str:
    """The sum of the products of two columns."""
    return f"coalesce(sum({one}::numeric * {other}::numeric), 0)::float8"
