"""A regrade: the stored trajectories of a run, checked with today's graders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from atlas.assembly import brief_instructions, crm_verifiers, databases, gaia_tasks, gaia_verifiers
from atlas.core.session import RunId, Session
from atlas.core.tasks import Task, TaskId
from atlas.core.verdicts import Verdict
from atlas.datasets.loader import task_of
from atlas.datasets.payloads import read_payloads
from atlas.datasets.rows import parse_object, read_lines
from atlas.environments.gaia.config import GaiaConfig
from atlas.errors import ConfigError
from atlas.runs.conversations import load_tasks
from atlas.settings import Settings
from atlas.storage.runs import RunRecord
from atlas.storage.store import open_store
from atlas.verify.check import Checks
from atlas.verify.config import RIMConfig
from atlas.verify.rubric import combine

_DIGEST = re.compile(r"sha256:[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class RegradePlan:
    """What `atlas crm regrade` or `atlas gaia regrade` was asked for."""

    run: str
    dataset: Path | None
    write: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A session whose success is another now, and why."""

    session_id: str
    before: bool | None
    after: bool | None
    reason: str


@dataclass
class Findings:
    """What changed, counted over the sessions of a run.

    `versions` counts verdicts by verifier, old version ("none" for a new verifier) and new version; `changed` those
    of them whose passing or score changed. `rates` holds the (old, new) success of every session by arm.
    """

    versions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    changed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    flips: list[Flip] = field(default_factory=list)
    rates: dict[str, list[tuple[bool, bool]]] = field(default_factory=dict)
    failed: int = 0
    without_task: int = 0
    kept_judge: int = 0

    def add(self, before: Session, after: Session) -> None:
        """Count one session, as it was graded and as it is now."""
        old = {verdict.verifier: verdict for verdict in before.verdicts}
        for verdict in after.verdicts:
            if verdict.decided_by == "judge":
                self.kept_judge += 1
                continue
            earlier = old.get(verdict.verifier)
            step = (verdict.verifier, earlier.version if earlier else "none", verdict.version)
            self.versions[step] += 1
            self.changed[step] += earlier is None or _outcome(earlier) != _outcome(verdict)
        self.rates.setdefault(before.slot.arm, []).append((bool(before.success), bool(after.success)))
        if before.success != after.success:
            self.flips.append(Flip(before.session_id, before.success, after.success, _reason(before, after)))


async def run_regrade(plan: RegradePlan, settings: Settings) -> None:
    """Check every stored session of a run anew and print what changes; store it when the plan says so.

    Sessions that failed below us and those whose task is not in the dataset are left alone and counted. What a
    judge said is kept. Raises `ConfigError` for an unknown run and for a dataset that it was not played on,
    `DatasetError` for a file that cannot be read, and `StorageError`.
    """
    found = Findings()
    async with databases(settings) as addresses, open_store(addresses.atlas_url) as store:
        record = await store.runs.load(RunId(plan.run))
        if record is None:
            raise ConfigError(f"there is no run {plan.run!r} in this store (`atlas db status` names it)")
        gaia = _gaia_of(record, plan.dataset)
        path = gaia.dataset if gaia else plan.dataset or _dataset_of(record)
        tasks = {task.task_id: task for task in gaia_tasks(gaia)} if gaia else await _tasks(path)
        checks, config = gaia_verifiers(None) if gaia else crm_verifiers(None), _reward_config(record)
        async for session in store.sessions.of_run(record.run_id):
            task = tasks.get(session.slot.task_id)
            if session.failure is not None or session.played is None:
                found.failed += 1
            elif task is None:
                found.without_task += 1
            else:
                _require_same(session, task, path)
                regraded = _regraded(session, task, checks, config)
                found.add(session, regraded)
                if plan.write and regraded != session:
                    await store.sessions.regrade(regraded)
    _show(found, plan, Console())


