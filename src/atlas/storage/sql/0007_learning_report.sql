-- What reports count, made of each session as it is stored: a report over many sessions opens no record.

-- The sentences in which required checks say what was wrong, each once.
CREATE FUNCTION session_faults(record jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(fault, 400)), '{}')
    FROM jsonb_path_query(record, '$.verdicts[*] ? (@.required == true && @.passed == false)') AS verdict,
    LATERAL (
        SELECT said #>> '{}' AS fault
        FROM jsonb_path_query(verdict, '$.turns[*].wrong[*]') AS said
        UNION ALL
        SELECT said #>> '{}' FROM jsonb_path_query(verdict, '$.details.differences[*]') AS said
        UNION ALL
        SELECT verdict ->> 'reason'
        WHERE NOT verdict @? '$.turns[*].wrong[*]' AND NOT verdict @? '$.details.differences[*]'
    ) AS faults
$$;

CREATE FUNCTION session_roles(metadata jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(role ->> 'key' ORDER BY role ->> 'key'), '{}')
    FROM jsonb_path_query(metadata, '$.token_usage.by_role.keyvalue()') AS role
$$;

-- How many different steps the cues of shown entries hit; null where usage was not tracked.
CREATE FUNCTION session_cue_steps(metadata jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN metadata @? '$.learning_usage.session' THEN count(DISTINCT step) END
    FROM jsonb_path_query(metadata, '$.learning_usage.roles.*.* ? (@.shown == true).hit_steps[*]') AS step
$$;

ALTER TABLE sessions
    ADD COLUMN family text GENERATED ALWAYS AS (metadata ->> 'family') STORED,
    ADD COLUMN reward_score double precision
        GENERATED ALWAYS AS ((reward_stats ->> 'score')::double precision) STORED,
    ADD COLUMN cost_usd double precision
        GENERATED ALWAYS AS ((metadata #>> '{token_usage,cost_usd}')::double precision) STORED,
    ADD COLUMN cue_hits integer
        GENERATED ALWAYS AS ((metadata #>> '{learning_usage,session,cue_hits}')::integer) STORED,
    ADD COLUMN adoptions integer
        GENERATED ALWAYS AS ((metadata #>> '{learning_usage,session,action_adoptions}')::integer) STORED,
    ADD COLUMN failed_adoptions integer
        GENERATED ALWAYS AS ((metadata #>> '{learning_usage,session,failed_adoptions}')::integer) STORED,
    ADD COLUMN cue_steps integer GENERATED ALWAYS AS (session_cue_steps(metadata)) STORED,
    ADD COLUMN roles text[] GENERATED ALWAYS AS (session_roles(metadata)) STORED,
    ADD COLUMN faults text[] GENERATED ALWAYS AS (session_faults(record)) STORED,
    ADD COLUMN boundary text GENERATED ALWAYS AS (metadata #>> '{failure,boundary}') STORED;

CREATE INDEX sessions_thread_idx ON sessions (learning_key, simulated, id);
CREATE INDEX discovery_runs_session_idx ON discovery_runs ((metadata ->> 'session_id'));
