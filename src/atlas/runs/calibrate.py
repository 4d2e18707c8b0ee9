"""A calibration: planted effects played through the loop, and a report on how well they were recovered."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from rich.console import Console

from atlas.assembly import utc_now
from atlas.core.json import dumps
from atlas.export.artifacts import write_bytes, write_text
from atlas.learning.config import AcceptanceMode
from atlas.reports.calibration.poisoning import PoisonedArm
from atlas.reports.calibration.recovery import plant_scores, rate_scores
from atlas.reports.calibration.report import CalibrationReport
from atlas.reports.calibration.section import calibration_page
from atlas.reports.markdown import page_md
from atlas.runs.planted import PlantedJob, PlantedResult, planted
from atlas.runs.poisoned import PoisonedPlan, play_poisoned
from atlas.settings import Settings

GATES: tuple[AcceptanceMode, ...] = ("off", "validated")


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """The flags of `atlas calibrate`. The same plan gives the same report, whatever `workers` is.

    Without `rounds` no synthesizer is poisoned.
    """

    seed: int
    sessions: int
    replications: int
    rates: tuple[float, ...]
    paired: int
    rounds: int
    heldout: int
    workers: int | None
    output_dir: Path

    @property
    def name(self) -> str:
        """The stem of the files."""
        return f"seed{self.seed}-{self.replications}x{self.sessions}"

    @property
    def command(self) -> str:
        """The shell line that repeats it."""
        rates = " ".join(f"--withhold-rate {rate:g}" for rate in self.rates)
        return (
            f"atlas calibrate --seed {self.seed} --sessions {self.sessions} --replications {self.replications} "
            f"--paired {self.paired} {rates} --rounds {self.rounds} --heldout {self.heldout}"
        )

    @property
    def jobs(self) -> list[PlantedJob]:
        return [
            PlantedJob(self.seed, number, self.rates, self.sessions, self.paired)
            for number in range(self.replications)
        ]


def calibrate(plan: CalibrationPlan, settings: Settings) -> None:
    """Play everything, print what came out, and write JSON, Markdown and the picture to `output_dir`.

    Raises `StorageError` when the files cannot be written, or the store that the gate needs cannot be reached.
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(
        f"SIMULATED: {plan.replications} replications of {plan.sessions} conversations that call for the plants"
    )
    # First what needs the store: if it cannot be reached, nothing has been played for nothing.
    arms = _poisoned(plan, settings, console.print)
    results = []
    for number, result in enumerate(_played(plan), 1):
        results.append(result)
        console.print(f"replication {number} of {plan.replications}: {result.played} sessions")
    report = report_of(plan, results, arms)
    page = calibration_page(report, utc_now(), plan.command, figure=f"{plan.name}-recovery")
    for figure in page.figures:
        write_bytes(plan.output_dir / f"{figure.name}.png", figure.picture.png)
    write_text(plan.output_dir / f"{plan.name}.json", dumps(report))
    write_text(plan.output_dir / f"{plan.name}.md", page_md(page))
    for section in page.sections:
        for point in section.points:
            console.print(f"* {point}")
    console.print(f"Report: {plan.output_dir / plan.name}.md")


def report_of(
    plan: CalibrationPlan, results: Sequence[PlantedResult], arms: Sequence[PoisonedArm]
) -> CalibrationReport:
    """The report of all replications and of the poisoned rounds."""
    recovered = [each for result in results for each in result.recovered]
    paired = [each for result in results for each in result.paired]
    return CalibrationReport(
        seed=plan.seed,
        sessions=plan.sessions,
        replications=plan.replications,
        played=sum(result.played for result in results),
        rates=rate_scores(recovered),
        plants=plant_scores(recovered, paired),
        poisoned=tuple(arms),
    )


def _poisoned(plan: CalibrationPlan, settings: Settings, say: Callable[[str], None]) -> list[PoisonedArm]:
    """One arm a setting of the gate, on the same tasks."""
    poison = PoisonedPlan(plan.seed, plan.rounds, plan.heldout)
    return [asyncio.run(play_poisoned(poison, gate, settings, say)) for gate in GATES] if plan.rounds else []


def _played(plan: CalibrationPlan) -> Iterator[PlantedResult]:
    """The replications in order, in as many processes as there are processors unless the plan says otherwise."""
    workers = min(plan.workers or os.cpu_count() or 1, plan.replications)
    if workers == 1:
        yield from map(planted, plan.jobs)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent) as pool:
        yield from pool.map(planted, plan.jobs)


def _end_with_parent() -> None:
    """A process of a pool holds both ends of the pipe it waits at: it would outlive a parent that is killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a process of a pool has a parent"

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()