def _regraded(session: Session, task: Task, checks: Checks, config: RIMConfig) -> Session:
    """The session with today's verdicts of the rules, the stored ones of a judge, and the reward made of them."""
    assert session.played is not None
    judged = (verdict for verdict in session.verdicts if verdict.decided_by == "judge")
    verdicts = (*checks.by_rule(session.played.trajectory, task.target), *judged)
    return replace(session, verdicts=verdicts, reward=combine(verdicts, session.panel, config))


def _gaia_of(record: RunRecord, dataset: Path | None) -> GaiaConfig | None:
    """The questions of a run on GAIA, from `dataset` if it is given; None for a run on anything else."""
    config = record.config.get("config", {})
    if config.get("environment") != "gaia":
        return None
    return GaiaConfig.model_validate(config["gaia"] | ({"dataset": dataset} if dataset else {}))


def _dataset_of(record: RunRecord) -> Path:
    path = record.config.get("dataset")
    if path is None:
        raise ConfigError(
            f"run {record.run_id} of `atlas {record.command}` does not say which file its tasks are in; "
            "name it with --dataset (conversations, or the run's tasks.jsonl)"
        )
    return Path(path)


async def _tasks(path: Path) -> Mapping[TaskId, Task]:
    """The tasks of a dataset or of a task file, by id."""
    line, text = next(read_lines(path))
    if "conversation" in parse_object(text, path, line):
        # `atlas run` plays them under the payload's id, the quickstart under the conversation's.
        orders = brief_instructions()
        rows = {row.task_id: task_of(row.conversation, orders, row.dataset_revision) for row in read_payloads(path)}
        return {TaskId(task_id): task for task_id, task in rows.items()} | {t.task_id: t for t in rows.values()}
    return {task.task_id: task for task in (await load_tasks(path)).tasks}


def _require_same(session: Session, task: Task, path: Path) -> None:
    """Raise `ConfigError` unless the task is of the dataset that the session was played on, whatever the commit."""
    if _content(session.dataset_revision) != _content(task.revision):
        raise ConfigError(
            f"run {session.slot.run_id} was played on dataset {session.dataset_revision}, but {path} is "
            f"{task.revision}; name the right file with --dataset"
        )


def _content(revision: str) -> str:
    digest = _DIGEST.search(revision)
    return digest[0] if digest else revision


def _reward_config(record: RunRecord) -> RIMConfig:
    """The reward's settings of the run; the defaults where its command has none."""
    rim = record.config.get("config", {}).get("rim", {})
    return RIMConfig(verifier_weight=rim["verifier_weight"]) if "verifier_weight" in rim else RIMConfig()


def _outcome(verdict: Verdict) -> tuple[bool, float]:
    return verdict.passed, verdict.score


def _reason(before: Session, after: Session) -> str:
    """Why the failing one of the two fails."""
    failing = after if after.success is False else before
    return next((f"{v.verifier}: {v.reason}" for v in failing.verdicts if v.required and not v.passed), "")


def _show(found: Findings, plan: RegradePlan, console: Console) -> None:
    table = Table("verifier", "version", "verdicts", "changed")
    for (name, old, new), count in sorted(found.versions.items()):
        table.add_row(name, f"{old} -> {new}", str(count), str(found.changed[name, old, new]))
    console.print(table)
    for flip in found.flips:
        told = f"{flip.session_id}: {_word(flip.before)} -> {_word(flip.after)} ({flip.reason})"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    for arm, pairs in sorted(found.rates.items()):
        old, new = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        console.print(f"success of {arm}: {old:.1%} -> {new:.1%} of {len(pairs)} sessions", highlight=False)
    for count, why in (
        (found.failed, "sessions failed below us and were left alone"),
        (found.without_task, "sessions were left alone, for their tasks are not in the dataset"),
        (found.kept_judge, "verdicts of a judge were kept as they are"),
    ):
        if count:
            console.print(f"{count} {why}", highlight=False)
    console.print("stored" if plan.write else "nothing was stored; --write does it", highlight=False)


def _word(success: bool | None) -> str:
    return {True: "success", False: "fail", None: "undecided"}[success]
