"""Shares: what each environment is due, of a batch and of the work, as the protocol reckons it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.group_queue import Producer
from atlas.rollouts.api.lineup import Lineup

LEAST_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class ProducerStatus:
    """What /status-env answers, by the names of the protocol; sizes of queues count groups of the asker's size."""

    current_step: int
    queue_size: int
    unallocated_fraction: float
    self_queue_size: int
    max_group_size: int
    env_weight: float


def minima(batch_size: int, producers: Sequence[Producer], lineup: Lineup) -> dict[int, int]:
    """The least number of sequences in a batch of every connected environment that asked for a share.

    Shares of more than a batch together are scaled down in proportion, to one smallest group at least.
    """
    asked = {
        producer.env_id: int(batch_size * producer.min_batch_allocation)
        for producer in producers
        if producer.connected and producer.min_batch_allocation is not None
    }
    total = sum(asked.values())
    if total <= batch_size:
        return asked
    return {
        env_id: max(count * batch_size // total, _smallest(lineup, producers[env_id]))
        for env_id, count in asked.items()
    }


def producer_status(
    asker: Producer, producers: Sequence[Producer], lineup: Lineup, batch_size: int, step: int, stuck: set[int]
) -> ProducerStatus:
    """The status of one environment.

    Groups of others whose size is in `stuck` will never leave, so they do not hold up the asker; its own do.
    """
    counts = lineup.queued
    largest = max((size for _, size in counts), default=1)
    own_sizes = [size for env_id, size in counts if env_id == asker.env_id]
    own_size = max(asker.group_size, *own_sizes, 1) if own_sizes else asker.group_size
    own = sum(size * count for (env_id, size), count in counts.items() if env_id == asker.env_id)
    others: dict[int | None, int] = {}
    for (env_id, size), count in counts.items():
        if env_id != asker.env_id and size not in stuck:
            others[env_id] = others.get(env_id, 0) + size * count
    shares = {producer.env_id: producer.min_batch_allocation or 0.0 for producer in producers if producer.connected}
    waiting = own
    for env_id, sequences in others.items():
        reserved = int(batch_size * shares.get(env_id, 0.0)) if env_id is not None else 0
        waiting += max(0, math.ceil(sequences / largest) * largest - reserved)
    return ProducerStatus(
        current_step=step,
        queue_size=waiting // own_size,
        unallocated_fraction=1.0 - min(sum(shares.values()), 1.0),
        self_queue_size=own // own_size,
        max_group_size=largest,
        env_weight=_weight(asker, producers),
    )


def _weight(asker: Producer, producers: Sequence[Producer]) -> float:
    total = sum(each.max_token_length * max(0.0, each.weight) for each in producers if each.connected)
    if total <= 0:
        return LEAST_WEIGHT
    return max(LEAST_WEIGHT, asker.max_token_length * asker.weight / total)


def _smallest(lineup: Lineup, producer: Producer) -> int:
    sizes = [size for env_id, size in lineup.queued if env_id == producer.env_id]
    return min(sizes, default=producer.group_size)
