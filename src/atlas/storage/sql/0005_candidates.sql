-- Candidates: proposed playbook versions that no session reads until a trial has accepted them.

-- What became of a session's lessons where they are tried first: `pending` until a candidate that holds them is decided.
ALTER TABLE sessions ADD COLUMN lesson text CHECK (lesson IN ('pending', 'accepted', 'rejected', 'empty'));
CREATE INDEX sessions_pending_lessons_idx ON sessions (learning_key, id) WHERE lesson = 'pending';

CREATE TABLE playbook_candidates (
    id bigserial PRIMARY KEY,
    learning_key text NOT NULL,
    base integer NOT NULL,
    run_id text NOT NULL,
    sources text[] NOT NULL,
    body jsonb NOT NULL,
    status text NOT NULL DEFAULT 'staged' CHECK (status IN ('staged', 'accepted', 'rejected', 'withdrawn')),
    version integer,
    decision jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz
);
CREATE INDEX playbook_candidates_key_idx ON playbook_candidates (learning_key, id);
CREATE UNIQUE INDEX playbook_candidates_staged ON playbook_candidates (learning_key) WHERE status = 'staged';
