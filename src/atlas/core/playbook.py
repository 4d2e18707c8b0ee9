"""A playbook: learned memory, entry by entry, in versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NewType, TypeAlias

from atlas.core.json import JsonObject
from atlas.core.trial import Trial

LearningKey = NewType("LearningKey", str)
EntryId = NewType("EntryId", str)
Audience: TypeAlias = Literal["student", "teacher"]
KeySource: TypeAlias = Literal["derived", "config", "command_line"]
CueType: TypeAlias = Literal["regex", "keyword", "predicate"]
Lifecycle: TypeAlias = Literal["active", "provisional", "deprecated", "rejected", "pruned", "quarantined"]


@dataclass(frozen=True, slots=True)
class Cue:
    """When an entry applies: a regex, a keyword, or a predicate ("a AND b", "a OR b", "NOT a")."""

    type: CueType
    pattern: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What to do: an imperative sentence and the tool it is about. `runtime_handle` may be a glob."""

    imperative: str
    runtime_handle: str | None = None
    tool_name: str | None = None
    arguments: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether the entry reinforces a behaviour or differentiates it, and where it holds."""

    category: Literal["reinforcement", "differentiation"] = "reinforcement"
    constraints: str = ""
    applies_when: str = ""


@dataclass(frozen=True, slots=True)
class RubricScores:
    """Scores in [0, 1] per criterion, the gates passed, and the weighted total."""

    actionability: float
    generality: float
    hookability: float
    concision: float
    weighted_total: float
    gates: dict[str, bool]
    failure_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why an entry was taken out of use: its effect on the reward.

    `effect` is the mean reward of `shown` sessions minus that of `withheld` ones, with its 95 % interval;
    `adjusted_p` is its p-value among all entries tested with it, which holds however often they were looked at.
    """

    reason: str
    effect: float
    low: float
    high: float
    adjusted_p: float
    shown: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an entry comes from, and why it was quarantined if it was."""

    source_session_id: str = ""
    guidance_digest: str = ""
    rubric: RubricScores | None = None
    quarantine: Quarantine | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson: cue -> action, with its expected effect, scope and provenance."""

    id: EntryId
    audience: Audience
    cue: Cue
    action: Action
    expected_effect: str
    scope: Scope = field(default_factory=Scope)
    lifecycle: Lifecycle = "active"
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Playbook:
    """All entries under one learning key. Version 0 is the empty playbook that nobody has saved yet.

    `rejected` keeps what the gates refused, with reasons. `parent` is the version this one was made from. Sessions
    read a `frozen` playbook, and none changes it. `trial` is what this version was accepted upon.
    """

    key: LearningKey
    version: int = 0
    entries: tuple[Entry, ...] = ()
    rejected: tuple[Entry, ...] = ()
    parent: int | None = None
    author: str = ""
    frozen: bool = False
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class KeyOrigin:
    """What a learning key was made from: these three, unless it was named in the config or on the command line.

    `family` is None where all task families of the environment share one playbook.
    """

    source: KeySource
    agent: str
    environment: str
    family: str | None


@dataclass(frozen=True, slots=True)
class Lessons:
    """What one session was shown of a playbook: text per audience, and what became of each entry called for.

    `left_out` are those without room. Each of the others was `withheld`, with its chance in `withhold_rates`, or
    `shown`; one without a chance there was shown for certain.
    """

    key: LearningKey
    version: int
    student_text: str = ""
    teacher_text: str = ""
    shown: tuple[EntryId, ...] = ()
    left_out: tuple[EntryId, ...] = ()
    withheld: tuple[EntryId, ...] = ()
    withhold_rates: dict[EntryId, float] = field(default_factory=dict)

    @property
    def matched(self) -> tuple[EntryId, ...]:
        """Every entry that the brief calls for, whatever became of it."""
        return (*self.shown, *self.withheld, *self.left_out)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the synthesizer learned from one session, gated: entries to add or replace, and those refused."""

    accepted: tuple[Entry, ...] = ()
    rejected: tuple[Entry, ...] = ()
    student_note: str = ""
    teacher_note: str = ""

    @property
    def empty(self) -> bool:
        return not (self.accepted or self.rejected)
