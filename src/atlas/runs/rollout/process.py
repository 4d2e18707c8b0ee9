"""`atlas rollout process`: groups played and written to a file, with a page to look at them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from atlas.errors import ConfigError, RunFailed
from atlas.export.artifacts import Replacement
from atlas.rollouts.journal import Journal, LeftOut, open_journal, step_of
from atlas.rollouts.page import PageContext, groups_html
from atlas.runs.record import differing_keys
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.opened import OpenedRun, open_run
from atlas.runs.rollout.plan import RolloutPlan
from atlas.runs.rollout.production import Made, Production
from atlas.settings import Settings
from atlas.telemetry.progress import Progress

FOLDER = Path("rollouts")


async def run_process(plan: RolloutPlan, settings: Settings) -> None:
    """Play the groups, write each as it is finished, and say what came of them.

    Raises `ConfigError` and `DatasetError` for wrong input, `BudgetExceeded` when the budget ends it, `RunFailed`
    when a group has no trajectory that got through or every group was left out, and `StorageError`.
    """
    console, env = Console(), plan.config.env
    path = env.data_path_to_save_groups or FOLDER / f"{plan.name}.jsonl"
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(console))
        run = await stack.enter_async_context(open_run(plan, settings, progress))
        journal = stack.enter_context(open_journal(path))
        begin_or_resume(journal, plan, run)
        total = env.total_steps or 0
        steps = [step for step in range(total) if step not in journal.handled]
        console.print(_opening(plan, run, len(steps), len(journal.handled)), highlight=False, soft_wrap=True)
        budget = Budget(plan.config.budget_usd, journal.spent)
        production = run.production(plan, budget, progress)
        progress.start_arm(plan.env, len(steps) * (env.group_size or 1))
        work = _Work(journal)
        try:
            await work.do(production, steps)
        except asyncio.CancelledError:
            console.print(f"Interrupted. Complete it with: {plan.line} --resume", highlight=False, soft_wrap=True)
            raise
        if len(work.finished) == len(steps):
            journal.sort()
        page = write_page(journal, plan, run)
        if work.ungraded:
            console.print(_ungraded(work.ungraded), highlight=False, markup=False, soft_wrap=True)
        console.print(_closing(journal, budget, page), highlight=False, soft_wrap=True)
        work.require_success(len(steps), budget)


class _Work:
    """What the groups of one process came to."""

    def __init__(self, journal: Journal) -> None:
        self.finished: list[int] = []
        self.ungraded: list[str] = []
        self._journal = journal
        self._empty: list[Made] = []

    async def do(self, production: Production, steps: list[int]) -> None:
        async for made in production.groups(steps):
            group, step = made.group, step_of(made.group)
            self.finished.append(step)
            self.ungraded += group.ungraded
            if not group.members:
                # Nothing is noted of it, so that the same command plays it again.
                self._empty.append(made)
            elif made.refusal is None:
                self._journal.add(group)
            else:
                self._journal.note(LeftOut(step, made.refusal, group.usage))

    def require_success(self, asked: int, budget: Budget) -> None:
        if self._empty:
            raise RunFailed(
                f"{len(self._empty)} of {asked} groups are missing: {self._empty[0].refusal}; once that is mended, "
                "the same command with --resume plays them again"
            )
        if len(self.finished) < asked:
            raise budget.stopped(len(self._journal.handled), "groups")
        if not self._journal.written:
            reasons = sorted({left.reason for left in self._journal.left_out.values()})
            raise RunFailed(
                f"all {len(self._journal.left_out)} groups were left out ({'; '.join(reasons)}), so nothing was "
                "written; --env.ensure_scores_are_not_same false keeps groups of equal scores"
            )


def begin_or_resume(journal: Journal, plan: RolloutPlan, run: OpenedRun) -> None:
    """Start a journal, or go on with the one that is there. Raises `ConfigError` naming the keys that differ."""
    earlier, identity = journal.read(), {**plan.identity(), **run.identity()}
    if earlier is None:
        journal.begin(identity, run.protection)
        return
    if not plan.resume:
        raise ConfigError(
            f"{journal.path} holds {len(journal.handled)} groups; add --resume to go on with them, or name another "
            "file with --env.data_path_to_save_groups"
        )
    if differing := differing_keys(earlier, identity):
        raise ConfigError(
            f"{journal.path} was begun under another config; these keys differ: {', '.join(differing)}. Restore "
            "them, or name another file"
        )


def write_page(journal: Journal, plan: RolloutPlan, run: OpenedRun) -> Path:
    """Write the page of the groups beside them. Raises `StorageError`."""
    path = journal.path.with_suffix(".html")
    title = f"Rollouts of {plan.env} by {run.model}"
    context = PageContext(title, plan.line, len(journal.written), len(journal.left_out))
    with Replacement(path) as file:
        for piece in groups_html(journal.groups() if journal.written else (), context):
            file.write(piece.encode())
    return path


def _opening(plan: RolloutPlan, run: OpenedRun, left: int, handled: int) -> str:
    how = "SIMULATED" if run.simulated else "real calls"
    before = f", {handled} are there already" if handled else ""
    sandbox = f"\nAgent-written code is held by: {run.protection}" if run.protection else ""
    return (
        f"{plan.env}: {left} groups of {plan.config.env.group_size} to play{before}; {len(run.tasks)} tasks, "
        f"model {run.model} ({how}){sandbox}"
    )


def _ungraded(reasons: list[str]) -> str:
    return f"The reasoning of {len(reasons)} trajectories is no part of their score, the first one's {reasons[0]}"


def _closing(journal: Journal, budget: Budget, page: Path) -> str:
    reasons: dict[str, int] = {}
    for left in journal.left_out.values():
        reasons[left.reason] = reasons.get(left.reason, 0) + 1
    left_out = "".join(f"; {count} left out: {reason}" for reason, count in sorted(reasons.items()))
    return f"{len(journal.written)} groups in {journal.path}{left_out}. Cost {budget.cost}. To look at them: {page}"
