"""The design of an experiment: which tasks, in which orders, in which slots. Made from a seed alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from atlas.core.session import RunId, Slot
from atlas.core.tasks import Task
from atlas.errors import ConfigError
from atlas.loop import Play
from atlas.reports.experiment.layout import ALONE, LEARNING, SEEDING, SPLITS, STREAM, arm
from atlas.runs.experiment.config import ExperimentConfig


@dataclass(frozen=True, slots=True)
class Design:
    """The tasks of an experiment. Each order is one row of training tasks: the seed sessions, then the stream.

    Every order holds the same training tasks; which of them are in the stream differs. A held-out task is played
    `trials` times per arm and order, with the same draws in every arm.
    """

    run_id: RunId
    orders: tuple[tuple[Task, ...], ...]
    held_out: dict[str, tuple[Task, ...]]
    seed_sessions: int
    trials: int
    spare: tuple[Task, ...]

    @property
    def training(self) -> tuple[Task, ...]:
        """Every task that is learned from."""
        return self.orders[0]

    @property
    def tested(self) -> tuple[Task, ...]:
        """Every task that is held out."""
        return tuple(task for split in SPLITS for task in self.held_out[split])

    def learning(self, order: int) -> list[Play]:
        """Seed sessions and stream of one order."""
        tasks = self.orders[order]
        return [
            (task, Slot(self.run_id, SEEDING if place < self.seed_sessions else LEARNING, task.task_id, order))
            for place, task in enumerate(tasks)
        ]

    def stream_alone(self) -> list[Play]:
        """The streams of all orders, played by the student alone."""
        return [
            (task, Slot(self.run_id, arm(ALONE, STREAM), task.task_id, order))
            for order, tasks in enumerate(self.orders)
            for task in tasks[self.seed_sessions :]
        ]

    def plays(self, condition: str, split: str, order: int) -> list[Play]:
        """One held-out arm under one order."""
        first = order * self.trials
        return [
            (task, Slot(self.run_id, arm(condition, split), task.task_id, trial))
            for trial in range(first, first + self.trials)
            for task in self.held_out[split]
        ]


def designed(config: ExperimentConfig, tasks: Sequence[Task], run_id: RunId) -> Design:
    """The design for the tasks of a dataset. Raises `ConfigError` when it has too few of a split."""
    learned = _drawn(config, tasks, "train", config.seed_sessions + config.stream_sessions)
    orders = []
    for number in range(config.orders):
        order = list(learned)
        Random(f"{config.seed}/order/{number}").shuffle(order)
        orders.append(tuple(order))
    used = {task.task_id for task in learned}
    return Design(
        run_id,
        tuple(orders),
        {split: _drawn(config, tasks, split, getattr(config, split)) for split in SPLITS},
        config.seed_sessions,
        config.trials,
        tuple(task for task in tasks if task.split == "train" and task.task_id not in used),
    )


def _drawn(config: ExperimentConfig, tasks: Sequence[Task], split: str, count: int) -> tuple[Task, ...]:
    there = [task for task in tasks if task.split == split]
    if len(there) < count:
        raise ConfigError(
            f"{config.dataset} holds {len(there)} usable conversations of split {split}, and the experiment "
            f"asks for {count}; lower its counts or name a larger dataset"
        )
    return tuple(Random(f"{config.seed}/{split}").sample(there, count))
