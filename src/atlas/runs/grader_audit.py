"""The grader audit: probes whose score is known, and mutants of right conversations, which must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.agents.parrot import ParrotAgent
from atlas.agents.scripted import Line, ScriptedAgent
from atlas.core.events import Event
from atlas.core.json import JsonObject, to_json
from atlas.core.keyless import keyless
from atlas.core.playbook import Lessons
from atlas.core.protocols import Agent
from atlas.core.session import SessionId
from atlas.core.tasks import Task
from atlas.core.trajectory import Trajectory
from atlas.environments.crm.environment import CrmEnvironment
from atlas.errors import AuditFailed, DatasetError
from atlas.export.artifacts import write_json
from atlas.runs.conversations import load_tasks
from atlas.runtime.modes import ModeChoice
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.verify.check import Checks
from atlas.verify.mutants.operators import OPERATORS, mutants_of
from atlas.verify.mutants.outcome import Outcome, Tally, outcome_of, tally
from atlas.verify.mutants.script import Mutant, Original
from atlas.verify.registry import build_verifiers

GRADERS = ("structured", "reply_facts")
LEAST_KILLED = 0.99
"""The share of mutants, equivalent ones apart, that the graders must tell from right conversations."""
SHOWN = 20
"""Survivors shown on the screen; the report has all."""

_ALONE = Supervision(ModeChoice("auto", "grader audit"), max_retries=0)
_TURN_TIMEOUT_S = 600.0
_PROBES: dict[str, tuple[Callable[[Task], Agent], float]] = {
    "oracle": (lambda task: OracleAgent(task.target), 1.0),
    "null": (lambda task: NullAgent(), 0.0),
    "parrot": (lambda task: ParrotAgent(), 0.0),
}
"""Agent and the share of conversations on which it must succeed."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How an agent whose score is known did. `off` are the conversations graded otherwise than they must be."""

    agent: str
    expected: float
    success_rate: float
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit found."""

    conversations: int
    probes: tuple[Probe, ...]
    operators: tuple[Tally, ...]
    total: Tally
    survivors: tuple[Outcome, ...]
    equivalents: tuple[Outcome, ...]

    @property
    def fit(self) -> bool:
        """Whether every probe scored what it must and enough mutants were killed."""
        share = self.total.killed_share
        return not any(probe.off for probe in self.probes) and share is not None and share >= LEAST_KILLED


async def run_grader_audit(dataset: Path, mutants: int, seed: int, output: Path | None) -> None:
    """Audit the graders on a dataset, print the tables, and write grader_audit.json to `output`.

    `mutants` counts those that are not equivalent. Raises `AuditFailed` when a probe is off or too few mutants are
    killed, `DatasetError` for a dataset that cannot be read, and `StorageError` when the disk fails.
    """
    console = Console()
    found = await audit(await _tasks(dataset), mutants, seed)
    if output is not None:
        write_json(output / "grader_audit.json", _document(found, dataset, mutants, seed))
    _show(found, console)
    if found.total.killed + found.total.survived < mutants:
        console.print(f"This dataset gives no more than these: {mutants} mutants were asked for.", highlight=False)
    if not found.fit:
        raise AuditFailed(_what_is_off(found))


async def audit(tasks: Sequence[Task], mutants: int, seed: int) -> Audit:
    """Play the probes, then mutants until `mutants` of them that are not equivalent have been graded."""
    bench = _Bench(CrmEnvironment.memory(), build_verifiers(GRADERS))
    probes = [await bench.probe(name, tasks) for name in _PROBES]
    right = [task for task in tasks if task.task_id not in probes[0].off]
    originals = [Original(task, await bench.play(task, OracleAgent(task.target)), bench.specs) for task in right]
    outcomes: list[Outcome] = []
    graded = 0
    for original, mutant in mutants_of(originals, seed):
        if graded == mutants:
            break
        outcomes.append(await bench.grade(original, mutant))
        graded += outcomes[-1].fate != "equivalent"
    return _audit(len(tasks), probes, outcomes)


class _Bench:
    """Where probes and mutants are played and graded: worlds in memory, an agent alone, nothing recorded."""

    def __init__(self, environment: CrmEnvironment, checks: Checks) -> None:
        self._environment, self._checks = environment, checks
        self.specs = {spec.name: spec for spec in environment.specs}

    async def play(self, task: Task, agent: Agent) -> Trajectory:
        """The whole task, played."""
        lessons = Lessons(keyless("audit"), 0)
        async with self._environment.open(task.setup) as world:
            stage = Stage(SessionId(f"audit/{task.task_id}"), world, _Nowhere(), _TURN_TIMEOUT_S)
            return (await run_session(task.brief, stage, agent, _ALONE, lessons)).trajectory

    async def probe(self, name: str, tasks: Iterable[Task]) -> Probe:
        """How the agent of that name does on all tasks."""
        build, expected = _PROBES[name]
        passed = {task.task_id: self._passes(task, await self.play(task, build(task))) for task in tasks}
        off = tuple(task_id for task_id, success in passed.items() if success != (expected == 1.0))
        return Probe(name, expected, sum(passed.values()) / len(passed), off)

    async def grade(self, original: Original, mutant: Mutant) -> Outcome:
        """Play one mutant and say what became of it."""
        agent = ScriptedAgent([Line(turn.calls, turn.reply) for turn in mutant.script])
        played = await self.play(original.task, agent)
        return outcome_of(original, mutant, played, self._checks.by_rule(played, original.task.target))

    def _passes(self, task: Task, played: Trajectory) -> bool:
        return all(verdict.passed for verdict in self._checks.by_rule(played, task.target) if verdict.required)


class _Nowhere:
    """Implements `Recorder`: an audit keeps no events."""

    async def record(self, event: Event) -> None: ...


async def _tasks(dataset: Path) -> list[Task]:
    """The tasks of a dataset that rules can decide."""
    loaded = await load_tasks(dataset)
    tasks = [task for task in loaded.tasks if not any(turn.judged for turn in task.target.turns)]
    if not tasks:
        raise DatasetError("no usable row that rules can decide, so there is nothing to audit with", path=dataset)
    return tasks


def _audit(conversations: int, probes: Sequence[Probe], outcomes: Sequence[Outcome]) -> Audit:
    by_operator = {name: [outcome for outcome in outcomes if outcome.operator == name] for name in OPERATORS}
    return Audit(
        conversations,
        tuple(probes),
        tuple(tally(name, found) for name, found in by_operator.items()),
        tally("all", outcomes),
        tuple(outcome for outcome in outcomes if outcome.fate == "survived"),
        tuple(outcome for outcome in outcomes if outcome.fate == "equivalent"),
    )


def _document(found: Audit, dataset: Path, mutants: int, seed: int) -> JsonObject:
    document: JsonObject = to_json(found)
    versions = {rule.name: rule.version for rule in build_verifiers(GRADERS).rules}
    asked = {"dataset": str(dataset), "mutants": mutants, "seed": seed, "graders": versions}
    return asked | document | {"killed_share": found.total.killed_share, "fit": found.fit}


def _show(found: Audit, console: Console) -> None:
    for probe in found.probes:
        console.print(
            f"{probe.agent:7} {probe.success_rate:7.1%} of {found.conversations} (must be {probe.expected:.0%})",
            highlight=False,
        )
    table = Table("operator", *("mutants", "killed", "equivalent", "survived", "killed of the rest"))
    for column in table.columns[1:]:
        column.justify = "right"
    for row in (*found.operators, found.total):
        share = "-" if row.killed_share is None else f"{row.killed_share:.2%}"
        counts = map(str, (row.mutants, row.killed, row.equivalent, row.survived))
        table.add_row(row.operator, *counts, share, end_section=row is found.operators[-1])
    console.print(table)
    for survivor in found.survivors[:SHOWN]:
        where = f"{survivor.task_id} turn {survivor.turn}, {survivor.operator}"
        console.print(f"survived: {where}: {survivor.what} ({survivor.reason})", highlight=False, markup=False)
    if len(found.survivors) > SHOWN:
        console.print(f"... and {len(found.survivors) - SHOWN} more survivors", highlight=False)


def _what_is_off(found: Audit) -> str:
    off = [f"the {probe.agent} agent scores {probe.success_rate:.1%}" for probe in found.probes if probe.off]
    share = found.total.killed_share
    if share is None or share < LEAST_KILLED:
        killed = "no" if share is None else f"only {share:.2%}"
        off.append(f"{killed} mutants are killed, needed are {LEAST_KILLED:.0%}")
    return f"the graders are not fit: {' and '.join(off)}"
