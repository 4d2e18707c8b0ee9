"""A trial: how a proposed playbook version fared against the one in use, before any session may read it."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.messages import Usage


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a task is told by when two sets of tasks must share nothing.

    `texts` are its requests without ids, names, dates and numbers; `records` the ids of its world.
    """

    task: str
    texts: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The decision about one proposed version, and what it rests on.

    Both versions played the same `tasks` with the same draws; `pairs` were scored under both, `unpaired` were lost
    to something below us. `low` is the one-sided lower bound, at confidence 1 - `alpha`, of the difference of the
    success rates, `p_value` that of "worse by `margin` or more". `sources` are the sessions that taught it,
    `unchecked` counts those behind it of whose tasks no fingerprint is known. `spent` is what the trial cost.
    """

    base: int
    sources: tuple[str, ...]
    validation: str
    tasks: int
    pairs: int
    unpaired: int
    gained: int
    lost: int
    before: float | None
    after: float | None
    low: float
    p_value: float
    margin: float
    alpha: float
    accepted: bool
    reason: str
    unchecked: int
    simulated: bool
    spent: Usage
