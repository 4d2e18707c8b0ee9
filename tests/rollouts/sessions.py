"""Played sessions with exactly so many steps, failures and seconds: for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.messages import Completion, FinishReason, Message, ModelRole, Usage
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import Failure, Played, RunId, Session, Slot
from atlas.core.state import StateDiff
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn, TurnEnd
from atlas.core.verdicts import JudgeCall, Judgement, PanelVerdict, Verdict

TASK = Task(
    Brief(TaskId("t1"), "counters", "adding", "Count.", ("add 2 to a",)),
    Setup("2026-01-01T00:00:00+00:00", "t1"),
    Target((TurnTarget(),)),
)
OUTAGE = Failure("model", "ModelUnavailable", "student model failed: connection refused")


def step(*calls: str, error: str | None = None, seconds: float = 0.0) -> Step:
    """A step that makes `calls` (names), each failing with `error` where one is given; none is a reply."""
    asked = tuple(ToolCall(f"call-{number}", name, "{}") for number, name in enumerate(calls))
    results = tuple(ToolResult(call.id, call.name, None if error else 1, error) for call in asked)
    text = "" if calls else "Done."
    finish: FinishReason = "tool_calls" if calls else "stop"
    said = Completion(Message("assistant", text, asked), Usage(10, 5, 1, 0.001), "m", finish, seconds)
    return Step(said, results)


def judged(score: float | None, error: str = "judge model j failed: timeout") -> PanelVerdict:
    """What a judge of reasoning said, or that it failed; either was paid for."""
    completion = Completion(Message("assistant", "{}"), Usage(100, 20, 1, 0.002), "j")
    call = JudgeCall("tier1", "j", "prompt", completion, None if score is not None else error)
    samples = () if score is None else (Judgement(score, "Step 1 guessed.", 0.1),)
    said = "no judge gave a usable answer" if score is None else "Step 1 guessed."
    return PanelVerdict(score, said, samples, False, None, (call,))


def session(
    steps: Sequence[Step] = (),
    *,
    right: bool = True,
    met: float | None = None,
    end: TurnEnd = "replied",
    failure: Failure | None = None,
    trial: int = 0,
    simulated: bool = False,
    panel: PanelVerdict | None = None,
) -> Session:
    """A graded session of one turn, or one that failed. `met` is the required verdict's score.

    `panel` is what a judge of reasoning said, who is paid for.
    """
    turn = Turn(1, "add 2 to a", tuple(steps) or (step(),), "Done.", StateDiff(), end)
    trajectory = Trajectory(TASK.task_id, "m", (turn,), StateDiff())
    score = met if met is not None else float(right)
    spent: dict[ModelRole, Usage] = {"student": Usage(10, 5, 1, 0.001)}
    if panel is not None:
        spent["judge"] = panel.usage("tier1")
    return Session(
        Slot(RunId("rollout"), "trajectory", TASK.task_id, trial),
        "adding",
        simulated=simulated,
        dataset_revision="r1",
        lessons=Lessons(LearningKey("none"), 0),
        played=None if failure else Played(trajectory, (), "auto", "alone"),
        verdicts=() if failure else (Verdict("structured", "1", right, score, "state"),),
        panel=panel,
        usage=spent,
        failure=failure,
        started_at="2026-03-02T09:00:00.000+00:00",
        finished_at="2026-03-02T09:00:02.500+00:00",
    )
