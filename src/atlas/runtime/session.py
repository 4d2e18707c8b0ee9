"""Supervision: the student plays turn by turn, the teacher guides, sends back or takes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.playbook import Lessons
from atlas.core.protocols import Agent, Teacher
from atlas.core.session import Attempt, Failure, Played, Validation
from atlas.core.state import Snapshot, diff
from atlas.core.tasks import Brief
from atlas.core.trajectory import Trajectory, Turn
from atlas.errors import ModelError
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage, play_turn
from atlas.runtime.system_text import system_text


@dataclass(frozen=True, slots=True)
class Supervision:
    """How a session is supervised. `teacher` is not asked in mode auto; `substitute` acts in mode escalate."""

    choice: ModeChoice
    max_retries: int
    teacher: Teacher | None = None
    substitute: Agent | None = None


async def run_session(
    brief: Brief, stage: Stage, student: Agent, supervision: Supervision, lessons: Lessons
) -> Played:
    """Play every turn of `brief` under supervision.

    Raises `ModelError` when the student (or its substitute) cannot be reached and `WorldError` when the world
    fails. A teacher that fails is recorded on the attempt, and the attempt stands.
    """
    await stage.record("session.mode", "runtime", mode=supervision.choice.mode, reason=supervision.choice.reason)
    supervisor = _Supervisor(brief, stage, student, supervision, lessons)
    first = state = await stage.world.snapshot()
    turns: list[Turn] = []
    attempts: list[Attempt] = []
    for request in brief.turns:
        tried, state = await supervisor.turn(request, turns, state)
        attempts += tried
        turns.append(tried[-1].turn)
    trajectory = Trajectory(brief.task_id, student.name, tuple(turns), diff(first, state))
    choice = supervision.choice
    return Played(trajectory, tuple(attempts), choice.mode, choice.reason)


class _Supervisor:
    """One session's supervision of its turns."""

    def __init__(
        self, brief: Brief, stage: Stage, student: Agent, supervision: Supervision, lessons: Lessons
    ) -> None:
        self._brief, self._stage, self._student = brief, stage, student
        self._how, self._lessons = supervision, lessons

    async def turn(self, request: str, earlier: Sequence[Turn], before: Snapshot) -> tuple[list[Attempt], Snapshot]:
        """All attempts at one turn, the last of which stands, and the state it left."""
        guidance = await self._guidance_ahead(request, earlier)
        mark = await self._stage.world.mark()
        attempts: list[Attempt] = []
        for number in range(1, self._how.max_retries + 2):
            attempt, state = await self._attempt(number, request, earlier, before, guidance)
            attempts.append(attempt)
            if attempt.validation is None or attempt.validation.valid:
                return attempts, state
            if number <= self._how.max_retries:
                guidance = [*guidance, attempt.validation.guidance]
                await self._stage.world.rollback_to(mark)
                await self._stage.record("session.retry", "runtime", turn=len(earlier) + 1, guidance=guidance)
        if self._how.choice.mode == "escalate" and self._how.substitute is not None:
            await self._stage.world.rollback_to(mark)
            attempt, state = await self._take_over(request, earlier, before, attempts)
            attempts.append(attempt)
        return attempts, state

    async def _guidance_ahead(self, request: str, earlier: Sequence[Turn]) -> list[str]:
        if self._how.choice.mode != "coach" or self._how.teacher is None:
            return []
        try:
            advice = await self._how.teacher.guide(self._brief, earlier, request, self._lessons.teacher_text)
        except ModelError as error:
            await self._stage.record("teacher.failed", "teacher", message=str(error))
            return []
        await self._stage.record("teacher.guidance", "teacher", turn=len(earlier) + 1, guidance=advice.guidance)
        return [advice.guidance] if advice.guidance else []

    async def _attempt(
        self, number: int, request: str, earlier: Sequence[Turn], before: Snapshot, guidance: Sequence[str]
    ) -> tuple[Attempt, Snapshot]:
        system = system_text(self._brief.instructions, self._lessons.student_text, guidance)
        played = await play_turn(self._student, self._stage, before, system, earlier, request, "student")
        validation, failure = await self._validate(played.turn, earlier, guidance)
        attempt = Attempt(played.turn, "student", number, tuple(guidance), validation, failure)
        return attempt, played.state

    async def _validate(
        self, turn: Turn, earlier: Sequence[Turn], guidance: Sequence[str]
    ) -> tuple[Validation | None, Failure | None]:
        if self._how.choice.mode == "auto" or self._how.teacher is None:
            return None, None
        try:
            validation = await self._how.teacher.validate(
                self._brief, earlier, turn, guidance, self._lessons.teacher_text
            )
        except ModelError as error:
            await self._stage.record("teacher.failed", "teacher", message=str(error))
            return None, Failure(error.boundary, type(error).__name__, str(error))
        await self._stage.record("teacher.validation", "teacher", turn=turn.index, validation=validation)
        return validation, None

    async def _take_over(
        self, request: str, earlier: Sequence[Turn], before: Snapshot, tried: Sequence[Attempt]
    ) -> tuple[Attempt, Snapshot]:
        assert self._how.substitute is not None
        cause = tried[-1].validation.guidance if tried[-1].validation else ""
        await self._stage.record("session.escalated", "runtime", turn=len(earlier) + 1, cause=cause)
        system = system_text(self._brief.instructions, self._lessons.teacher_text, [cause] if cause else [])
        played = await play_turn(self._how.substitute, self._stage, before, system, earlier, request, "teacher")
        return Attempt(played.turn, "teacher", len(tried) + 1, (cause,) if cause else ()), played.state
