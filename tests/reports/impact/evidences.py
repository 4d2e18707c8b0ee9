"""Evidence made from single sessions, for tests of what is reckoned from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from atlas.core.impact import MEASURES, Evidence, Outcomes, Treatment
from atlas.core.playbook import Action, Cue, Entry, EntryId, LearningKey, Playbook


@dataclass(frozen=True)
class Seen:
    """One session: how it treated the entry (None: its brief did not call for it) and how it came out."""

    treatment: Treatment | None
    reward: float
    task: str = "t"
    rate: float = 0.1
    hits: int = 1
    adopted: int = 0
    tokens: int = 100


def evidence(sessions: Sequence[Seen], name: str = "e1") -> Evidence:
    cells = Counter(
        (seen.treatment, seen.rate, seen.reward, seen.reward == 1.0)
        for seen in sessions
        if seen.treatment and seen.rate
    )
    tasks = sorted({seen.task for seen in sessions})
    rows = np.array([np.sum([_row(s) for s in sessions if s.task == task], axis=0) for task in tasks])
    fired = {seen.task for seen in sessions if seen.treatment == "shown"}
    passed = {seen.task for seen in sessions if seen.treatment == "shown" and seen.reward == 1.0}
    return Evidence(
        EntryId(name),
        tuple(Outcomes(*cell, count) for cell, count in sorted(cells.items())),
        len(tasks),
        len(fired),
        len(passed),
        0,
        0,
        tuple(rows.sum(axis=0).tolist()),
        tuple(tuple(row) for row in (rows.T @ rows).tolist()),
    )


def entry(name: str = "e1", lifecycle: str = "active") -> Entry:
    return Entry(
        EntryId(name),
        "student",
        Cue("keyword", "deal"),
        Action(f"Do {name}."),
        "it helps",
        lifecycle="quarantined" if lifecycle == "quarantined" else "active",
    )


def book(*entries: Entry, frozen: bool = False) -> Playbook:
    return Playbook(LearningKey("crm/chat"), 7, entries, frozen=frozen)


def drawn(shown: Sequence[float], withheld: Sequence[float], rate: float = 0.1) -> list[Seen]:
    """Sessions of tasks of their own, with these rewards."""
    arms: list[tuple[Treatment, Sequence[float]]] = [("shown", shown), ("withheld", withheld)]
    return [
        Seen(treatment, reward, f"{treatment}{number}", rate)
        for treatment, rewards in arms
        for number, reward in enumerate(rewards)
    ]


def _row(seen: Seen) -> list[float]:
    fired, idle = seen.treatment == "shown", seen.treatment is None
    group = [1.0, seen.reward, 1.0, float(seen.reward == 1.0), float(seen.tokens), 0.0]
    made = [*(value * fired for value in group), *(value * idle for value in group)]
    assert len(made) == len(MEASURES) - 2
    return [*made, seen.hits * fired, seen.adopted * fired]
