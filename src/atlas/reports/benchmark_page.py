"""A benchmark page: one evaluation for people, its strict success in all and by group, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.reports.breakdown import Group
from atlas.reports.charts import ChartRow, interval_chart
from atlas.reports.evaluation.spending import role_rows, success_row
from atlas.reports.metrics import ArmMetrics
from atlas.reports.page import Figure, Page, Section, Table, numbers, words
from atlas.reports.run import RunReport
from atlas.reports.wording import NOTHING, pass_k, rated, score


def benchmark_page(report: RunReport, groups: Sequence[Group], by: str) -> Page:
    """The page of a run with one arm, its tasks grouped `by` something ("level"). Every rate has its interval."""
    (arm,) = report.arms
    sections = (
        _success(report, arm),
        _by_group(report, groups, by),
        _checks(arm),
        _spending(arm),
        *((_failures(arm),) if arm.failed else ()),
        _played(report, arm),
    )
    warnings = (f"{arm.unscored} sessions have neither a verdict nor a failure.",) if arm.unscored else ()
    context = report.context
    return Page(context.title, report.simulated, context.timestamp, warnings, sections, context.command)


def pass_k_table(arm: ArmMetrics) -> Table | None:
    """pass^1 to pass^k over repeated trials; None where each task was tried once."""
    if len(arm.pass_k) < 2:
        return None
    rows = tuple((f"pass^{entry.k}", pass_k(entry)) for entry in arm.pass_k)
    return Table("Repeated trials", (*words("trials"), *numbers("all of them succeed")), rows)


def group_table(groups: Sequence[Group], by: str) -> Table:
    """Strict success of each group; a group of few tasks says little, and is marked."""
    rows = tuple(
        (group.name, rated(group.rate), f"{group.tasks}{' (few)' if group.few else ''}") for group in groups
    )
    return Table(f"Strict success by {by}", (*words(by), *numbers("strict success", "tasks")), rows)


def _success(report: RunReport, arm: ArmMetrics) -> Section:
    trials = pass_k_table(arm)
    columns = (*words("run"), *numbers("strict success", "sessions", "tasks", "infra failures"))
    row = (arm.arm, rated(arm.success), str(arm.sessions), str(arm.tasks), str(len(arm.failed)))
    return Section(
        "Strict success",
        (
            "A session succeeds when every required check passed. Sessions lost to infrastructure have no score "
            "and are in no rate. Intervals are 95 % Wilson score intervals, widened where several trials belong to "
            "one task; pass^k is the estimated chance that k trials of one task all succeed.",
        ),
        tables=(Table("Strict success", columns, (row,)), *((trials,) if trials else ())),
    )


def _by_group(report: RunReport, groups: Sequence[Group], by: str) -> Section:
    rows = [ChartRow(group.name, (group,)) for group in groups]
    said = "; ".join(f"{group.name} {rated(group.rate)}" for group in groups)
    picture = interval_chart(f"{report.heading}: strict success by {by}", [""], rows)
    figure = Figure("by_group", f"Strict success by {by} with 95 % intervals: {said}.", picture)
    return Section(f"By {by}", figures=(figure,), tables=(group_table(groups, by),))


def _checks(arm: ArmMetrics) -> Section:
    columns = (*words("check", "version", "required", "decided by"), *numbers("sessions passed", "mean score"))
    rows = tuple(
        (
            check.verifier,
            ", ".join(check.versions),
            "yes" if check.required else "no, a metric",
            check.decided_by,
            rated(check.sessions),
            score(check.mean_score),
        )
        for check in arm.checks
    )
    return Section("Checks", tables=(Table("By check", columns, rows),))


def _spending(arm: ArmMetrics) -> Section:
    headings = ("tokens / session", "cost / session", "calls", "tokens in all", "cost in all")
    return Section(
        "Tokens and cost",
        (
            "Per session over the scored sessions; in all over every session, failed ones included. Per success: "
            "all that was spent over the strict successes.",
        ),
        tables=(
            Table("By role", (*words("run: role"), *numbers(*headings)), tuple(role_rows(arm))),
            Table(
                "Per strict success",
                (*words("run"), *numbers("tokens", "cost", "successes")),
                (success_row(arm),),
            ),
        ),
    )


def _failures(arm: ArmMetrics) -> Section:
    rows = tuple((failed.session_id, failed.boundary, failed.kind, failed.message) for failed in arm.failed)
    return Section(
        "Infrastructure failures",
        ("These sessions have no score and are in no rate above; the same command, resumed, plays them again.",),
        tables=(Table("Sessions lost", words("session", "boundary", "kind", "what happened"), rows),),
    )


def _played(report: RunReport, arm: ArmMetrics) -> Section:
    context = report.context
    rows = (
        ("run", context.run_id),
        ("tasks", context.conversations_path or NOTHING),
        ("revision", context.dataset_revision or NOTHING),
        ("played by", "a script (simulated)" if arm.simulated else "a model"),
    )
    return Section("What was played", tables=(Table("The run", words("what", "which"), rows),))
