-- Group queues: groups of graded sequences that wait for trainers, and the batches on their way.

-- `epoch` counts the servers that have opened the queue; what an earlier one still wants to write is refused.
-- Every group up to `acknowledged` was acknowledged to who sent it.
CREATE TABLE group_queues (
    queue text PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0,
    registration jsonb,
    started boolean NOT NULL DEFAULT false,
    step integer NOT NULL DEFAULT 0,
    acknowledged bigint NOT NULL DEFAULT 0
);

CREATE TABLE group_producers (
    queue text NOT NULL,
    env_id integer NOT NULL,
    producer jsonb NOT NULL,
    PRIMARY KEY (queue, env_id)
);

-- A row is written once and deleted when its batch has arrived. `unit` is NULL while a group waits in a buffer.
CREATE TABLE queued_groups (
    queue text NOT NULL,
    group_id bigint NOT NULL,
    env_id bigint,
    sequences integer NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    unit bigint,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, group_id)
);
-- Compressing numbers costs several times what writing them does.
ALTER TABLE queued_groups ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE group_batches (
    queue text NOT NULL,
    batch_id bigint NOT NULL,
    group_ids bigint[] NOT NULL,
    formed_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    PRIMARY KEY (queue, batch_id)
);
