"""`atlas rollout evaluate`: tasks played and graded one by one; success rates with their intervals."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from atlas.assembly import databases
from atlas.core.keyless import keyless
from atlas.core.session import RunId, Session, Slot
from atlas.errors import BudgetExceeded, RunFailed
from atlas.export.artifacts import write_json
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.rollouts.benchmark import Assignment, assignments
from atlas.runs.folder import claim_folder
from atlas.runs.record import begin_or_resume, concluded
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.evaluation_report import EvaluationReport
from atlas.runs.rollout.opened import OpenedRun, open_run
from atlas.runs.rollout.plan import RolloutPlan
from atlas.runs.rollout.process import FOLDER
from atlas.runtime.side_by_side import side_by_side
from atlas.settings import Settings
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.redaction import Redactor

COMMAND = "rollout evaluate"


async def run_evaluate(
    plan: RolloutPlan, settings: Settings, *, command: str = COMMAND, subject: str | None = None
) -> None:
    """Play `total_steps` tasks (-1: all) `group_size` times each, print the rates, and write them.

    The run is recorded as one of `command`, which is what resumes it; `subject` is what the report says was played.
    Sessions are stored as those of every run. Raises `ConfigError` and `DatasetError` for wrong input,
    `BudgetExceeded` (what was played by then is shown), `RunFailed` when nothing got through, and `StorageError`.
    """
    console = Console()
    folder = plan.config.env.data_dir_to_save_evals or FOLDER / f"{plan.name}-eval"
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(console))
        run = await stack.enter_async_context(open_run(plan, settings, progress))
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        identity = {**plan.identity(), **run.identity()}
        earlier = claim_folder(folder, resume=plan.resume)
        run_id = await begin_or_resume(store.runs, command, identity, earlier)
        write_json(folder / "run.json", {"run_id": run_id, "command": command, "config": identity})
        evaluation = _Evaluation(plan, run, store, run_id, progress, subject or plan.env)
        progress.start_arm(plan.env, len(evaluation.assignments))
        try:
            async with concluded(store.runs, run_id):
                await evaluation.play()
        except asyncio.CancelledError:
            console.print(f"Interrupted. Complete it with: {plan.line} --resume", highlight=False, soft_wrap=True)
            raise
        except BudgetExceeded:
            evaluation.publish(console, folder, settings)
            raise
    evaluation.publish(console, folder, settings)
    evaluation.require_one_played()


class _Evaluation:
    """The sessions of one evaluation and what is made of them."""

    def __init__(
        self, plan: RolloutPlan, run: OpenedRun, store: Store, run_id: RunId, progress: Progress, subject: str
    ) -> None:
        env, tasks = plan.config.env, len(run.tasks)
        count = tasks if env.total_steps in (None, -1) else min(tasks, env.total_steps or tasks)
        self.assignments = [
            assignment
            for step in range(count)
            for assignment in assignments(step, tasks, env.group_size or 1, plan.config.seed)
        ]
        self.sessions: list[Session] = []
        self._plan, self._run, self._store, self._run_id, self._progress = plan, run, store, run_id, progress
        self._budget, self._subject = Budget(plan.config.budget_usd), subject

    async def play(self) -> None:
        places = self._plan.config.env.max_concurrent_processes
        async for session in side_by_side(self._affordable(), lambda: places):
            self._budget.spent += session.spent
            self.sessions.append(session)
            self._progress.finished(session)
        if len(self.sessions) < len(self.assignments):
            raise self._budget.stopped(len(self.sessions), "trajectories")

    def publish(self, console: Console, folder: Path, settings: Settings) -> None:
        """The tables on the screen, and the files."""
        if not self.sessions:
            return
        tasks = {task.task_id: task for task in self._run.tasks}
        report = EvaluationReport(self._report(self.sessions), self.sessions, tasks)
        report.write(folder, Redactor(settings.secrets()))
        report.show(console)
        console.print(f"Results: {folder}/", highlight=False)

    def require_one_played(self) -> None:
        failures = [session.failure for session in self.sessions if session.failure is not None]
        if failures and len(failures) == len(self.sessions):
            raise RunFailed(
                f"all {len(failures)} trajectories failed, the first one because the {failures[0].message}; once "
                "that is mended, the same command with --resume plays them again"
            )

    def _affordable(self) -> Iterator[Coroutine[Any, Any, Session]]:
        for assignment in self.assignments:
            if not self._budget.left:
                return
            yield self._handled(assignment)

    async def _handled(self, assignment: Assignment) -> Session:
        """The stored session, or a new one, stored. One that failed below the agent is played again."""
        task = self._run.tasks[assignment.place]
        slot = Slot(self._run_id, self._plan.env, task.task_id, assignment.trial)
        stored = await self._store.sessions.finished(slot.session_id)
        if stored is not None and stored.failure is None:
            return stored
        session = await self._run.executor.play(assignment)
        lessons = replace(session.lessons, key=keyless(self._run_id))
        session = replace(session, slot=slot, lessons=lessons)
        await self._store.sessions.finish(session)
        return session

    def _report(self, sessions: Sequence[Session]) -> RunReport:
        split = self._plan.config.env.split
        context = RunContext(
            title=f"Evaluation of {self._run.model} on {self._subject}" + (f", split {split}" if split else ""),
            run_id=self._run_id,
            timestamp=max(session.finished_at for session in sessions),
            config_path="",
            conversations_path=str(self._plan.config.env.dataset_path or self._plan.env),
            tasks_path="",
            dataset_revision=self._run.player.benchmark.revision,
            command=self._plan.line,
        )
        return run_report(sessions, context, arms=(self._plan.env,))
