"""Reward momentum: the last sessions of the stream against those right before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from atlas.core.json import JsonObject, to_json
from atlas.core.tasks import TaskId
from atlas.core.thread import Moments, StreamBucket, Thread, WindowSession
from atlas.reports.document import rate_json
from atlas.reports.learning.estimate import SMALLEST_REWARD, Estimate, estimate
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.wording import judged, rate_of, signed_score
from atlas.reports.metrics import Rate
from atlas.reports.page import Figure, Section, Table, numbers, words
from atlas.reports.statistics.intervals import Interval, wilson
from atlas.reports.statistics.moments import mean_error, mean_interval, moments, shared_moments
from atlas.reports.wording import NOTHING, percent, rated, score

RECENT, BASELINE = "recent window", "baseline window"


@dataclass(frozen=True, slots=True)
class Window:
    """Rewarded sessions that follow each other. `size` is how many were asked for."""

    name: str
    size: int
    reward: Moments
    success: Moments
    first: WindowSession | None
    last: WindowSession | None

    @property
    def first_number(self) -> int | None:
        """The number of its first session in the order of finishing."""
        return self.first.number if self.first else None

    @property
    def rate(self) -> Rate:
        """Strict success in the window."""
        return rate_of(self.success)

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the mean reward, within what a reward can be."""
        found = mean_interval(self.reward)
        return Interval(max(0.0, found.low), min(1.0, found.high), found.level) if found else None


@dataclass(frozen=True, slots=True)
class Momentum:
    """Two windows that share no session, and the difference of their mean rewards and success rates."""

    stream: str | None
    others: int
    recent: Window
    baseline: Window
    reward: Estimate
    success: Estimate
    latest: float | None
    buckets: tuple[StreamBucket, ...]


def measure(thread: Thread) -> Momentum:
    """The momentum of a thread's stream."""
    recent, baseline = (
        _window(RECENT, thread.recent_window, thread.recent),
        _window(BASELINE, thread.baseline_window, thread.baseline),
    )
    return Momentum(
        thread.stream,
        len(thread.arms) - 1,
        recent,
        baseline,
        _against([(s.task_id, s.reward) for s in thread.recent], [(s.task_id, s.reward) for s in thread.baseline]),
        _against(_successes(thread.recent), _successes(thread.baseline)),
        thread.recent[0].reward if thread.recent else None,
        thread.buckets,
    )


def part(thread: Thread, labels: Labels) -> Part:
    """Keys `reward`, `recent_window`, `baseline_window` and `curve`."""
    momentum = measure(thread)
    return Part(
        {
            "reward": _reward_json(momentum),
            "recent_window": thread.recent_window,
            "baseline_window": thread.baseline_window,
            "curve": [to_json(bucket) for bucket in momentum.buckets],
        },
        _section(momentum),
        partial(_figures, momentum, thread.id.simulated),
    )


def _window(name: str, size: int, sessions: Sequence[WindowSession]) -> Window:
    return Window(
        name,
        size,
        moments((session.task_id, session.reward) for session in sessions),
        moments(_successes(sessions)),
        sessions[-1] if sessions else None,
        sessions[0] if sessions else None,
    )


def _successes(sessions: Sequence[WindowSession]) -> list[tuple[TaskId, float]]:
    return [(session.task_id, float(session.success)) for session in sessions if session.success is not None]


def _against(recent: Sequence[tuple[TaskId, float]], baseline: Sequence[tuple[TaskId, float]]) -> Estimate:
    return estimate(
        moments(baseline),
        moments(recent),
        shared_moments(baseline, recent),
        (f"the {BASELINE}", f"the {RECENT}"),
        SMALLEST_REWARD,
    )


def _reward_json(momentum: Momentum) -> JsonObject:
    recent, baseline = momentum.recent, momentum.baseline
    return {
        "stream": momentum.stream,
        "recent_mean": recent.reward.mean,
        "recent_count": round(recent.reward.n),
        "baseline_mean": baseline.reward.mean,
        "baseline_count": round(baseline.reward.n),
        "delta": momentum.reward.value,
        "latest_score": momentum.latest,
        "recent_window": _window_json(recent),
        "baseline_window": _window_json(baseline),
        "estimate": to_json(momentum.reward),
        "success_estimate": to_json(momentum.success),
    }


def _window_json(window: Window) -> JsonObject:
    return {
        "label": window.name,
        "size": window.size,
        "count": round(window.reward.n),
        "tasks": window.reward.tasks,
        "reward_interval": to_json(window.interval),
        "reward_error": mean_error(window.reward),
        "success": rate_json(window.rate),
        "first_session": window.first.session_id if window.first else None,
        "last_session": window.last.session_id if window.last else None,
        "first_number": window.first_number,
        "last_number": window.last.number if window.last else None,
    }


def _section(momentum: Momentum) -> Section:
    if momentum.stream is None:
        return Section("Reward momentum", ("Cannot say: no session of this key counts yet.",))
    windows = (momentum.baseline, momentum.recent)
    columns = (*words("window"), *numbers("asked for", "sessions", "tasks", "mean reward", "95 % interval"))
    table = Table(
        "The two windows",
        (*columns, *numbers("strict success")),
        tuple(map(_row, windows)),
    )
    return Section(
        "Reward momentum",
        (_explained(momentum),),
        points=(
            judged("Mean reward, recent against baseline", momentum.reward, signed_score),
            judged("Strict success, recent against baseline", momentum.success, signed_score),
        ),
        tables=(table,),
    )


def _explained(momentum: Momentum) -> str:
    several = (
        f" This key has {momentum.others + 1} arms; {momentum.stream} is the one followed here, and the section "
        "on arms compares them."
        if momentum.others
        else ""
    )
    return (
        f"The last {momentum.recent.size} rewarded sessions of {momentum.stream}, and the {momentum.baseline.size} "
        "right before them: the windows share no session, so a trend is never held against itself. Differences "
        "carry a 95 % interval by task (cluster-robust, Student's t). Tasks change along a stream, so this "
        f"describes it and proves no cause; held-out tasks and withheld entries do.{several}"
    )


def _row(window: Window) -> tuple[str, ...]:
    interval = window.interval
    return (
        window.name,
        str(window.size),
        str(round(window.reward.n)),
        str(window.reward.tasks),
        score(window.reward.mean),
        NOTHING if interval is None else f"{interval.low:.3f} to {interval.high:.3f}",
        rated(window.rate),
    )


def _figures(momentum: Momentum, simulated: bool) -> tuple[Figure, ...]:
    # Imported where something is drawn: matplotlib takes a second that a summary need not wait for.
    from atlas.reports.learning.figures import stream_picture

    if not momentum.buckets:
        return ()
    last = momentum.buckets[-1]
    interval = wilson(last.passed, last.sessions)
    alt = (
        f"Strict success of {momentum.stream} over {last.last} sessions in {len(momentum.buckets)} parts; the last "
        f"part at {percent(last.passed / last.sessions)} ({percent(interval.low)} to {percent(interval.high)})"
    )
    return (Figure("stream", alt, stream_picture(momentum, simulated)),)
