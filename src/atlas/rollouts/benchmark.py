"""A benchmark: an environment, the tasks to play in it, and what grades them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from atlas.core.protocols import Environment, Verifier
from atlas.core.tasks import Task


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What `module:factory` returns. There are tasks, their ids differ, and at least one verifier is required.

    `revision` names the tasks' contents: a run goes on only where it is equal.
    """

    environment: Environment
    tasks: Sequence[Task]
    verifiers: Sequence[Verifier]
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One trajectory to play: the `step`-th group of a run is of the task at `place`, played as its `trial`-th."""

    step: int
    place: int
    trial: int


def assignments(step: int, tasks: int, group_size: int, seed: int) -> tuple[Assignment, ...]:
    """The trajectories of one group, steps counted from 0. `tasks` is how many there are.

    Each pass over the tasks goes in an order of its own, and the trials of a task are counted on from pass to pass,
    so that no trajectory of a run is sampled like another one.
    """
    played, at = divmod(step, tasks)
    place = Random(f"{seed}/{played}").sample(range(tasks), tasks)[at]
    return tuple(Assignment(step, place, played * group_size + number) for number in range(group_size))
