-- The bodies of queued groups, in pieces of which each fills a page of the table itself. Out of line, PostgreSQL cuts
-- a body into pieces of 2 kB and inserts and logs each by itself, which took longer than all else about a group.

CREATE TABLE group_bodies (
    queue text NOT NULL,
    group_id bigint NOT NULL,
    piece integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (queue, group_id, piece)
) WITH (toast_tuple_target = 8160);
-- Compressing numbers costs several times what writing them does.
ALTER TABLE group_bodies ALTER COLUMN body SET STORAGE EXTERNAL;

INSERT INTO group_bodies (queue, group_id, piece, body)
SELECT queue, group_id, piece, substr(body, 1 + 8000 * piece, 8000)
FROM queued_groups, generate_series(0, (length(body) - 1) / 8000) AS piece;
ALTER TABLE queued_groups DROP COLUMN body;

-- Requests that were accepted under a key of the sender's own: the same one again is answered and not stored.
CREATE TABLE accepted_posts (
    queue text NOT NULL,
    post_key text NOT NULL,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, post_key)
);
