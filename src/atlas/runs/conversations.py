"""The tasks of a conversation file, whatever its format."""

from __future__ import annotations

from pathlib import Path

from atlas.assembly import brief_instructions
from atlas.core.tasks import Task
from atlas.datasets.loader import Loaded, load_conversations
from atlas.datasets.older_format import is_older_format, load_older
from atlas.datasets.replay import complete_targets
from atlas.environments.crm.environment import CrmEnvironment
from atlas.errors import ConfigError, DatasetError
from atlas.settings import RunConfig


async def load_tasks(path: Path, config: RunConfig | None = None) -> Loaded:
    """The tasks of our rows, or of the older format's after their reference calls have been played in memory.

    Their standing orders are those of `config`, where one is given. Rows that cannot be used are in `problems`.
    Raises `DatasetError` for a file that cannot be read.
    """
    if not is_older_format(path):
        return load_conversations(path, brief_instructions(config))
    environment = CrmEnvironment.memory()
    return await complete_targets(load_older(path, environment.specs, brief_instructions(config)), environment)


async def validation_pool(config: RunConfig) -> list[Task]:
    """The conversations on which playbook versions may be tried under `config`.

    Raises `ConfigError` when it names none, `DatasetError` when the file cannot be used.
    """
    validation = config.learning.validation
    if validation.dataset is None:
        raise ConfigError(
            "learning.acceptance is validated, so learning.validation.dataset must name conversations to try a "
            "version on, for example data/conversations/crm_1200.jsonl"
        )
    loaded = await load_tasks(validation.dataset, config)
    pool = [task for task in loaded.tasks if task.split == validation.split]
    if not pool:
        splits = ", ".join(sorted({task.split for task in loaded.tasks})) or "none"
        raise DatasetError(
            f"no usable row of split {validation.split!r} (splits: {splits}), so no playbook version can be tried",
            path=validation.dataset,
        )
    return pool
