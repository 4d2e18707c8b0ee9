"""Withholding: entries that a session is not shown although it calls for them, so that their effect can be told."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from atlas.core.playbook import EntryId, Playbook
from atlas.learning.config import LearningConfig

_SCALE = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Withholding:
    """Each entry is withheld with chance `rate`, by a draw from `seed` and its id alone."""

    rate: float
    seed: str

    def withholds(self, entry_id: EntryId) -> bool:
        """The same answer for the same seed and entry, in every process."""
        digest = blake2b(f"{self.seed}\x1f{entry_id}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / _SCALE < self.rate


NOTHING_WITHHELD = Withholding(0.0, "")


def withholding(playbook: Playbook, config: LearningConfig, seed: str) -> Withholding:
    """What a learning session withholds; `seed` is its own.

    Only a playbook that is being learned is experimented with: one that is frozen, or read only
    (`update_enabled: false`), is shown whole, and so is every one while usage is not tracked. Evaluations withhold
    nothing.
    """
    tracking = config.usage_tracking
    if playbook.frozen or not (config.enabled and config.update_enabled and tracking.enabled):
        return NOTHING_WITHHELD
    return Withholding(tracking.withhold_rate, seed)
