"""The page of an experiment report: its sections, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.reports.comparison import Comparison
from atlas.reports.experiment.figures import cost_figure, curve_figure, difference_figure, success_figure
from atlas.reports.experiment.layout import ALONE, FROZEN, HISTORY, LEARNING, PLACEBO, SEEDING, SPLITS, arm
from atlas.reports.experiment.report import ExperimentReport
from atlas.reports.metrics import ArmMetrics
from atlas.reports.page import Page, Section, Table, numbers, words
from atlas.reports.wording import (
    NOTHING,
    amount,
    counted,
    finding,
    money,
    p_value,
    percent,
    percent_interval,
    plain_points,
    points,
    points_interval,
    rated,
)

FEW_PAIRS = 10
_SHORT = (0, 2, 3, 4, 6, 9)
"""Columns of the one table that fit a screen: arm, rate, interval, against alone, adjusted p, cost / success."""
LISTED_HITS = 50
"""Leaks that the page lists; the document has all."""


def experiment_page(report: ExperimentReport) -> Page:
    """The report as a page. Every rate stands with its number and its 95 % interval."""
    sections = (
        _success(report),
        _differences(report),
        *((_curve(report),) if report.curves else ()),
        _orders(report),
        _families(report),
        _spending(report),
        _playbooks(report),
        contamination(report),
        _played(report),
    )
    title, command = report.layout.title, report.layout.command
    return Page(title, report.simulated, report.timestamp, report.warnings, sections, command)


def arms_table(report: ExperimentReport) -> Table:
    """The one table: every arm with its interval, what it took, and what it is against the student alone."""
    rows = tuple(_arm_row(report, metrics) for metrics in report.arms)
    headings = (
        "success", "rate", "95 % interval", "against alone", "95 % interval", "adjusted p",
        "tokens / conv.", "tokens / success", "cost / success",
    )  # fmt: skip
    return Table("Arms", (*words("arm"), *numbers(*headings)), rows)


def short_table(report: ExperimentReport) -> Table:
    """What of the one table fits a screen."""
    table = arms_table(report)
    rows = tuple(tuple(row[place] for place in _SHORT) for row in table.rows)
    return Table(table.caption, tuple(table.columns[place] for place in _SHORT), rows)


def findings(report: ExperimentReport, *befores: str) -> tuple[str, ...]:
    """What the comparisons allow to say, the main one first; only those with one of `befores`, where given."""
    return tuple(finding(made) for made in report.comparisons if not befores or made.before in befores)


def _arm_row(report: ExperimentReport, metrics: ArmMetrics) -> tuple[str, ...]:
    condition, _, tasks = metrics.arm.partition(", ")
    made = report.comparison(arm(ALONE, tasks), metrics.arm) if condition != ALONE else None
    success = metrics.success
    return (
        metrics.arm,
        counted(success),
        percent(success.value),
        percent_interval(success.interval) if success.total else NOTHING,
        points(made.difference) if made else NOTHING,
        points_interval(made.interval) if made else NOTHING,
        p_value(made.adjusted_p) if made else NOTHING,
        amount(metrics.tokens_per_conversation),
        amount(metrics.tokens_per_success),
        money(metrics.cost_per_success_usd) if success.passed else NOTHING,
    )


def _success(report: ExperimentReport) -> Section:
    budget = f"{report.layout.char_budget:,}"
    return Section(
        "Success by arm",
        (
            f"{ALONE}: no teacher, no playbook. {PLACEBO}: the entries of the learned playbook, shown at the same "
            "moments and at the same length, with their advice replaced by words that say nothing. "
            f"{HISTORY}: in the place of a playbook the transcripts of the very sessions that it was learned from, "
            "with the teacher's words and the outcome, the newest up to the playbook's budget of "
            f"{budget} characters. {FROZEN}: the learned playbook, which no longer changes. On held-out tasks the "
            "student plays alone in every arm, with the same draws.",
            f"{SEEDING} and {LEARNING}: teacher, judges and synthesizer take part, so their success is that of the "
            "pair, and no measure of what the playbook does. A conversation succeeds strictly when every required "
            "check passed. Intervals are Wilson score intervals, widened where plays belong to one task.",
        ),
        figures=(success_figure(report),),
        tables=(arms_table(report),),
    )


def _differences(report: ExperimentReport) -> Section:
    methods = "; ".join(sorted({made.method for made in report.comparisons})) or NOTHING
    matters = plain_points(report.layout.smallest_effect)
    columns = (
        *words("before -> after"),
        *numbers("pairs", "tasks", "gained", "lost", "points", "95 % interval", "p", "adjusted p", "detectable"),
        *words("verdict"),
    )
    rows = tuple(map(_comparison_row, report.comparisons))
    return Section(
        "Paired comparisons",
        (
            "Play by play on the same task with the same draws: gained failed before and succeeds after, lost the "
            "reverse. Plays of one task are not independent, so whole tasks are resampled and flipped "
            f"({methods}). Verdicts rest on p-values adjusted by Benjamini and Hochberg for all "
            f"{len(report.comparisons)} comparisons. Detectable is the smallest difference that the comparison "
            f"would find four times in five; where that is more than {matters}, the difference that matters here, "
            "finding nothing is underpowered and no evidence of equality.",
        ),
        points=findings(report),
        figures=(difference_figure(report),),
        tables=(Table("Paired comparisons", columns, rows),),
    )


def _comparison_row(made: Comparison) -> tuple[str, ...]:
    return (
        f"{made.before} -> {made.after}",
        str(made.counts.pairs),
        str(made.tasks),
        str(made.counts.gained),
        str(made.counts.lost),
        points(made.difference),
        points_interval(made.interval),
        p_value(made.p_value),
        p_value(made.adjusted_p),
        "none" if made.detectable is None else plain_points(made.detectable),
        made.conclusion,
    )


def _curve(report: ExperimentReport) -> Section:
    rows = tuple(
        (f"{curve.arm}, {when}", percent(point.rate), percent_interval(point.interval))
        for curve in report.curves
        if curve.points
        for when, point in (
            ("first", curve.points[min(curve.window, len(curve.points)) - 1]),
            ("last", curve.points[-1]),
        )
    )
    columns = (*words("curve"), *numbers("success", "95 % interval"))
    return Section(
        "Learning curve",
        (
            "Success over the last ten places of all orders together; neighbouring points share most of their "
            "sessions. The student alone plays the same tasks in the same places.",
        ),
        figures=(curve_figure(report),),
        tables=(Table("First full window and last", columns, rows),),
    )


def _orders(report: ExperimentReport) -> Section:
    rows = tuple(
        (
            f"order {outcome.order + 1}, {outcome.split}",
            str(outcome.comparison.counts.pairs),
            str(outcome.comparison.counts.gained),
            str(outcome.comparison.counts.lost),
            points(outcome.comparison.difference),
            points_interval(outcome.comparison.interval),
        )
        for outcome in report.orders
    )
    columns = (*words("order"), *numbers("pairs", "gained", "lost", "points", "95 % interval"))
    return Section(
        "Order by order",
        (
            "Each order filled a playbook of its own. What differs between the rows of one split is the luck of "
            "learning, which no interval over tasks shows.",
        ),
        tables=(Table(f"{FROZEN} against {ALONE}", columns, rows),),
    )


def _families(report: ExperimentReport) -> Section:
    rows = tuple(row for split in SPLITS for row in _family_rows(report, split))
    columns = (*words("family"), *numbers("pairs", "gained", "lost", "points"))
    return Section(
        "Gains and losses by family",
        ("Shown to find where to look; none of these differences was tested.",),
        tables=(
            Table(
                f"{FROZEN} against {ALONE}",
                columns,
                rows,
                (f"† fewer than {FEW_PAIRS} pairs: whatever the difference is, it says little.",),
            ),
        ),
    )


def _family_rows(report: ExperimentReport, split: str) -> Iterator[tuple[str, ...]]:
    made = report.comparison(arm(ALONE, split), arm(FROZEN, split))
    for change in made.families if made else ():
        counts = change.counts
        few = " †" if counts.pairs < FEW_PAIRS else ""
        named = f"{split}: {change.family}{few}"
        yield named, str(counts.pairs), str(counts.gained), str(counts.lost), points(counts.difference)


def _spending(report: ExperimentReport) -> Section:
    by_role = tuple(row for metrics in report.arms for row in _role_rows(metrics))
    headings = ("calls", "tokens", "cost", "tokens / conversation", "cost / conversation")
    charged = report.charged
    totals = (
        (
            "spent on learning (all roles, trials included)",
            charged.learning.total_tokens,
            charged.learning.cost_usd,
        ),
        (f"spent on held-out tasks by {FROZEN}", charged.held_out.total_tokens, charged.held_out.cost_usd),
    )
    rows = tuple((label, amount(tokens), money(cost)) for label, tokens, cost in totals)
    cost = money(charged.cost_per_success_usd) if charged.successes else NOTHING
    per_success = (f"per success of {FROZEN}, learning charged", amount(charged.tokens_per_success), cost)
    return Section(
        "Tokens and cost, all roles",
        (
            "Student, teacher, judges, arbiter, probe and synthesizer are counted, and the plays of versions that "
            "were tried and dropped. What learning cost is charged to the held-out successes of this experiment "
            "alone; in use it is spread over every task that follows.",
        ),
        figures=(cost_figure(report),),
        tables=(
            Table("Learning charged", (*words("what"), *numbers("tokens", "cost")), (*rows, per_success)),
            Table("By arm and role", (*words("arm: role"), *numbers(*headings)), by_role),
        ),
    )


def _role_rows(metrics: ArmMetrics) -> Iterator[tuple[str, ...]]:
    for use in metrics.usage:
        yield (
            f"{metrics.arm}: {use.role}",
            amount(use.spent.calls),
            amount(use.spent.total_tokens),
            money(use.spent.cost_usd),
            amount(use.tokens_per_conversation),
            money(use.cost_per_conversation_usd) if metrics.success.total else NOTHING,
        )


def _playbooks(report: ExperimentReport) -> Section:
    rows = tuple(
        (
            f"order {book.order + 1}",
            str(len(book.versions)),
            str(book.entries),
            f"{len(book.history):,}",
            f"{sum(trial.accepted for trial in book.trials)} of {len(book.trials)}" if book.trials else NOTHING,
        )
        for book in report.books
    )
    headings = ("versions", "entries in use", "characters of history", "versions accepted of tried")
    said = {
        "off": "Lessons that passed the gates were merged, the newest standing (acceptance: off).",
        "rubric": "Lessons that passed the gates were merged, the better scored standing (acceptance: rubric).",
        "validated": "Versions were tried on training tasks of their own before any session read them "
        "(acceptance: validated).",
    }
    points_ = tuple(
        f"order {book.order + 1}, from version {trial.base}: {'accepted' if trial.accepted else 'dropped'}, "
        f"{percent(trial.before)} -> {percent(trial.after)}, {trial.reason}"
        for book in report.books
        for trial in book.trials
    )
    table = Table("By order", (*words("order"), *numbers(*headings)), rows)
    return Section("What was learned", (said[report.layout.acceptance],), points=points_, tables=(table,))


def contamination(report: ExperimentReport) -> Section:
    """The certificate, in words and with every leak."""
    found = report.certificate
    verdict = (
        "CLEAN: no words and no name of a held-out task stand in anything that a student was shown."
        if found.clean
        else f"NOT CLEAN: {len(found.hits)} leaks and {len(found.overlaps)} shared tasks or worlds."
    )
    hits = tuple((hit.place, hit.kind, hit.task, hit.found) for hit in found.hits[:LISTED_HITS])
    overlaps = tuple((overlap,) for overlap in found.overlaps[:LISTED_HITS])
    return Section(
        "Contamination certificate",
        (
            verdict,
            "Searched: every entry of every version of the playbooks, the placebos and the histories "
            f"({len(found.places)} texts, {found.characters:,} characters), for {found.ngram} words in a row of a "
            f"request or right reply of the {found.tasks} held-out tasks, and for the names and addresses of their "
            "worlds. Words and names that split train has as well give nothing away and are not leaks: "
            f"{found.common} such phrases were found.",
            f"{found.common_texts} held-out tasks hold a request that training has too but for names and numbers; "
            f"{len(found.overlaps)} share a task or a world with it.",
        ),
        tables=(
            *((Table("Leaks", words("where", "kind", "task", "found"), hits),) if hits else ()),
            *((Table("Tasks and worlds in both", words("overlap"), overlaps),) if overlaps else ()),
        ),
    )


def _played(report: ExperimentReport) -> Section:
    layout = report.layout
    there = {metrics.arm: metrics for metrics in report.arms}
    rows = tuple(
        (
            name,
            str(planned),
            str(there[name].sessions if name in there else 0),
            str(len(there[name].failed) if name in there else 0),
            rated(there[name].turns) if name in there else NOTHING,
        )
        for name, planned in layout.planned()
    )
    columns = (*words("arm"), *numbers("planned", "played", "infra failures", "turns right"))
    models = ", ".join(f"{role} {name}" for role, name in layout.models.items())
    return Section(
        "What was played",
        (
            f"Run {layout.run_id} under {layout.run_config}, dataset {layout.dataset} ({layout.dataset_revision}), "
            f"seed {layout.seed}. {layout.orders} orders of the same training tasks, each "
            f"{layout.seed_sessions} seed sessions and then a stream of {layout.stream_sessions}; {layout.test} "
            f"tasks of test and {layout.transfer} of transfer, {layout.trials} plays of each an order. "
            f"Models: {models}.",
        ),
        tables=(Table("Sessions", columns, rows),),
    )
