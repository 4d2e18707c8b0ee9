"""A thread: the sessions of one learning key, all played by scripted models or all by real ones, in numbers.

The store counts, reports conclude; these are the rows that pass between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.core.impact import Evidence
from atlas.core.json import JsonObject
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import SessionId
from atlas.core.tasks import TaskId


@dataclass(frozen=True, slots=True)
class ThreadId:
    """Which sessions are meant. Simulated and real sessions of one key are two threads."""

    key: LearningKey
    simulated: bool


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions of a thread count.

    `project` is the root of a discovered project, or its last part; `task` is a task's id, or a part of its text;
    each of `tags` must be the session's arm, run, mode or family ("arm:frozen" or "frozen").
    """

    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self == SessionFilter()


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of a number over sessions, and over tasks: enough for its mean and the mean's error, however many.

    With n_c sessions of task c and S_c the sum of their values: `n` is sum n_c, `total` sum S_c, `squares`
    sum S_c^2, `cross` sum n_c S_c, `sizes` sum n_c^2, `tasks` the number of tasks that have any.
    """

    n: float = 0.0
    tasks: int = 0
    total: float = 0.0
    squares: float = 0.0
    cross: float = 0.0
    sizes: float = 0.0

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class SharedMoments:
    """Sums over tasks of the products of two groups A and B of sessions: what their means have in common.

    `tasks` counts those with a session in either; with a, b for the numbers of sessions and A, B for the sums of
    values: `values` is sum A B, `first_size` sum a B, `second_size` sum A b, `sizes` sum a b.
    """

    tasks: int = 0
    values: float = 0.0
    first_size: float = 0.0
    second_size: float = 0.0
    sizes: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """The sessions that share something: an arm, a mode, a review status.

    `failed` were lost to something below us and have neither success, reward nor tokens. `cost_usd` is None where
    a price is unknown. `first` and `last` are numbers of sessions in the order they were finished.
    """

    name: str
    sessions: int
    failed: int
    success: Moments
    reward: Moments
    tokens: Moments
    cost_usd: float | None
    first: int
    last: int
    versions: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WindowSession:
    """A rewarded session of the stream, by its number in the order of finishing."""

    number: int
    session_id: SessionId
    finished_at: str
    task_id: TaskId
    reward: float
    success: bool | None


@dataclass(frozen=True, slots=True)
class StreamBucket:
    """Sessions `first` to `last` of the stream, counted from 1: how many, how many passed, and their means."""

    first: int
    last: int
    sessions: int
    passed: int
    reward: float | None
    tokens: float | None
    version: int


@dataclass(frozen=True, slots=True)
class PairPattern:
    """`tasks` tasks whose pairs of (baseline arm, `arm`) came out like this."""

    arm: str
    both: int
    gained: int
    lost: int
    neither: int
    tasks: int


@dataclass(frozen=True, slots=True)
class ModelTally:
    """The sessions in which `model` played `role`."""

    role: str
    model: str
    sessions: int
    rewarded: int
    reward_mean: float | None
    latest_score: float | None
    last_seen_at: str


@dataclass(frozen=True, slots=True)
class LatestSession:
    """One session, as a report lists it. `events` counts its last play; `models` maps a role to its model."""

    number: int
    session_id: SessionId
    arm: str
    finished_at: str
    status: str
    review_status: str
    execution_mode: str | None
    success: bool | None
    reward_score: float | None
    reward_uncertainty: float | None
    reward_audit_count: int
    student_learning: str | None
    teacher_learning: str | None
    total_tokens: int | None
    cost_usd: float | None
    cue_hits: int | None
    adoptions: int | None
    playbook_version: int
    events: int
    models: dict[str, str]


@dataclass(frozen=True, slots=True)
class UsageTally:
    """Cues and adoptions over the sessions in which usage was tracked; only shown entries count."""

    tracked: int = 0
    with_cues: int = 0
    cue_hits: int = 0
    cue_steps: int = 0
    adoptions: int = 0
    failed_adoptions: int = 0


@dataclass(frozen=True, slots=True)
class CueSplit:
    """A number in tracked sessions with a cue hit (first) and in those without (second)."""

    hit: Moments
    none: Moments
    shared: SharedMoments


@dataclass(frozen=True, slots=True)
class FaultTally:
    """In how many sessions of a group a kind of fault occurred; `squares` and `cross` as in `Moments`."""

    group: str
    kind: str
    sessions: int
    squares: float
    cross: float


@dataclass(frozen=True, slots=True)
class FaultExample:
    """What a check said in one session; `kinds` it is of."""

    kind: str
    session_id: SessionId
    arm: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BoundaryTally:
    """How many sessions of an arm were lost at a boundary below us."""

    arm: str
    boundary: str
    sessions: int


@dataclass(frozen=True, slots=True)
class DiscoveryRef:
    """A row of `discovery_runs` that belongs to the thread's sessions or their tasks."""

    run_id: int
    task: str | None
    source: str
    created_at: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the playbook in its history."""

    version: int
    author: str
    session_id: SessionId | None
    created_at: str
    entries: int


@dataclass(frozen=True, slots=True)
class Faults:
    """What went wrong, by group (an arm or a window) and kind; `sources` says it of the sessions that taught."""

    tallies: tuple[FaultTally, ...] = ()
    examples: tuple[FaultExample, ...] = ()
    boundaries: tuple[BoundaryTally, ...] = ()
    sources: dict[SessionId, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thread:
    """All that a report needs to know of a thread, at one moment.

    `stream` is the arm whose sessions are followed over time; `recent` and `baseline` are its windows, newest
    first, and share no session. `baseline_arm` is the one that the others are held against. Quarantined sessions
    count in `reviews` and nowhere else. `evidence` of entries is of all tracked sessions, whatever is selected;
    None where it was not asked for. `rubric_weights` are those of the newest run, {} where it does not say.
    """

    id: ThreadId
    selection: SessionFilter
    recent_window: int
    baseline_window: int
    arms: tuple[Tally, ...] = ()
    modes: tuple[Tally, ...] = ()
    reviews: dict[str, int] = field(default_factory=dict)
    stream: str | None = None
    recent: tuple[WindowSession, ...] = ()
    baseline: tuple[WindowSession, ...] = ()
    buckets: tuple[StreamBucket, ...] = ()
    baseline_arm: str | None = None
    pairs: tuple[PairPattern, ...] = ()
    faults: Faults = field(default_factory=Faults)
    usage: UsageTally = field(default_factory=UsageTally)
    cue_reward: CueSplit | None = None
    cue_tokens: CueSplit | None = None
    evidence: tuple[Evidence, ...] | None = None
    models: tuple[ModelTally, ...] = ()
    discoveries: tuple[DiscoveryRef, ...] = ()
    latest: tuple[LatestSession, ...] = ()
    playbook: Playbook | None = None
    versions: tuple[VersionRow, ...] = ()
    rubric_weights: JsonObject = field(default_factory=dict)

    @property
    def sessions(self) -> int:
        """Sessions that count, failed ones included."""
        return sum(arm.sessions for arm in self.arms)
