"""The document of an experiment: report.json, every number of the page and more."""

from __future__ import annotations

from atlas.core.json import JsonObject, to_json
from atlas.reports.document import arm_json, comparison_json, interval_json, spent_json
from atlas.reports.experiment.report import ExperimentReport, OrderBook
from atlas.reports.learning_curve import LearningCurve


def experiment_json(report: ExperimentReport) -> JsonObject:
    """The document. Only `timestamp` and `run_id` differ between equal offline experiments."""
    charged = report.charged
    return {
        "title": report.layout.title,
        "timestamp": report.timestamp,
        "simulated": report.simulated,
        "warnings": list(report.warnings),
        "layout": to_json(report.layout),
        "arms": [arm_json(metrics) for metrics in report.arms],
        "infrastructure_failures": [to_json(failed) for metrics in report.arms for failed in metrics.failed],
        "comparisons": [comparison_json(made) for made in report.comparisons],
        "orders": [
            {"order": outcome.order + 1, "split": outcome.split, **comparison_json(outcome.comparison)}
            for outcome in report.orders
        ],
        "learning_curves": [_curve(curve) for curve in report.curves],
        "frozen_with_learning_charged": {
            "learning": spent_json(charged.learning),
            "held_out": spent_json(charged.held_out),
            "successes": charged.successes,
            "tokens_per_success": charged.tokens_per_success,
            "cost_per_success_usd": charged.cost_per_success_usd,
        },
        "playbooks": [_book(book) for book in report.books],
        "contamination": {"clean": report.certificate.clean, **to_json(report.certificate)},
        "command": report.layout.command,
    }


def _curve(curve: LearningCurve) -> JsonObject:
    return {
        "arm": curve.arm,
        "window": curve.window,
        "points": [
            {"session": point.session, "rate": point.rate, "interval": interval_json(point.interval)}
            for point in curve.points
        ],
    }


def _book(book: OrderBook) -> JsonObject:
    return {
        "order": book.order + 1,
        "versions": len(book.versions),
        "entries": book.entries,
        "history_characters": len(book.history),
        "trials": [to_json(trial) for trial in book.trials],
    }
