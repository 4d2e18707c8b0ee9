"""A learning report: threads counted in the store, concluded on, and written for programs and for people."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from atlas import __version__
from atlas.core.json import JsonObject, to_json
from atlas.core.keyless import KEYLESS
from atlas.core.playbook import LearningKey
from atlas.core.thread import SessionFilter, Thread, ThreadId
from atlas.export.artifacts import Replacement, write_bytes, write_json, write_text
from atlas.reports.learning import comparison, reward
from atlas.reports.learning.latest import session_json
from atlas.reports.learning.manifest import Reported, manifest_json, names, slugs
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.previous import PreviousReport
from atlas.reports.learning.sections import parts_of
from atlas.reports.learning.summary import Heading, filters_in_words, summary_json, summary_page
from atlas.reports.learning.wording import judged, signed_score
from atlas.reports.page import Page
from atlas.reports.wording import score
from atlas.runs.learning_input import read_labels, read_previous
from atlas.runs.learning_thread import gather
from atlas.runs.store import open_database, redactor
from atlas.settings import Settings
from atlas.storage.threads import PostgresThreads, ThreadReader
from atlas.telemetry.redaction import Redactor

RESULTS = Path("results/learning")
STATEMENT_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class LearningReportPlan:
    """What `atlas report learning` was asked for; `limit` is None for all threads."""

    database_url: str | None = None
    recent_window: int = 10
    baseline_window: int = 50
    limit: int | None = 5
    batch_size: int = 4
    summary_only: bool = False
    learning_keys: tuple[str, ...] = ()
    selection: SessionFilter = field(default_factory=SessionFilter)
    compare_to: Path | None = None
    markdown: bool = True
    prompt_variant: str | None = None
    synthesis_models: tuple[str, ...] = ()
    pamphlet_injection: str | None = None
    labels: Path | None = None
    output: Path = RESULTS

    @property
    def command(self) -> str:
        """The shell line that repeats the report, without the database's URL: it may hold a password."""
        given = self.selection
        flags = [
            ("--recent-window", self.recent_window, 10),
            ("--baseline-window", self.baseline_window, 50),
            ("--limit", self.limit or 0, 5),
            *(("--learning-key", key, None) for key in self.learning_keys),
            ("--filter-project", given.project, None),
            ("--filter-task", given.task, None),
            *(("--filter-tag", tag, None) for tag in given.tags),
            ("--compare-to", self.compare_to, None),
            ("--prompt-variant", self.prompt_variant, None),
            *(("--synthesis-model", model, None) for model in self.synthesis_models),
            ("--pamphlet-injection", self.pamphlet_injection, None),
            ("--playbook-entry-labels", self.labels, None),
            ("--output-dir", self.output, RESULTS),
        ]
        line = ["atlas", "report", "learning"]
        line += [word for flag, value, usual in flags if value != usual for word in (flag, str(value))]
        line += ["--summary-only"] if self.summary_only else []
        line += [] if self.markdown else ["--no-markdown"]
        return shlex.join(line)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the reports of all threads share."""

    plan: LearningReportPlan
    store: PostgresThreads
    labels: Labels
    previous: PreviousReport | None
    slugs: Mapping[ThreadId, str]
    names: Mapping[ThreadId, str]
    warnings: tuple[str, ...]
    run_metadata: JsonObject
    timestamp: str
    redact: Redactor
    known_entries: set[str]
    left_out: int


async def write_learning_report(plan: LearningReportPlan, settings: Settings) -> None:
    """Report the threads, `batch_size` at a time, and write the manifest; print one line a thread.

    Raises `ConfigError` for files that cannot be used, `StorageError` when the database or the disk fails.
    """
    labels, previous = read_labels(plan.labels), read_previous(plan.compare_to)
    redact = redactor(settings, plan.database_url)
    timestamp = settings.report_time()
    async with open_database(
        settings, plan.database_url, connections=plan.batch_size, statement_timeout_s=STATEMENT_TIMEOUT_S
    ) as database:
        store = PostgresThreads(database)
        threads = await _threads(store, plan)
        # Whoever names keys has said which sessions are meant.
        left_out = 0 if plan.learning_keys else await store.keyless(plan.selection)
        work = _Work(
            plan,
            store,
            labels,
            previous,
            slugs(threads),
            names(threads),
            _warnings(plan.selection),
            _run_metadata(plan, labels, timestamp),
            timestamp,
            redact,
            set(),
            left_out,
        )
        reported = await _report_all(threads, work)
    unknown = [entry_id for entry_id, _ in labels.by_entry if entry_id not in work.known_entries]
    metadata = {**work.run_metadata, "unknown_labelled_entries": unknown}
    compared_to = str(plan.compare_to) if plan.compare_to else None
    manifest = manifest_json(reported, metadata, compared_to, timestamp, keyless=left_out)
    write_json(plan.output / "index.json", redact(manifest))
    _show(Console(), reported, unknown, work)


async def _threads(store: PostgresThreads, plan: LearningReportPlan) -> list[ThreadId]:
    """Those with sessions, the last used first; a key that was named is reported even without any."""
    keys = tuple(dict.fromkeys(LearningKey(key) for key in plan.learning_keys))
    limit = None if keys else plan.limit
    found = [thread for thread, _ in await store.chosen(plan.selection, keys, limit)]
    there = {thread.key for thread in found}
    return [*found, *(ThreadId(key, simulated=False) for key in keys if key not in there)]


async def _report_all(threads: Sequence[ThreadId], work: _Work) -> list[Reported]:
    places = asyncio.Semaphore(work.plan.batch_size)

    async def one(thread: ThreadId) -> Reported:
        async with places:
            return await _report(thread, work)

    tasks = [asyncio.create_task(one(thread)) for thread in threads]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        # After a failure the others end before the database is closed.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _report(thread: ThreadId, work: _Work) -> Reported:
    plan, slug = work.plan, work.slugs[thread]
    files = {"json": f"{slug}_summary.json"}
    async with work.store.snapshot(thread, plan.selection) as reader:
        counted = await gather(
            reader,
            thread,
            plan.selection,
            plan.recent_window,
            plan.baseline_window,
            impact=not plan.summary_only,
        )
        if not plan.summary_only and counted.latest:
            files["sessions"] = f"{slug}_sessions.jsonl"
            await _write_sessions(reader, plan.output / files["sessions"], work.redact)
    if counted.playbook:
        work.known_entries.update(entry.id for entry in counted.playbook.entries)
    parts = parts_of(counted, work.labels)
    if work.previous is not None:
        parts = (*parts, comparison.part(counted, work.previous))
    heading = _heading(counted, work)
    files |= _write(counted, parts, heading, work)
    momentum = reward.measure(counted)
    compared = comparison.compare(counted, work.previous) if work.previous else None
    return Reported(
        thread,
        work.names[thread],
        counted.sessions,
        files,
        momentum.reward,
        momentum.recent.reward.mean,
        momentum.baseline.reward.mean,
        compared,
    )


def _write(thread: Thread, parts: Sequence[Part], heading: Heading, work: _Work) -> dict[str, str]:
    """Write the summary in every form asked for; returns the files beside the JSON one."""
    plan, redact, slug = work.plan, work.redact, heading.slug
    write_json(plan.output / f"{slug}_summary.json", redact(summary_json(thread, parts, heading)))
    if not plan.markdown:
        return {}
    page = summary_page(thread, parts, heading, figures=not plan.summary_only)
    # Templates are read where a page is written: programs that ask for JSON alone do without.
    from atlas.reports.markdown import page_md

    write_text(plan.output / f"{slug}_summary.md", redact.text(page_md(page)))
    files = {"markdown": f"{slug}_summary.md"}
    if plan.summary_only:
        return files
    _write_page(plan.output, slug, page, redact)
    return {**files, "html": f"{slug}_summary.html"}


def _write_page(folder: Path, slug: str, page: Page, redact: Redactor) -> None:
    from atlas.reports.html import page_html

    for figure in page.figures:
        write_bytes(folder / f"{figure.name}.svg", figure.picture.svg)
        write_bytes(folder / f"{figure.name}.png", figure.picture.png)
    write_text(folder / f"{slug}_summary.html", redact.text(page_html(page)))


async def _write_sessions(reader: ThreadReader, path: Path, redact: Redactor) -> None:
    """A line a session, as they come from the database: no more than a batch of them is in memory."""
    with Replacement(path) as file:
        async with aclosing(reader.every_session()) as sessions:
            async for listed in sessions:
                line = {**session_json(listed.session), "events_by_type": listed.events_by_type}
                file.write_line(redact(line))


def _heading(thread: Thread, work: _Work) -> Heading:
    warnings = list(work.warnings)
    twin = ThreadId(thread.id.key, not thread.id.simulated)
    if twin in work.slugs:
        kind = "simulated" if twin.simulated else "real"
        warnings.append(
            f"This key has {kind} sessions too; they have a report of their own ({work.slugs[twin]}), and the "
            "playbook was taught by both."
        )
    return Heading(
        f"Learning report: {work.names[thread.id]}",
        work.slugs[thread.id],
        work.timestamp,
        work.plan.command,
        tuple(warnings),
        work.run_metadata,
    )


def _warnings(selection: SessionFilter) -> tuple[str, ...]:
    if selection.empty:
        return ()
    chosen = filters_in_words(selection)
    return (f"Only sessions that fit are counted: {chosen}. The playbook, and what its entries do, are of all.",)


def _run_metadata(plan: LearningReportPlan, labels: Labels, timestamp: str) -> JsonObject:
    return {
        "prompt_variant": plan.prompt_variant,
        "synthesis_models": list(plan.synthesis_models),
        "pamphlet_injection": plan.pamphlet_injection,
        "playbook_entry_label_overrides": labels.path or None,
        "playbook_entry_labels": dict(labels.by_entry),
        "evaluated_at": timestamp,
        "atlas_version": __version__,
        "command": plan.command,
        "recent_window": plan.recent_window,
        "baseline_window": plan.baseline_window,
        "summary_only": plan.summary_only,
        "filters": to_json(plan.selection),
    }


def _show(console: Console, reported: Sequence[Reported], unknown: Sequence[str], work: _Work) -> None:
    """A few lines a thread: a table of them would not fit a terminal."""
    plan = work.plan
    if not reported:
        which = "sessions with a learning key" if work.left_out else "sessions"
        fitting = "" if plan.selection.empty else f" that fit {filters_in_words(plan.selection)}"
        _print(console, work, f"There are no {which}{fitting}, so there is nothing to report yet.")
    for each in reported:
        simulated = ", SIMULATED" if each.id.simulated else ""
        _print(console, work, f"{each.name}: {each.sessions} sessions{simulated}")
        windows = f"recent {score(each.recent_mean)}, baseline {score(each.baseline_mean)}"
        _print(console, work, f"  {judged(f'mean reward ({windows})', each.momentum, signed_score)}")
        _print(
            console,
            work,
            f"  {plan.output / each.files.get('html', each.files.get('markdown', each.files['json']))}",
        )
    if work.left_out:
        without = (
            f"Sessions without a learning key (evaluations, arms without a playbook), left out: {work.left_out}"
        )
        _print(console, work, f"{without}. --learning-key {KEYLESS}/RUN reports those of a run.")
    if unknown:
        _print(console, work, f"Labels name entries that no reported playbook holds: {', '.join(unknown)}")
    _print(console, work, f"Report: {plan.output / 'index.json'}")


def _print(console: Console, work: _Work, line: str) -> None:
    console.print(Text(work.redact.text(line)), soft_wrap=True)
