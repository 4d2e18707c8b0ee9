"""Tables: a run report, and the tables of pages, on the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from atlas.core.messages import Usage
from atlas.reports import page
from atlas.reports.metrics import ArmMetrics
from atlas.reports.run import RunReport
from atlas.reports.wording import (
    amount,
    counted,
    finding,
    money,
    p_value,
    percent,
    percent_interval,
    points,
    points_interval,
    score,
)


def render(report: RunReport) -> Group:
    """Every table of the report that has something to show, and the findings below."""
    parts: list[RenderableType] = [success_table(report)]
    if report.comparisons:
        parts += [comparison_table(report), *(Text(finding(comparison)) for comparison in report.comparisons)]
    parts.append(usage_table(report))
    if report.failed:
        parts.append(failure_table(report))
    return Group(*parts)


def page_table(table: page.Table, heading: str = "") -> Table:
    """A page's table; `heading` goes before its caption."""
    title = f"{heading}: {table.caption}" if heading else table.caption
    shown = Table(title=Text(title), title_justify="left", title_style="bold", header_style="bold")
    for place, column in enumerate(table.columns):
        # What a row is about must be read whole; numbers may wrap.
        shown.add_column(Text(column.heading), justify="right" if column.numeric else "left", no_wrap=place == 0)
    for row in table.rows:
        shown.add_row(*map(Text, row))
    return shown


def success_table(report: RunReport) -> Table:
    """Strict success of each arm with its interval, and what else was graded."""
    table = _table(report, "strict success")
    table.add_column("arm")
    for heading in ("success", "rate", "95 % interval", "turns", "reward", "infra failures"):
        table.add_column(heading, justify="right")
    for arm in report.arms:
        table.add_row(
            arm.arm,
            counted(arm.success),
            percent(arm.success.value),
            percent_interval(arm.success.interval),
            percent(arm.turns.value),
            score(arm.reward.mean),
            str(len(arm.failed)),
        )
    return table


def comparison_table(report: RunReport) -> Table:
    """Each paired comparison: wins, losses, difference in percentage points, interval and p-value."""
    table = _table(report, "paired comparison")
    table.add_column("before -> after")
    for heading in ("pairs", "gained", "lost", "points", "95 % interval", "p"):
        table.add_column(heading, justify="right")
    for comparison in report.comparisons:
        table.add_row(
            f"{comparison.before} -> {comparison.after}",
            str(comparison.counts.pairs),
            str(comparison.counts.gained),
            str(comparison.counts.lost),
            points(comparison.difference),
            points_interval(comparison.interval),
            p_value(comparison.p_value),
        )
    return table


def usage_table(report: RunReport) -> Table:
    """Tokens and cost of each role of each arm: a conversation (scored sessions) and in all (every session)."""
    table = _table(report, "tokens and cost by role")
    table.add_column("arm")
    table.add_column("role")
    for heading in ("tokens / conv.", "cost / conv.", "calls", "tokens in all", "cost in all"):
        table.add_column(heading, justify="right")
    for arm in report.arms:
        _add_usage(table, arm)
    return table


def failure_table(report: RunReport) -> Table:
    """Sessions lost to something below us."""
    table = _table(report, "infrastructure failures (not scored)")
    for heading in ("session", "boundary", "what happened"):
        table.add_column(heading)
    for session in report.failed:
        table.add_row(Text(session.session_id), session.boundary, Text(session.message))
    return table


def _add_usage(table: Table, arm: ArmMetrics) -> None:
    for index, usage in enumerate(arm.usage):
        table.add_row(
            arm.arm if index == 0 else "",
            usage.role,
            amount(usage.tokens_per_conversation),
            money(usage.cost_per_conversation_usd),
            *_spent(usage.spent),
        )
    table.add_row(
        "" if arm.usage else arm.arm,
        "all",
        amount(arm.tokens_per_conversation),
        money(arm.cost_per_conversation_usd),
        *_spent(arm.spent),
    )
    table.add_section()


def _spent(usage: Usage) -> tuple[str, str, str]:
    return amount(usage.calls), amount(usage.total_tokens), money(usage.cost_usd)


def _table(report: RunReport, what: str) -> Table:
    return Table(title=f"{report.heading}: {what}", title_justify="left", title_style="bold", header_style="bold")
