"""Withholding: entries that a session is not shown although it calls for them, so that their effect can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from atlas.core.playbook import EntryId, Playbook
from atlas.learning.config import LearningConfig

_SCALE = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Withholding:
    """Each entry is withheld with its chance in `rates` (0 without one), by a draw from `seed` and its id alone."""

    rates: Mapping[EntryId, float] = field(default_factory=dict)
    seed: str = ""

    def rate(self, entry_id: EntryId) -> float:
        """The chance of one entry."""
        return self.rates.get(entry_id, 0.0)

    def withholds(self, entry_id: EntryId) -> bool:
        """The same answer for the same seed, entry and chance, in every process."""
        digest = blake2b(f"{self.seed}\x1f{entry_id}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / _SCALE < self.rate(entry_id)


NOTHING_WITHHELD = Withholding()


def withholding(playbook: Playbook, config: LearningConfig, seed: str, drawn: Mapping[EntryId, int]) -> Withholding:
    """What a learning session withholds; `seed` is its own, `drawn` the sessions that drew for an entry before it.

    A new entry is withheld more often: how often it was drawn for says nothing of how those sessions went, so an
    effect told from both is as unbiased as one told from either. Only a playbook that is being learned is
    experimented with: one that is frozen, or read only (`update_enabled: false`), is shown whole, and so is every
    one while usage is not tracked. Evaluations withhold nothing.
    """
    tracking = config.usage_tracking
    if playbook.frozen or not (config.enabled and config.update_enabled and tracking.enabled):
        return NOTHING_WITHHELD
    rates = {entry.id: tracking.rate_after(drawn.get(entry.id, 0)) for entry in playbook.entries}
    return Withholding(rates, seed)
