"""A small task for tests of the Gymnasium environment: two turns over the samples, and verdicts on them."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.tasks import Brief, ExpectedCall, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.tools import ToolResult
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.action import REPLY
from atlas.environments.crm.gym.episode import Deed, Fault
from tests.environments.crm.samples import RENEWAL, SETUP

ANSWER = "sesame-4711"
"""Part of every reason, and of nothing that an agent could see."""

TURNS = ("Set Harbor Renewal 2026 to proposal.", "Who owns it?")
TARGET = Target(
    (
        TurnTarget(
            (
                ExpectedCall("opportunity_search", {"name": "Harbor Renewal 2026"}),
                ExpectedCall("modify_opportunity", {"opportunity_id": RENEWAL, "stage": "Proposal"}),
            ),
            reply="It is in proposal now.",
        ),
        TurnTarget((ExpectedCall("opportunity_details", {"opportunity_id": RENEWAL}),), reply="Kim owns it."),
    )
)


def task(task_id: str = "case-1", family: str = "deals", setup: Setup = SETUP) -> Task:
    return Task(Brief(TaskId(task_id), "crm", family, "Do what is asked.", TURNS), setup, TARGET)


def refused(target: Target) -> Target:
    """The same with every request to be refused."""
    return replace(target, turns=tuple(replace(turn, refusal="closed_deal") for turn in target.turns))


async def grade(brief: Brief, trajectory: Trajectory, target: Target) -> tuple[Verdict, ...]:
    """Passes when both turns were answered with the right words; a metric says 0.5 always."""
    right = [turn.reply for turn in trajectory.turns] == [turn.reply for turn in target.turns]
    reason = f"expected {ANSWER}"
    return (verdict("words", right, float(right), reason), verdict("metric", False, 0.5, reason, required=False))


def verdict(name: str, passed: bool, score: float, reason: str = "because", *, required: bool = True) -> Verdict:
    return Verdict(name, "1", passed, score, reason, required)


def deed(tool: str, turn: int = 1, *, step: int = 1, error: str | None = None, fault: Fault | None = None) -> Deed:
    failed: Fault | None = fault or ("execution_failure" if error else None)
    return Deed(step, turn, tool, "{}", ToolResult("call", tool, error=error), failed)


def reply(turn: int = 1, *, step: int = 1) -> Deed:
    return deed(REPLY, turn, step=step)
