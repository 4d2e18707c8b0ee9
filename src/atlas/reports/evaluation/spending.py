"""Spending: tokens, money, steps and time."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.reports.evaluation.effort import Latency
from atlas.reports.evaluation.figures import spending_figure
from atlas.reports.evaluation.report import EvaluationReport, Measured
from atlas.reports.metrics import ArmMetrics
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import NOTHING, amount, counted, mean, money, rated, seconds


def tokens_and_cost(report: EvaluationReport) -> Section:
    """By role, per conversation and in all, and per strict success."""
    headings = ("tokens / conversation", "cost / conversation", "calls", "tokens in all", "cost in all")
    by_role = tuple(row for run in report.runs for row in role_rows(run.metrics))
    per_success = tuple(success_row(run.metrics) for run in report.runs)
    return Section(
        "Tokens and cost",
        (
            "Per conversation over the scored sessions; in all over every session, failed ones included. Per "
            "success: all that was spent over the strict successes.",
        ),
        figures=(spending_figure(report),),
        tables=(
            Table("By role", (*words("run: role"), *numbers(*headings)), by_role),
            Table("Per strict success", (*words("run"), *numbers("tokens", "cost", "successes")), per_success),
        ),
    )


def effort(report: EvaluationReport) -> Section:
    """Steps, calls, tool errors and latency."""
    headings = (
        "turns",
        "steps / turn",
        "tool calls / turn",
        "calls that gave an error",
        "median time / turn",
        "95th percentile",
    )
    return Section(
        "Effort and latency",
        ("Time is that of the model calls of a turn, retries included; a dash means that none was recorded.",),
        tables=(
            Table(
                "Over the scored sessions",
                (*words("run"), *numbers(*headings)),
                tuple(map(_effort_row, report.runs)),
            ),
        ),
    )


def role_rows(metrics: ArmMetrics) -> Iterator[tuple[str, ...]]:
    """A row a role and one of all: per conversation, and in all."""
    everyone = ("all", metrics.tokens_per_conversation, metrics.cost_per_conversation_usd, metrics.spent)
    by_role = (
        (use.role, use.tokens_per_conversation, use.cost_per_conversation_usd, use.spent) for use in metrics.usage
    )
    for role, tokens, cost, spent in (*by_role, everyone):
        counts = (amount(spent.calls), amount(spent.total_tokens), money(spent.cost_usd))
        yield (f"{metrics.arm}: {role}", amount(tokens), money(cost) if metrics.success.total else NOTHING, *counts)


def success_row(metrics: ArmMetrics) -> tuple[str, ...]:
    """What a strict success cost."""
    cost = money(metrics.cost_per_success_usd) if metrics.success.passed else NOTHING
    return metrics.arm, amount(metrics.tokens_per_success), cost, counted(metrics.success)


def _effort_row(run: Measured) -> tuple[str, ...]:
    taken = run.effort
    return (
        run.label,
        str(taken.turns),
        mean(taken.steps_per_turn),
        mean(taken.calls_per_turn),
        rated(taken.errors),
        *_latency(taken.latency),
    )


def _latency(latency: Latency | None) -> tuple[str, str]:
    return (NOTHING, NOTHING) if latency is None else (seconds(latency.median_s), seconds(latency.p95_s))
