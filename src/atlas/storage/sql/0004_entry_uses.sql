-- Entries at work: what became of each entry that a learning session's brief called for, and what came of the session.
-- A shown or withheld entry had chance `withhold_rate` of being withheld; 0 says that nothing was drawn.

CREATE TABLE entry_uses (
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    entry_id text NOT NULL,
    treatment text NOT NULL CHECK (treatment IN ('shown', 'withheld', 'left_out')),
    withhold_rate double precision NOT NULL,
    cue_hits integer NOT NULL,
    adoptions integer NOT NULL,
    successful_adoptions integer NOT NULL,
    PRIMARY KEY (session_id, entry_id)
);

-- Columns made of the documents beside them, so that a report over many sessions need not open each.
ALTER TABLE sessions
    ADD COLUMN tracked boolean GENERATED ALWAYS AS (coalesce((metadata -> 'learning_usage') ? 'roles', false)) STORED,
    ADD COLUMN outcome_success boolean GENERATED ALWAYS AS ((metadata ->> 'success')::boolean) STORED,
    ADD COLUMN outcome_tokens bigint
        GENERATED ALWAYS AS ((metadata -> 'token_usage' ->> 'total_tokens')::bigint) STORED,
    ADD COLUMN outcome_sent_back integer GENERATED ALWAYS AS (
        jsonb_array_length(jsonb_path_query_array(record, '$.played.attempts[*].validation ? (@.valid == false)'))
    ) STORED;

-- Sessions of earlier versions: nothing was withheld in them.
INSERT INTO entry_uses
SELECT sessions.id, used.key, CASE WHEN (used.value ->> 'shown')::boolean THEN 'shown' ELSE 'left_out' END, 0,
    coalesce((used.value ->> 'cue_hits')::integer, 0), coalesce((used.value ->> 'action_adoptions')::integer, 0),
    coalesce((used.value ->> 'successful_adoptions')::integer, 0)
FROM sessions, jsonb_each(sessions.metadata -> 'learning_usage' -> 'roles') AS role, jsonb_each(role.value) AS used
WHERE tracked
ON CONFLICT DO NOTHING;
