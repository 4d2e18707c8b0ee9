"""Supervision: the student plays turn by turn, the teacher plans along, guides, sends back or takes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.plan import Plan
from atlas.core.playbook import Lessons
from atlas.core.protocols import Agent, Teacher
from atlas.core.session import Attempt, Escalation, Played
from atlas.core.state import Snapshot, diff
from atlas.core.tasks import Brief
from atlas.core.trajectory import Trajectory, Turn
from atlas.runtime.assignment import Assignment
from atlas.runtime.digest import Digest
from atlas.runtime.modes import ModeChoice, ModeChooser
from atlas.runtime.planner import ChatPlanner
from atlas.runtime.planning import Planning
from atlas.runtime.rollout import Stage
from atlas.runtime.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Supervision:
    """How a session is supervised. `teacher` is not asked in mode auto; `substitute` acts in mode escalate.

    `planner` plans in mode coach, `digest` keeps what the student is told within its budget.
    """

    choice: ModeChooser
    max_retries: int
    teacher: Teacher | None = None
    substitute: Agent | None = None
    planner: ChatPlanner | None = None
    digest: Digest | None = None


async def run_session(
    brief: Brief, stage: Stage, student: Agent, supervision: Supervision, lessons: Lessons
) -> Played:
    """Play every turn of `brief` under supervision.

    Raises `ModelError` and `AgentError` when the student fails, `WorldError` when the world does, `StorageError`
    when the learning history cannot be read, and `PromptTooLarge` when its budget cannot hold the instructions. A
    probe, planner or teacher that fails is recorded where it failed, and what the student did stands.
    """
    choice = await supervision.choice.choose(brief, lessons)
    await stage.record("session.mode", "runtime", mode=choice.mode, reason=choice.reason, probing=choice.probing)
    first = await stage.world.snapshot()
    notes = await supervision.digest.notes(lessons.key) if supervision.digest else ()
    conversation = _Conversation(_supervisor(brief, stage, student, supervision, lessons, choice, notes), first)
    planning = _planning(brief, stage, supervision, lessons, choice)
    for number, request in enumerate(brief.turns, 1):
        await conversation.turn(Assignment(number, request, tuple(conversation.turns)), planning)
    changes = diff(first, conversation.state)
    return Played(
        Trajectory(brief.task_id, student.name, tuple(conversation.turns), changes),
        tuple(conversation.attempts),
        choice.mode,
        choice.reason,
        choice.probing,
        tuple(conversation.plans),
        tuple(conversation.escalations),
        conversation.system,
    )


def _supervisor(
    brief: Brief,
    stage: Stage,
    student: Agent,
    how: Supervision,
    lessons: Lessons,
    choice: ModeChoice,
    notes: tuple[str, ...],
) -> Supervisor:
    return Supervisor(
        brief,
        stage,
        choice.mode,
        lessons,
        student,
        how.teacher,
        how.substitute,
        how.max_retries,
        how.digest,
        notes,
    )


def _planning(
    brief: Brief, stage: Stage, how: Supervision, lessons: Lessons, choice: ModeChoice
) -> Planning | None:
    if how.planner is None or choice.mode != "coach":
        return None
    return Planning(brief, stage, how.planner, how.teacher, lessons.student_text, lessons.teacher_text)


class _Conversation:
    """What a session has come to, turn by turn."""

    def __init__(self, supervisor: Supervisor, state: Snapshot) -> None:
        self.state = state
        self.turns: list[Turn] = []
        self.attempts: list[Attempt] = []
        self.plans: list[Plan] = []
        self.escalations: list[Escalation] = []
        self.system: str | None = None
        self._supervisor = supervisor

    async def turn(self, assignment: Assignment, planning: Planning | None) -> None:
        """Handle one request, by a plan where there is one that can be followed."""
        plan = await planning.plan(assignment) if planning else None
        self.plans += [plan] if plan else []
        guidance = await self._supervisor.guide(assignment)
        if plan is not None and plan.outcome == "followed":
            self.turns.append(await self._by_plan(plan, assignment, guidance))
        else:
            self.turns.append(await self._handle(assignment, guidance, 0))

    async def _by_plan(self, plan: Plan, assignment: Assignment, guidance: Sequence[str]) -> Turn:
        """Step after step until one gets no reply; the reply to the user is what was said at each of them."""
        before, tried = self.state, len(self.attempts)
        done: list[Turn] = []
        for step in plan.steps:
            part = assignment.of_step(step, plan.steps, tuple(done))
            done.append(await self._handle(part, guidance, len(self.attempts) - tried))
            if done[-1].end != "replied":
                break
        return Turn(
            assignment.turn,
            assignment.request,
            tuple(step for turn in done for step in turn.steps),
            "\n".join(turn.reply for turn in done if turn.reply),
            diff(before, self.state),
            done[-1].end,
        )

    async def _handle(self, assignment: Assignment, guidance: Sequence[str], tried: int) -> Turn:
        handled = await self._supervisor.handle(assignment, self.state, guidance, tried)
        self.state, self.system = handled.state, handled.system
        self.attempts += handled.attempts
        self.escalations += [handled.escalation] if handled.escalation else []
        return handled.turn
