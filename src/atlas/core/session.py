"""A session: one task handled with supervision, reward and lessons; the stored unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NewType, TypeAlias

from atlas.core.digest import DigestStats
from atlas.core.drift import Drift
from atlas.core.history import History
from atlas.core.json import JsonObject
from atlas.core.messages import ModelRole, Usage
from atlas.core.plan import Plan
from atlas.core.playbook import KeyOrigin, Lessons, Proposal
from atlas.core.tasks import TaskId
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.trial import Fingerprint
from atlas.core.verdicts import PanelVerdict, Reward, Verdict

SessionId = NewType("SessionId", str)
RunId = NewType("RunId", str)
Mode: TypeAlias = Literal["auto", "paired", "coach", "escalate"]


@dataclass(frozen=True, slots=True)
class Validation:
    """The teacher's word on one attempt. `guidance` is what the student is told before it tries again."""

    valid: bool
    guidance: str
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An infrastructure failure: the boundary crossed and the sentence that says what happened."""

    boundary: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one turn, or at the step of its plan that `step` names (`turn.request` is that step then).

    Attempts of a turn are numbered from 1. Only the last one of a turn, or of a step, stands; the state of the
    others was rolled back. `guidance` is all that had been said before this try. `teacher_failure` says why there
    is no validation although the mode asks for one: a teacher out of reach never costs the student its work.
    `digest` says how the student's system text was fitted into its budget, where there is one.
    """

    turn: Turn
    by: Literal["student", "teacher"]
    number: int
    guidance: tuple[str, ...] = ()
    validation: Validation | None = None
    teacher_failure: Failure | None = None
    step: str | None = None
    digest: DigestStats | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """The teacher took a turn (or a step of its plan) over, after so many attempts of the student.

    `cause` is the guidance that the last attempt did not meet, `rationale` why. With a `failure` the teacher could
    not be reached, and the student's last attempt stands.
    """

    turn: int
    after_attempts: int
    cause: str
    rationale: str
    teacher: str
    step: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Probing:
    """What a mode was picked from: the learning history, and how many entries of the playbook the brief calls for.

    `picked` and `confidence` (in [0, 1]) are the probe's own words, None where it was not asked or failed.
    """

    history: History
    playbook_version: int
    cue_hits: int
    picked: Mode | None = None
    confidence: float | None = None
    rationale: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a session stands in its run; a run holds each slot once. `arm` names the condition it was played in."""

    run_id: RunId
    arm: str
    task_id: TaskId
    trial: int = 0

    @property
    def session_id(self) -> SessionId:
        return SessionId(f"{self.run_id}/{self.arm}/{self.task_id}/{self.trial}")


@dataclass(frozen=True, slots=True)
class Played:
    """What supervision produced: the trajectory that stands and every attempt at its turns.

    `probing` is None where the config left no choice of mode. `system` is the system text that the student's model
    read with the last turn, or step of its plan; None where the teacher did that, and in older sessions.
    """

    trajectory: Trajectory
    attempts: tuple[Attempt, ...]
    mode: Mode
    mode_reason: str
    probing: Probing | None = None
    plans: tuple[Plan, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    system: str | None = None

    @property
    def guidance(self) -> tuple[str, ...]:
        """All that the teacher told the student or said of its attempts, each sentence once, in order."""
        said: dict[str, None] = {}
        for attempt in self.attempts:
            said |= dict.fromkeys(attempt.guidance)
            said |= {attempt.validation.guidance: None} if attempt.validation else {}
        return tuple(line for line in said if line)


@dataclass(frozen=True, slots=True)
class Session:
    """One finished session. With a `failure` it has no reward and no verdict of success.

    `played` is None when the failure came before the last turn ended. A synthesizer that fails costs the session
    its lesson (`synthesis_failure`), never its reward. `drift` is None where it was not watched: in an evaluation,
    without a reward, or where the config says so. One that was learned from has the `fingerprint` of its task.
    `started_at` and `finished_at` are ISO-8601 UTC; they and the durations are the only fields that differ between
    equal offline runs.
    """

    slot: Slot
    family: str
    simulated: bool
    dataset_revision: str
    lessons: Lessons
    played: Played | None
    verdicts: tuple[Verdict, ...] = ()
    panel: PanelVerdict | None = None
    reward: Reward | None = None
    drift: Drift | None = None
    proposal: Proposal | None = None
    learning_usage: JsonObject = field(default_factory=dict)
    usage: dict[ModelRole, Usage] = field(default_factory=dict)
    failure: Failure | None = None
    synthesis_failure: Failure | None = None
    key_origin: KeyOrigin | None = None
    fingerprint: Fingerprint | None = None
    started_at: str = ""
    finished_at: str = ""

    @property
    def session_id(self) -> SessionId:
        return self.slot.session_id

    @property
    def spent(self) -> Usage:
        """Tokens and cost of all roles, added in the order of their names: the same sum wherever it is made."""
        return sum((self.usage[role] for role in sorted(self.usage)), Usage())

    @property
    def success(self) -> bool | None:
        """Strict success: every required verdict passed. None when nothing required was checked."""
        required = [verdict.passed for verdict in self.verdicts if verdict.required]
        return all(required) if required and self.failure is None else None

    @property
    def turns_passed(self) -> dict[int, bool]:
        """Every turn that a required verdict speaks of, in order; it passed when all of them say so."""
        outcomes: dict[int, bool] = {}
        for verdict in self.verdicts:
            for turn in verdict.turns if verdict.required else ():
                outcomes[turn.index] = outcomes.get(turn.index, True) and turn.ok
        return dict(sorted(outcomes.items()))

    @property
    def first_failed_turn(self) -> int | None:
        """The first turn that a required verdict failed; None when none did or the verdicts do not say."""
        return next((turn for turn, passed in self.turns_passed.items() if not passed), None)
