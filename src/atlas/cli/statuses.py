"""The review statuses, as flags take them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal


class ReviewStatus(StrEnum):
    """What a person decided about a session."""

    PENDING = "pending"
    APPROVED = "approved"
    QUARANTINED = "quarantined"


def values(statuses: Iterable[ReviewStatus]) -> tuple[Literal["pending", "approved", "quarantined"], ...]:
    """Each status once, as the word it is stored under."""
    return tuple(status.value for status in dict.fromkeys(statuses))
