"""The supervisor: one assignment from the first attempt to the one that stands, with the teacher beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from atlas.core.digest import DigestStats
from atlas.core.playbook import Lessons
from atlas.core.protocols import Agent, Instructed, Mark, Rewindable, Teacher
from atlas.core.session import Attempt, Escalation, Failure, Mode, Validation
from atlas.core.state import Snapshot
from atlas.core.tasks import Brief
from atlas.core.trajectory import Turn
from atlas.errors import ModelError
from atlas.runtime.assignment import Assignment
from atlas.runtime.config import DigestKey
from atlas.runtime.digest import Digest
from atlas.runtime.redo import redo
from atlas.runtime.rollout import Player, Stage, play_turn
from atlas.runtime.system_text import system_text


@dataclass(frozen=True, slots=True)
class Handled:
    """An assignment that was handled: every attempt, the last of which stands, and the state that it left.

    `system` is what the student's model read with that attempt, None where the teacher made it.
    """

    attempts: tuple[Attempt, ...]
    state: Snapshot
    escalation: Escalation | None = None
    system: str | None = None

    @property
    def turn(self) -> Turn:
        return self.attempts[-1].turn


@dataclass(frozen=True, slots=True)
class _Tried:
    """One attempt, the state that it left, and the system text that the model read."""

    attempt: Attempt
    state: Snapshot
    system: str


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Lets the student try, the teacher validate every attempt, and in mode escalate take over in the end."""

    brief: Brief
    stage: Stage
    mode: Mode
    lessons: Lessons
    student: Agent
    teacher: Teacher | None
    substitute: Agent | None
    max_retries: int
    digest: Digest | None = None
    notes: tuple[str, ...] = ()

    async def handle(
        self, assignment: Assignment, before: Snapshot, guidance: Sequence[str], tried: int
    ) -> Handled:
        """Handle it in the state `before`. `tried` attempts at other steps of the same turn came earlier."""
        mark = await self.stage.world.mark()
        attempts: list[Attempt] = []
        for number in range(1, self.max_retries + 2):
            one = await self._attempt(self.student, "student", tried + number, assignment, before, guidance)
            attempt, system = one.attempt, one.system
            attempts.append(attempt)
            if attempt.validation is None or attempt.validation.valid:
                return Handled(tuple(attempts), one.state, system=system)
            guidance = [*guidance, attempt.validation.guidance]
            if number <= self.max_retries:
                await self.stage.world.rollback_to(mark)
                await self._rewind(assignment)
                await self._record("session.retry", assignment, guidance=guidance)
        if self.mode == "escalate" and self.substitute is not None:
            handled = await self._escalate(self.substitute, assignment, before, mark, attempts, guidance)
            return replace(handled, system=system) if handled.attempts[-1].by == "student" else handled
        return Handled(tuple(attempts), one.state, system=system)

    async def guide(self, assignment: Assignment) -> list[str]:
        """What the teacher says before the student acts, in mode coach."""
        if self.mode != "coach" or self.teacher is None:
            return []
        try:
            advice = await self.teacher.guide(
                self.brief, assignment.earlier, assignment.request, self.lessons.teacher_text
            )
        except ModelError as error:
            await self._record("teacher.failed", assignment, asked="guide", message=str(error))
            return []
        await self._record("teacher.guidance", assignment, guidance=advice.guidance)
        return [advice.guidance] if advice.guidance else []

    async def _attempt(
        self,
        agent: Agent,
        by: Player,
        number: int,
        assignment: Assignment,
        before: Snapshot,
        guidance: Sequence[str],
    ) -> _Tried:
        system, stats = self._system(by, number, assignment, guidance)
        played = await play_turn(agent, self.stage, before, system, assignment, by)
        validation, failure = await self._validate(played.turn, assignment, guidance)
        attempt = Attempt(played.turn, by, number, tuple(guidance), validation, failure, assignment.step_id, stats)
        specs = self.stage.world.specs
        read = agent.instructions(system, specs) if isinstance(agent, Instructed) else system
        return _Tried(attempt, played.state, read)

    def _system(
        self, by: Player, number: int, assignment: Assignment, guidance: Sequence[str]
    ) -> tuple[str, DigestStats | None]:
        """What the player is told. Only the student's text has a budget: the teacher is another model."""
        if by == "teacher":
            return system_text(self.brief.instructions, self.lessons.teacher_text, guidance, assignment), None
        playbook = self.lessons.student_text
        if self.digest is None:
            return system_text(self.brief.instructions, playbook, guidance, assignment), None
        metadata: dict[DigestKey, tuple[str, ...]] = {
            "execution_mode": (f"mode: {self.mode}",),
            "attempt": (f"attempt: {number}",),
            "student_learning": tuple(f"noted in an earlier session: {note}" for note in self.notes),
        }
        return self.digest.text(self.brief.instructions, playbook, guidance, assignment, metadata)

    async def _validate(
        self, turn: Turn, assignment: Assignment, guidance: Sequence[str]
    ) -> tuple[Validation | None, Failure | None]:
        if self.mode == "auto" or self.teacher is None:
            return None, None
        try:
            validation = await self.teacher.validate(
                self.brief, assignment.earlier, turn, guidance, self.lessons.teacher_text, assignment.part_of
            )
        except ModelError as error:
            await self._record("teacher.failed", assignment, asked="validate", message=str(error))
            return None, failure_of(error)
        await self._record("teacher.validation", assignment, validation=validation)
        return validation, None

    async def _escalate(
        self,
        substitute: Agent,
        assignment: Assignment,
        before: Snapshot,
        mark: Mark,
        tried: Sequence[Attempt],
        guidance: Sequence[str],
    ) -> Handled:
        escalation = self._escalation(substitute, assignment, tried)
        await self._record("session.escalated", assignment, escalation=escalation)
        await self.stage.world.rollback_to(mark)
        number = tried[-1].number + 1
        try:
            taken = await self._attempt(substitute, "teacher", number, assignment, before, guidance)
        except ModelError as error:
            await self._record("teacher.failed", assignment, asked="take over", message=str(error))
            await self.stage.world.rollback_to(mark)
            again = await redo(tried[-1].turn, self.stage.world, before)
            await self._record("session.restored", assignment, attempt=tried[-1].number)
            stands = replace(tried[-1], turn=again.turn)
            return Handled((*tried[:-1], stands), again.state, replace(escalation, failure=failure_of(error)))
        # The student goes on from a turn that it did not play.
        await self._rewind(assignment)
        return Handled((*tried, taken.attempt), taken.state, escalation)

    async def _rewind(self, assignment: Assignment) -> None:
        """Have a student that keeps a state go back to the one before its last attempt, which does not stand."""
        if isinstance(self.student, Rewindable):
            not_restored = await self.student.rewind()
            await self._record("session.rewound", assignment, not_restored=not_restored)

    def _escalation(self, substitute: Agent, assignment: Assignment, tried: Sequence[Attempt]) -> Escalation:
        last = tried[-1].validation
        assert last is not None, "only an attempt that was found wrong is taken over"
        return Escalation(
            assignment.turn, len(tried), last.guidance, last.rationale, substitute.name, assignment.step_id
        )

    async def _record(self, event_type: str, assignment: Assignment, **payload: object) -> None:
        actor: Literal["teacher", "runtime"] = "teacher" if event_type.startswith("teacher.") else "runtime"
        await self.stage.record(event_type, actor, turn=assignment.turn, plan_step=assignment.step_id, **payload)


def failure_of(error: ModelError) -> Failure:
    """A model's failure as it is stored."""
    return Failure(error.boundary, type(error).__name__, str(error))
