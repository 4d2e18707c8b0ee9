"""Threads made to order: for tests of whatever concludes from them."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.playbook import (
    Action,
    Audience,
    Cue,
    Entry,
    EntryId,
    LearningKey,
    Lifecycle,
    Playbook,
    Provenance,
    RubricScores,
    Scope,
)
from atlas.core.session import SessionId
from atlas.core.tasks import TaskId
from atlas.core.thread import (
    CueSplit,
    LatestSession,
    Moments,
    SessionFilter,
    SharedMoments,
    StreamBucket,
    Tally,
    Thread,
    ThreadId,
    WindowSession,
)
from atlas.reports.statistics.moments import moments

KEY = LearningKey("crm/quotes")


def single(values: Sequence[float]) -> Moments:
    """Moments of values that are of one task each."""
    return moments((number, value) for number, value in enumerate(values))


def tally(name: str, passed: int, total: int, *, first: int = 1, versions: tuple[int, int] = (0, 0)) -> Tally:
    """An arm with one session a task; rewards equal success."""
    outcomes = single([1.0] * passed + [0.0] * (total - passed))
    return Tally(name, total, 0, outcomes, outcomes, single([100.0] * total), 0.5, first, first + total, versions)


def window(rewards: Sequence[float], first: int = 1) -> tuple[WindowSession, ...]:
    """Sessions of a task each, oldest first in `rewards`, newest first in the result; passed from 0.5 on."""
    return tuple(
        WindowSession(
            first + place,
            SessionId(f"run/learning/t{first + place}/0"),
            "2026-03-02T09:00:00+00:00",
            TaskId(f"t{first + place}"),
            reward,
            reward >= 0.5,
        )
        for place, reward in enumerate(rewards)
    )[::-1]


def thread(
    *,
    simulated: bool = True,
    arms: Sequence[Tally] = (),
    baseline: Sequence[float] = (),
    recent: Sequence[float] = (),
    playbook: Playbook | None = None,
    selection: SessionFilter | None = None,
) -> Thread:
    """A thread of one arm, "learning", unless `arms` says otherwise; its windows in order of play."""
    played = tuple(arms) or ((tally("learning", 1, 2),) if (recent or baseline) else ())
    return Thread(
        id=ThreadId(KEY, simulated),
        selection=selection or SessionFilter(),
        recent_window=10,
        baseline_window=50,
        arms=played,
        stream="learning" if played else None,
        baseline=window(baseline),
        recent=window(recent, first=1 + len(baseline)),
        buckets=(StreamBucket(1, len(baseline) + len(recent), 10, 7, 0.7, 900.0, 2),) if baseline else (),
        reviews={"pending": 3} if played else {},
        playbook=playbook,
    )


def entry(
    name: str,
    imperative: str = "Write a date in ISO form",
    *,
    audience: Audience = "student",
    lifecycle: Lifecycle = "active",
    source: str = "",
    total: float = 0.9,
    gates: dict[str, bool] | None = None,
    rubric: bool = True,
) -> Entry:
    """An entry about dates, unless `imperative` says otherwise."""
    scores = RubricScores(1.0, 0.8, 0.6, 1.0, total, gates or {"cue": True, "generality": True})
    return Entry(
        EntryId(name),
        audience,
        Cue("keyword", "date", "a date is given"),
        Action(imperative, "deal_update"),
        "fewer mistakes",
        Scope("reinforcement"),
        lifecycle,
        Provenance(source, "", scores if rubric else None),
    )


def playbook(*entries: Entry, rejected: Sequence[Entry] = (), version: int = 3) -> Playbook:
    """Version 3 of the playbook."""
    return Playbook(KEY, version, tuple(entries), tuple(rejected), version - 1, "run/learning/t/0")


def latest(number: int = 7, *, success: bool | None = True, status: str = "succeeded") -> LatestSession:
    """One session as a report lists it."""
    return LatestSession(
        number,
        SessionId(f"run/learning/t{number}/0"),
        "learning",
        "2026-03-02T09:00:00+00:00",
        status,
        "pending",
        "paired",
        success,
        0.9,
        0.1,
        3,
        "note",
        None,
        1200,
        0.01,
        4,
        2,
        3,
        17,
        {"student": "small", "teacher": "large"},
    )


def split(hit: Sequence[float], none: Sequence[float]) -> CueSplit:
    """With and without cue hits, each session of a task of its own."""
    return CueSplit(single(hit), single(none), SharedMoments(tasks=len(hit) + len(none)))
