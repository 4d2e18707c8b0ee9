"""A sweep: the same experiment under several run configs, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from atlas.core.json import JsonObject
from atlas.core.session import Session
from atlas.reports.comparison import Comparison, adjusted, compare
from atlas.reports.document import arm_json, comparison_json
from atlas.reports.experiment.layout import ALONE, FROZEN, LEARNING, SPLITS, arm
from atlas.reports.experiment.report import ExperimentReport
from atlas.reports.page import Page, Section, Table, numbers, words
from atlas.reports.wording import NOTHING, amount, finding, money, p_value, percent, points, points_interval, rated


@dataclass(frozen=True, slots=True)
class SweepReport:
    """Experiments by the name of their run config, and the frozen playbooks of each against those of the first."""

    variants: tuple[tuple[str, ExperimentReport], ...]
    comparisons: tuple[Comparison, ...]
    command: str

    @property
    def simulated(self) -> bool:
        return any(report.simulated for _, report in self.variants)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know first."""
        said = [f"{name}: {warning}" for name, report in self.variants for warning in report.warnings[:-1]]
        if self.simulated:
            said.insert(
                0,
                "The run configs name different models, and none of them played: the same scripts did in each. "
                "What differs here is what the configs say about learning, not the models that they name.",
            )
        return tuple(said)


def sweep_report(
    variants: Sequence[tuple[str, ExperimentReport]], sessions: Sequence[Sequence[Session]], command: str
) -> SweepReport:
    """Compare the frozen playbooks of the first variant with those of each other one, on the same tasks and draws.

    `sessions` are those of each variant, in order.
    """
    first = variants[0][0]
    labelled = [
        replace(session, slot=replace(session.slot, arm=f"{name}: {session.slot.arm}"))
        for (name, _), of_variant in zip(variants, sessions, strict=True)
        for session in of_variant
        if session.slot.arm in {arm(FROZEN, split) for split in SPLITS}
    ]
    pairs = [
        (f"{first}: {arm(FROZEN, split)}", f"{name}: {arm(FROZEN, split)}")
        for name, _ in variants[1:]
        for split in SPLITS
    ]
    layout = variants[0][1].layout
    made = [
        compare(
            labelled,
            before,
            after,
            seed=layout.seed,
            smallest_effect=layout.smallest_effect,
            made_together=len(pairs),
        )
        for before, after in pairs
    ]
    return SweepReport(tuple(variants), adjusted(made), command)


def sweep_json(report: SweepReport) -> JsonObject:
    """The document of a sweep; each variant has a report.json of its own beside it."""
    return {
        "simulated": report.simulated,
        "warnings": list(report.warnings),
        "variants": [
            {
                "name": name,
                "run_id": of_variant.layout.run_id,
                "arms": [arm_json(metrics) for metrics in of_variant.arms],
                "comparisons": [comparison_json(made) for made in of_variant.comparisons],
                "clean": of_variant.certificate.clean,
            }
            for name, of_variant in report.variants
        ],
        "between_variants": [comparison_json(made) for made in report.comparisons],
        "command": report.command,
    }


def sweep_page(report: SweepReport) -> Page:
    """The sweep as a page."""
    first = report.variants[0][1]
    sections = (
        Section("Run configs side by side", tables=(variants_table(report), _learned_table(report))),
        Section(
            "Frozen playbooks against each other",
            (f"On the same held-out tasks and draws, against {report.variants[0][0]}.",),
            points=tuple(map(finding, report.comparisons)),
        ),
    )
    timestamp = max(of_variant.timestamp for _, of_variant in report.variants)
    return Page(
        f"{first.layout.title}: sweep", report.simulated, timestamp, report.warnings, sections, report.command
    )


def variants_table(report: SweepReport) -> Table:
    """Each run config on each held-out split: the student alone, and what the frozen playbooks gained."""
    headings = ("alone", "frozen", "points", "95 % interval", "adjusted p")
    rows = tuple(_row(name, of_variant, split) for name, of_variant in report.variants for split in SPLITS)
    return Table("Run configs", (*words("run config"), *numbers(*headings)), rows)


def _learned_table(report: SweepReport) -> Table:
    """Each run config: the stream, what its playbooks hold, and what a success cost with learning charged."""
    headings = ("success on the stream", "entries by order", "tokens / success", "cost / success")
    rows = tuple(_learned_row(name, of_variant) for name, of_variant in report.variants)
    caption = "Learning, and its cost charged to the held-out successes"
    return Table(caption, (*words("run config"), *numbers(*headings)), rows)


def _row(name: str, report: ExperimentReport, split: str) -> tuple[str, ...]:
    before, after = report.arm(arm(ALONE, split)), report.arm(arm(FROZEN, split))
    made = report.comparison(arm(ALONE, split), arm(FROZEN, split))
    return (
        f"{name}, {split}",
        percent(before.success.value) if before else NOTHING,
        percent(after.success.value) if after else NOTHING,
        points(made.difference) if made else NOTHING,
        points_interval(made.interval) if made else NOTHING,
        p_value(made.adjusted_p) if made else NOTHING,
    )


def _learned_row(name: str, report: ExperimentReport) -> tuple[str, ...]:
    stream, charged = report.arm(LEARNING), report.charged
    return (
        name,
        rated(stream.success) if stream else NOTHING,
        ", ".join(str(book.entries) for book in report.books),
        amount(charged.tokens_per_success),
        money(charged.cost_per_success_usd) if charged.successes else NOTHING,
    )
