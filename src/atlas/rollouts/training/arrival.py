"""An arrival: a group on its way to training data, from a file, from the store or from a trajectory API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atlas.core.group import Group
from atlas.core.tools import ToolSpec
from atlas.core.trainer_group import TrainerGroup, trainer_group
from atlas.rollouts.group_file import read_details


@dataclass(frozen=True, slots=True)
class Arrival:
    """A group in the trainer's form, and what else is known of it, which another's does not say."""

    group: TrainerGroup
    tools: tuple[ToolSpec, ...] = ()
    environment: str = ""
    simulated: bool = False


def arrivals(path: Path) -> Iterator[Arrival]:
    """The groups of a file. Raises `DatasetError` by file, line and key."""
    for group, details in read_details(path):
        yield Arrival(group, details.tools, details.environment, details.simulated) if details else Arrival(group)


def arrival(group: Group) -> Arrival:
    """A group of our own."""
    return Arrival(trainer_group(group), group.tools, group.environment, group.simulated)
