"""A diagnosis: why no batch comes, as sentences for /status and the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.core.group_queue import Producer, Registration
from atlas.rollouts.api.lineup import Lineup
from atlas.rollouts.api.packing import can_complete
from atlas.rollouts.api.shares import minima


def problems(registration: Registration | None, producers: Sequence[Producer], lineup: Lineup) -> tuple[str, ...]:
    """What keeps groups from leaving; nothing when waiting for more of the same will do."""
    if registration is None:
        return ("groups wait for a trainer to register",) if lineup.group_count else ()
    return (
        *_stuck_units(registration.batch_size, producers, lineup),
        *_stuck_buffers(registration.batch_size, producers, lineup),
        *_unmet_minima(registration.batch_size, producers, lineup),
    )


def stuck_sizes(batch_size: int, producers: Sequence[Producer], lineup: Lineup) -> set[int]:
    """Sizes of units in the queue that no number of the sizes known so far completes to a batch."""
    waiting = lineup.unit_sizes.keys()
    known = sorted({*waiting} | {producer.group_size for producer in producers if producer.connected})
    return {size for size in waiting if not can_complete(size, known, [batch_size])}


def _stuck_units(batch_size: int, producers: Sequence[Producer], lineup: Lineup) -> Iterator[str]:
    for size in sorted(stuck_sizes(batch_size, producers, lineup)):
        yield (
            f"groups of {size} sequences can never be part of a batch of "
            f"{batch_size} with the sizes seen so far; have the environments send another size, or the trainer ask "
            "for another batch_size"
        )


def _stuck_buffers(batch_size: int, producers: Sequence[Producer], lineup: Lineup) -> Iterator[str]:
    for env_id, buffer in sorted(lineup.buffers.items()):
        if env_id >= len(producers):
            continue
        producer = producers[env_id]
        sizes = sorted({group.sequences for group in buffer})
        totals = range(producer.group_size, max(batch_size, producer.group_size) + 1, producer.group_size)
        for size in sizes:
            if not can_complete(size, sizes, totals):
                yield (
                    f"environment {env_id} ({producer.wandb_name}) registered groups of {producer.group_size}; its "
                    f"groups of {size} sequences can never be put together to a multiple of that"
                )


def _unmet_minima(batch_size: int, producers: Sequence[Producer], lineup: Lineup) -> Iterator[str]:
    least = minima(batch_size, producers, lineup)
    if sum(least.values()) > batch_size:
        yield (
            f"the minima of the environments ask for {sum(least.values())} sequences of a batch of {batch_size}; "
            "lower min_batch_allocation or raise batch_size"
        )
    for env_id, count in least.items():
        own = sum(size * number for (owner, size), number in lineup.queued.items() if owner == env_id)
        if own < count:
            yield (
                f"every batch needs {count} sequences of environment {env_id} ({producers[env_id].wandb_name}), "
                "which has fewer waiting; disconnect it if it is gone"
            )
