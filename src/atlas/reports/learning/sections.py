"""The sections of the learning report, in order. A further section is one file, and one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from atlas.core.thread import Thread
from atlas.reports.learning import (
    arms,
    discovery,
    efficiency,
    failures,
    impact,
    latest,
    lifecycle,
    models,
    modes,
    pamphlet,
    quality,
    reviews,
    reward,
    usage,
)
from atlas.reports.learning.part import Labels, Part

SectionOf: TypeAlias = Callable[[Thread, Labels], Part]

SECTIONS: tuple[SectionOf, ...] = (
    reward.part,
    arms.part,
    failures.part,
    impact.part,
    pamphlet.part,
    quality.part,
    lifecycle.part,
    usage.part,
    efficiency.part,
    modes.part,
    reviews.part,
    models.part,
    discovery.part,
    latest.part,
)


def parts_of(thread: Thread, labels: Labels) -> tuple[Part, ...]:
    """Every section of a thread."""
    return tuple(section(thread, labels) for section in SECTIONS)
