-- Runs, sessions, events and playbooks.

CREATE TABLE runs (
    run_id text PRIMARY KEY,
    command text NOT NULL,
    config jsonb NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed', 'interrupted')),
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);

-- `record` is the whole session, to rebuild it from; the other columns are made of it, to search and to report.
-- run_id has no foreign key: a session is worth keeping where its run is not (imports, trainers).
CREATE TABLE sessions (
    id bigserial PRIMARY KEY,
    session_key text NOT NULL CONSTRAINT sessions_once UNIQUE,
    run_id text NOT NULL,
    arm text NOT NULL,
    task_id text NOT NULL,
    trial integer NOT NULL,
    task text NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed')),
    learning_key text NOT NULL,
    playbook_version integer NOT NULL,
    execution_mode text,
    simulated boolean NOT NULL,
    metadata jsonb NOT NULL,
    final_answer text,
    reward jsonb,
    reward_stats jsonb,
    reward_audit jsonb,
    student_learning text,
    teacher_learning text,
    review_status text NOT NULL DEFAULT 'pending' CHECK (review_status IN ('pending', 'approved', 'quarantined')),
    review_notes text,
    record jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    completed_at timestamptz
);
CREATE INDEX sessions_run_idx ON sessions (run_id, id);
CREATE INDEX sessions_learning_key_idx ON sessions (learning_key, id);
CREATE INDEX sessions_created_at_idx ON sessions (created_at DESC);
CREATE INDEX sessions_reward_score_idx ON sessions (((reward_stats ->> 'score')::double precision))
    WHERE reward_stats IS NOT NULL;

CREATE TABLE plans (
    session_id bigint PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    plan jsonb NOT NULL
);

CREATE TABLE step_results (
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    step_id integer NOT NULL,
    trace text NOT NULL,
    output text NOT NULL,
    evaluation jsonb,
    attempts integer NOT NULL,
    metadata jsonb NOT NULL,
    PRIMARY KEY (session_id, step_id)
);

CREATE TABLE step_attempts (
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    step_id integer NOT NULL,
    attempt integer NOT NULL,
    evaluation jsonb NOT NULL,
    PRIMARY KEY (session_id, step_id, attempt)
);

CREATE TABLE guidance_notes (
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    step_id integer NOT NULL,
    sequence integer NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (session_id, step_id, sequence)
);

-- Events name their session by key, without a foreign key: they are written ahead, while nothing but the key is known,
-- so that a session that is killed still shows what it did; the row in `sessions` is written once, at the end.
-- `play` tells a session's replays apart: it grows from recorder to recorder, and the highest one counts.
CREATE SEQUENCE plays;
CREATE TABLE trajectory_events (
    id bigserial PRIMARY KEY,
    session_key text NOT NULL,
    play bigint NOT NULL,
    seq integer NOT NULL,
    event_type text NOT NULL,
    actor text NOT NULL,
    event jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (session_key, play, seq)
);

-- The newest version of each playbook, for people and reports; the playbook itself is in `playbook_versions`.
CREATE TABLE learning_registry (
    learning_key text PRIMARY KEY,
    version integer NOT NULL,
    student_learning text,
    teacher_learning text,
    metadata jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Compare-and-swap by constraint: a version exists once, and only after the one before it.
CREATE TABLE playbook_versions (
    learning_key text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    previous integer GENERATED ALWAYS AS (nullif(version - 1, 0)) STORED,
    parent integer,
    author text NOT NULL,
    session_key text,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT playbook_versions_once PRIMARY KEY (learning_key, version),
    CONSTRAINT playbook_versions_in_order FOREIGN KEY (learning_key, previous) REFERENCES playbook_versions
);

CREATE TABLE discovery_runs (
    id bigserial PRIMARY KEY,
    project_root text NOT NULL,
    task text,
    source text NOT NULL DEFAULT 'discovery' CHECK (source IN ('discovery', 'runtime')),
    payload jsonb NOT NULL,
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX discovery_runs_project_idx ON discovery_runs (project_root, created_at DESC);
