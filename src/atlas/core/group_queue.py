"""A group queue: groups of graded sequences on their way to trainers, and the batches made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

GroupId = NewType("GroupId", int)
BatchId = NewType("BatchId", int)


@dataclass(frozen=True, slots=True)
class Registration:
    """What the first trainer asked for; it holds for every later one. `batch_size` counts sequences."""

    wandb_group: str
    wandb_project: str
    batch_size: int
    max_token_len: int
    checkpoint_dir: str
    save_checkpoint_interval: int
    starting_step: int
    num_steps: int


@dataclass(frozen=True, slots=True)
class Producer:
    """An environment that has registered. `min_batch_allocation` is its least share of a batch, 0 to 1."""

    env_id: int
    desired_name: str
    wandb_name: str
    weight: float
    group_size: int
    max_token_length: int
    min_batch_allocation: float | None = None
    connected: bool = True


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A stored group without its body. Ids grow in the order of arrival.

    Groups of one `unit` go into one batch: most are a unit of their own, odd sizes share one. None: it still waits
    in its environment's buffer for others to fill a unit.
    """

    group_id: GroupId
    env_id: int | None
    sequences: int
    size_bytes: int
    digest: bytes
    unit: GroupId | None = None


@dataclass(frozen=True, slots=True)
class IncomingGroup:
    """A group about to be stored. `body` is the JSON that trainers get, byte for byte."""

    entry: GroupEntry
    body: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Groups that are handed to a trainer together, oldest first."""

    batch_id: BatchId
    groups: tuple[GroupEntry, ...]

    @property
    def size_bytes(self) -> int:
        return sum(group.size_bytes for group in self.groups)


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """All that is stored of a queue, but for the bodies.

    `batches` were formed and not delivered. Every group up to `acknowledged` was acknowledged to who sent it.
    """

    registration: Registration | None
    started: bool
    step: int
    producers: tuple[Producer, ...]
    groups: tuple[GroupEntry, ...]
    batches: tuple[Batch, ...]
    acknowledged: GroupId
