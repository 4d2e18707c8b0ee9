"""The tasks of a conversation file, whatever its format."""

from __future__ import annotations

from pathlib import Path

from atlas.assembly import brief_instructions
from atlas.datasets.loader import Loaded, load_conversations
from atlas.datasets.older_format import is_older_format, load_older
from atlas.datasets.replay import complete_targets
from atlas.environments.crm.environment import CrmEnvironment


async def load_tasks(path: Path) -> Loaded:
    """The tasks of our rows, or of the older format's after their reference calls have been played in memory.

    Rows that cannot be used are in `problems`. Raises `DatasetError` for a file that cannot be read.
    """
    if not is_older_format(path):
        return load_conversations(path, brief_instructions())
    environment = CrmEnvironment.memory()
    return await complete_targets(load_older(path, environment.specs, brief_instructions()), environment)
