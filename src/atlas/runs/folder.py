"""The folder of a run: it holds one run's files, and says whose."""

from __future__ import annotations

from pathlib import Path

import msgspec

from atlas.errors import ConfigError


class _Owner(msgspec.Struct):
    run_id: str


def claim_folder(folder: Path, *, resume: bool) -> str | None:
    """The run that `folder` belongs to when it may go on; None for a folder that belongs to none yet.

    Raises `ConfigError` for the folder of a run that is not to be resumed, so that its files are never overwritten.
    """
    path = folder / "run.json"
    try:
        owner = msgspec.json.decode(path.read_bytes(), type=_Owner)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{path} does not say whose folder this is: {error}; name another --output") from error
    if not resume:
        raise ConfigError(
            f"{folder} holds run {owner.run_id}; add --resume to go on with it, or name another --output"
        )
    return owner.run_id
