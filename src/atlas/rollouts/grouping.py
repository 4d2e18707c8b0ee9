"""Grouping: the sessions of one task made into a group, each with its score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from atlas.core.group import FailedMember, Group, Member, ReasoningGrade
from atlas.core.json import JsonObject
from atlas.core.messages import FinishReason, Message, Usage
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.core.tools import ToolSpec
from atlas.core.verdicts import PanelVerdict
from atlas.rollouts.config import ScoringConfig
from atlas.rollouts.own_steps import exchanges, own_message, own_steps
from atlas.rollouts.scoring import Limits, score


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the groups of a run have in common. `system` gives the system text that the model read for a task.

    `tools` are those that it was offered as such; an agent that writes code reads of them in the system text.
    `judge_version` is that of the judge of reasoning, where there is one.
    """

    environment: str
    model: str
    system: Callable[[Task], str]
    tools: tuple[ToolSpec, ...]
    generation_params: JsonObject
    limits: Limits
    scoring: ScoringConfig
    judge_version: str = ""

    def group(self, group_id: str, task: Task, tries: Sequence[Sequence[Session]]) -> Group:
        """The sessions of `task` as a group: `tries` holds each trajectory's attempts, the last of which counts.

        Sessions that failed below the agent stand apart, without a score.
        """
        members: list[Member] = []
        failures: list[FailedMember] = []
        for number, session in ((number, session) for number, attempts in enumerate(tries) for session in attempts):
            rollout_id = f"{group_id}/{number}"
            if session.failure is not None:
                failures.append(self._failed(rollout_id, task, session))
            else:
                members.append(self._member(rollout_id, task, session))
        return Group(
            group_id,
            task.task_id,
            self.environment,
            self.model,
            tuple(members),
            tuple(failures),
            any(session.simulated for attempts in tries for session in attempts),
            self.tools,
            self.generation_params,
        )

    def _member(self, rollout_id: str, task: Task, session: Session) -> Member:
        scored = score(session, self.limits, self.scoring)
        return Member(
            rollout_id,
            self.messages(task, session),
            scored.value,
            scored.parts,
            session.usage.get("student", Usage()),
            _finish_reason(session),
            _duration_s(session),
            reasoning=_grade(session.panel, self.judge_version) if session.panel else None,
            exchanges=exchanges(session.played.trajectory) if session.played else (),
        )

    def _failed(self, rollout_id: str, task: Task, session: Session) -> FailedMember:
        assert session.failure is not None
        messages = self.messages(task, session)
        return FailedMember(rollout_id, session.failure, messages, session.spent, _duration_s(session))

    def messages(self, task: Task, session: Session) -> tuple[Message, ...]:
        """The conversation as the model read and wrote it; empty where a failure came before the last turn ended.

        It ends with the model's last own message: what its code gave after that, nobody read.
        """
        if session.played is None:
            return ()
        *earlier, last = session.played.trajectory.turns
        told = [message for turn in earlier for message in turn.messages()]
        steps = own_steps(last)
        closing = [message for step in steps[:-1] for message in step.messages()]
        closing += [own_message(step) for step in steps[-1:]]
        return (Message("system", self.system(task)), *told, Message("user", last.request), *closing)


def _grade(panel: PanelVerdict, version: str) -> ReasoningGrade:
    """The record of the one call that the judge of reasoning made."""
    (call,) = panel.audit
    reason = panel.rationale if call.error is None else f"not graded: the {call.error}"
    return ReasoningGrade(call.model, version, panel.score, reason, panel.usage("tier1"))


def _finish_reason(session: Session) -> FinishReason:
    assert session.played is not None
    steps = own_steps(session.played.trajectory.turns[-1])
    return steps[-1].completion.finish_reason if steps else "other"


def _duration_s(session: Session) -> float:
    started, finished = map(datetime.fromisoformat, (session.started_at, session.finished_at))
    return (finished - started).total_seconds()
