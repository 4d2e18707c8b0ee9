"""The digest of a session, as exported: what its student's system texts had to leave out."""

from __future__ import annotations

from atlas.core.session import Played
from atlas.export.form import DigestRecord


def digest_stats(played: Played) -> DigestRecord | None:
    """All attempts together; None where no attempt had a budget."""
    fitted = [attempt.digest for attempt in played.attempts if attempt.digest]
    if not fitted:
        return None
    return {
        "budget": fitted[0].budget,
        "used": max(stats.used for stats in fitted),
        "omitted": list(dict.fromkeys(key for stats in fitted for key in stats.omitted)),
        "dropped_sections": list(dict.fromkeys(name for stats in fitted for name in stats.dropped)),
        "dropped_entries": max(stats.entries for stats in fitted),
        "dropped_guidance": max(stats.guidance for stats in fitted),
    }
