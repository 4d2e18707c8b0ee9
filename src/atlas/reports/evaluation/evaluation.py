"""An evaluation: one run of an agent over a dataset, with the tasks it was asked to play."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from atlas.core.session import RunId, Session
from atlas.core.tasks import Task, TaskId


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an evaluation was played under: the identity in its run record. `sample` is None for the whole split."""

    agent: str
    dataset_revision: str
    dataset: str = ""
    split: str | None = None
    backend: str = ""
    model: str | None = None
    sample: int | None = None
    seed: int = 0
    trials: int = 1
    judge_model: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run as a report reads it. Its sessions carry `label`, which is its own in the report, as their arm."""

    label: str
    run_id: RunId
    status: str
    conditions: Conditions
    sessions: tuple[Session, ...]
    tasks: Mapping[TaskId, Task]

    @classmethod
    def of(
        cls,
        label: str,
        run_id: RunId,
        status: str,
        conditions: Conditions,
        sessions: Iterable[Session],
        tasks: Iterable[Task],
    ) -> Evaluation:
        """Label the sessions and find the tasks of the split that was played.

        Raises `ValueError` naming the first task that a session played and `tasks` does not hold.
        """
        known = {task.task_id: task for task in tasks if conditions.split in (None, task.split)}
        labelled = tuple(replace(session, slot=replace(session.slot, arm=label)) for session in sessions)
        for session in labelled:
            if session.slot.task_id not in known:
                raise ValueError(f"run {run_id} played {session.slot.task_id}, which the dataset does not hold")
        return cls(label, run_id, status, conditions, labelled, known)

    @property
    def planned(self) -> int:
        """How many sessions the run was to hold."""
        size = len(self.tasks) if self.conditions.sample is None else min(self.conditions.sample, len(self.tasks))
        return size * self.conditions.trials

    @property
    def played(self) -> frozenset[TaskId]:
        """The tasks that have a session."""
        return frozenset(session.slot.task_id for session in self.sessions)


def labels(runs: Sequence[tuple[RunId, Conditions]]) -> list[str]:
    """A name for each run: its agent, with the model it called; with the end of its id where that is not unique."""
    names = [f"{given.agent} {given.model}" if given.model else given.agent for _, given in runs]
    count = Counter(names)
    ends = [run_id.rpartition("-")[2] for run_id, _ in runs]
    return [name if count[name] == 1 else f"{name} {end}" for name, end in zip(names, ends, strict=True)]
