"""New groups as rows: the query that stores them, and their bodies cut into pieces for the COPY at its end."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from psycopg import sql

from atlas.core.group_queue import GroupEntry, GroupId, IncomingGroup
from atlas.storage.bulk import Row

PIECE_BYTES = 8_000
"""With its key a piece fits a page of 8,192 bytes, unless the queue's name has more than a hundred."""
_ID, _PIECE = struct.Struct(">q"), struct.Struct(">i")
# The row of the queue is locked, so that a server that takes it over waits for the commit.
_INSERT = """
WITH held AS (SELECT FROM group_queues WHERE queue = {queue} AND epoch = {epoch} FOR SHARE)
INSERT INTO queued_groups (queue, group_id, env_id, sequences, size_bytes, digest, unit)
SELECT {queue}, added.* FROM held, (VALUES {rows}) AS added;
"""
_PROMOTE = """
UPDATE queued_groups SET unit = promoted.unit FROM (VALUES {rows}) AS promoted (group_id, unit)
WHERE queued_groups.queue = {queue} AND queued_groups.group_id = promoted.group_id;
"""
_KEEP_KEYS = """
INSERT INTO accepted_posts (queue, post_key) SELECT {queue}, unnest({keys}::text[]);
"""
_COPY = "COPY group_bodies (queue, group_id, piece, body) FROM STDIN (FORMAT BINARY)"


def insertion(
    queue: str,
    epoch: int,
    entries: Sequence[GroupEntry],
    promoted: Mapping[GroupId, GroupId],
    keys: Collection[str],
) -> bytes:
    """The query that stores all but the bodies; its first result counts the entries."""
    quoted = sql.quote(queue)
    query = _INSERT.format(queue=quoted, epoch=epoch, rows=", ".join(map(_values, entries)))
    if promoted:
        pairs = ", ".join(f"({group}::bigint, {unit}::bigint)" for group, unit in promoted.items())
        query += _PROMOTE.format(queue=quoted, rows=pairs)
    if keys:
        query += _KEEP_KEYS.format(queue=quoted, keys=sql.quote(list(keys)))
    return (query + _COPY).encode()


def pieces(queue: str, groups: Iterable[IncomingGroup]) -> Iterator[Row]:
    """The rows of the COPY."""
    name = queue.encode()
    for group in groups:
        body, group_id = memoryview(group.body), _ID.pack(group.entry.group_id)
        for number, start in enumerate(range(0, len(body), PIECE_BYTES)):
            yield name, group_id, _PIECE.pack(number), body[start : start + PIECE_BYTES]


def _values(entry: GroupEntry) -> str:
    """All but the digest are numbers, so nothing needs quoting."""
    group, env, size, unit = map(_number, (entry.group_id, entry.env_id, entry.size_bytes, entry.unit))
    return f"({group}, {env}, {entry.sequences}::integer, {size}, '\\x{entry.digest.hex()}'::bytea, {unit})"


def _number(value: int | None) -> str:
    return "NULL::bigint" if value is None else f"{value}::bigint"
