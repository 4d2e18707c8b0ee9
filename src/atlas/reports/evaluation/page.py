"""The page of an evaluation report: its sections, in the order in which they are read."""

from __future__ import annotations

from atlas.reports.evaluation import by_group, by_turn, headline, orientation, pairs, spending
from atlas.reports.evaluation.report import EvaluationReport, Measured
from atlas.reports.page import Page, Section, Table, numbers, words
from atlas.reports.wording import NOTHING, rated, score


def evaluation_page(report: EvaluationReport) -> Page:
    """The report as a page. Every rate stands with its number and its 95 % interval."""
    sections = (
        headline.success(report),
        *((pairs.against_baseline(report),) if report.comparisons else ()),
        _runs(report),
        _checks(report),
        by_group.tools(report),
        by_group.families(report),
        by_group.complexity(report),
        by_group.refusals(report),
        by_turn.positions(report),
        spending.tokens_and_cost(report),
        spending.effort(report),
        *((_failures(report),) if any(run.metrics.failed for run in report.runs) else ()),
        orientation.published(report),
    )
    return Page(report.title, report.simulated, report.timestamp, report.warnings, sections, report.command)


def _runs(report: EvaluationReport) -> Section:
    names = ("run", "id", "dataset", "revision", "split", "backend", "sample", "seed", "trials", "judge", "graders")
    return Section("Runs", tables=(Table("What was played", words(*names), tuple(map(_run_row, report.runs))),))


def _run_row(run: Measured) -> tuple[str, ...]:
    given = run.evaluation.conditions
    graders = ", ".join(f"{check.verifier} {'/'.join(check.versions)}" for check in run.metrics.checks)
    return (
        f"{run.label}{' (simulated)' if run.metrics.simulated else ''}",
        run.evaluation.run_id,
        given.dataset or NOTHING,
        given.dataset_revision,
        given.split or "all",
        given.backend,
        str(given.sample or "all"),
        str(given.seed),
        str(given.trials),
        given.judge_model or "none",
        graders or NOTHING,
    )


def _checks(report: EvaluationReport) -> Section:
    rows = tuple(
        (
            f"{run.label}: {check.verifier}",
            "yes" if check.required else "no, a metric",
            check.decided_by,
            rated(check.sessions),
            rated(check.turns),
            score(check.mean_score),
        )
        for run in report.runs
        for check in run.metrics.checks
    )
    columns = (
        *words("check", "required", "decided by"),
        *numbers("conversations passed", "turns passed", "mean score"),
    )
    return Section(
        "Checks: state, replies, tool calls",
        (
            "structured compares the whole database at the end, reply_facts every reply, tool_calls the calls with "
            "those of the reference solution. Other calls may lead to the right state as well, so the last is a "
            "metric and decides nothing.",
        ),
        tables=(Table("By check", columns, rows),),
    )


def _failures(report: EvaluationReport) -> Section:
    rows = tuple(
        (failed.session_id, failed.boundary, failed.kind, failed.message)
        for run in report.runs
        for failed in run.metrics.failed
    )
    columns = words("session", "boundary", "kind", "what happened")
    return Section(
        "Infrastructure failures",
        ("These sessions have no score and are in no rate above; the same evaluation, resumed, plays them again.",),
        tables=(Table("Sessions lost", columns, rows),),
    )
