"""The headline: strict success of every run."""

from __future__ import annotations

from atlas.reports.evaluation.figures import success_figure
from atlas.reports.evaluation.report import EvaluationReport, Measured
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import NOTHING, pass_k, rated


def success(report: EvaluationReport) -> Section:
    """The main table and figure; a second table where the runs did not play the same conversations."""
    tables = (success_table(report), *((_common_table(report),) if any(run.common for run in report.runs) else ()))
    return Section(
        "Strict success",
        (
            "A conversation succeeds strictly when every required check passed: the final database holds "
            "exactly the expected changes, and each reply states its facts and claims nothing that did not happen. "
            "Sessions lost to infrastructure have no score and are in no rate. Intervals are 95 % Wilson score "
            "intervals, widened where several trials belong to one conversation; pass^k is the estimated chance "
            "that k trials of one conversation all succeed.",
        ),
        figures=(success_figure(report),),
        tables=tables,
    )


def success_table(report: EvaluationReport) -> Table:
    """The main table: one row a run. With one trial a conversation, pass^1 is the success itself and left out."""
    trials = max(len(run.metrics.pass_k) for run in report.runs)
    shown = range(1, trials + 1) if trials > 1 else range(0)
    headings = (
        "strict success",
        *(f"pass^{k}" for k in shown),
        "turns right",
        "infra failures",
        "unscored",
    )
    rows = tuple(_success_row(run, shown) for run in report.runs)
    return Table("Strict success", (*words("run"), *numbers(*headings)), rows)


def _success_row(run: Measured, shown: range) -> tuple[str, ...]:
    metrics = run.metrics
    by_k = {entry.k: pass_k(entry) for entry in metrics.pass_k}
    return (
        run.label,
        rated(metrics.success),
        *(by_k.get(k, NOTHING) for k in shown),
        rated(metrics.turns),
        str(len(metrics.failed)),
        str(metrics.unscored),
    )


def _common_table(report: EvaluationReport) -> Table:
    on_common = [run.common or run.metrics for run in report.runs]
    return Table(
        "Strict success on the conversations that all runs played",
        (*words("run"), *numbers("strict success", "conversations")),
        tuple((metrics.arm, rated(metrics.success), str(metrics.tasks)) for metrics in on_common),
    )
