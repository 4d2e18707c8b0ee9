"""The calibration page: goals met and missed, plant by plant, and the poisoned synthesizer."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.reports.calibration.chart import recovery_chart
from atlas.reports.calibration.poisoning import MOST_POINTS_LOST, PoisonedArm
from atlas.reports.calibration.recovery import EFFECT, POWER, PlantScore, RateScore, Share, pooled
from atlas.reports.calibration.report import CalibrationReport
from atlas.reports.page import Figure, Page, Section, Table, numbers, words
from atlas.reports.wording import NOTHING, percent, percent_interval, points_interval

SIGN_GOAL, FDR_GOAL = 0.95, 0.05


def calibration_page(report: CalibrationReport, timestamp: str, command: str, figure: str = "recovery") -> Page:
    """The whole report for people; `figure` is the file name of its picture, without a suffix."""
    sections = (_goals(report), _recovery(report, figure), *([_poisoning(report)] if report.poisoned else []))
    return Page("Calibration of the impact statistics", report.simulated, timestamp, (), sections, command)


def _goals(report: CalibrationReport) -> Section:
    return Section(
        "Goals",
        (
            f"{report.replications} replications of {report.sessions} conversations that call for the planted "
            "entries, and those between them that do not, each played under two playbooks of five such entries at "
            f"each rate of withholding; {report.played} sessions in all, of the scripted student alone, through "
            "the learning loop over the CRM in memory. Entries are found at a false discovery rate of "
            "5 % a playbook.",
        ),
        points=tuple(said for rate in report.rates for said in _rate_points(report, rate)),
        tables=(_rates(report),),
    )


def _rate_points(report: CalibrationReport, rate: RateScore) -> Iterator[str]:
    at = f"Withheld {rate.withhold_rate:.0%} of the time"
    acting = [p for p in report.plants if p.withhold_rate == rate.withhold_rate and p.kind != "useless"]
    large = [plant for plant in acting if abs(plant.truth) >= EFFECT]
    signs, found = pooled(plant.sign_right for plant in large), pooled(plant.found_right for plant in large)
    yield (
        f"{at}: entries planted with an effect of {EFFECT:g} or more on the mean reward have the right sign in "
        f"{_share(signs)}, {_goal(signs.value, at_least=SIGN_GOAL)}; they are found in {_share(found)}."
    )
    yield f"{at}: sign right in {_share(rate.sign_right_of_findings)} of findings."
    met = _goal(rate.false_discovery_rate, at_most=FDR_GOAL)
    yield f"{at}: false discovery rate {percent(rate.false_discovery_rate)}, {met}."
    needed = max((plant.needed for plant in acting), default=0)
    yield (
        f"{at}: to find an effect of {EFFECT:g} with {POWER:.0%} power, before the adjustment for several entries, "
        f"takes up to {needed} sessions that call for the entry."
    )


def _goal(value: float | None, *, at_least: float = 0.0, at_most: float = 1.0) -> str:
    """Whether a goal is met, in words."""
    goal = f"goal {at_least or at_most:.0%}"
    if value is None:
        return f"{goal} not tried"
    return f"{goal} {'met' if at_least <= value <= at_most else 'missed'}"


def _rates(report: CalibrationReport) -> Table:
    columns = (
        *words("withheld"),
        *numbers("playbooks", "findings", "sign right of findings", "sign right of all estimates"),
        *numbers("false discovery rate", "useless found", "naive: sign right", "naive: false discovery rate"),
        *numbers("naive: useless claimed"),
    )
    return Table("By rate of withholding", columns, tuple(map(_rate_row, report.rates)), (_NAIVE,))


_NAIVE = (
    "Naive is the guide's figure: mean reward where the entry fired minus mean reward where its cue was silent, "
    "claimed where its 95 % interval leaves 0 out. All plants are called for by the harder requests."
)


def _rate_row(rate: RateScore) -> tuple[str, ...]:
    return (
        f"{rate.withhold_rate:.0%}",
        str(rate.playbooks),
        str(rate.findings),
        _share(rate.sign_right_of_findings),
        _share(rate.sign_right_of_estimates),
        percent(rate.false_discovery_rate),
        _share(rate.useless_found),
        _share(rate.naive_sign_right),
        percent(rate.naive_false_discovery_rate),
        _share(rate.naive_useless_claimed),
    )


def _recovery(report: CalibrationReport, name: str) -> Section:
    figure = Figure(
        name,
        "Estimated against planted effects: from withholding about the diagonal, the observed ones far below.",
        recovery_chart(report.plants),
    )
    columns = (
        *words("entry"),
        *numbers("withheld", "planted (95 %)", "called for", "of them withheld", "mean estimate", "spread"),
        *numbers("sign right", "found", "found wrongly", "interval covers", "power promised", "naive mean"),
    )
    table = Table("Plant by plant, on the mean reward", columns, tuple(map(_plant_row, report.plants)))
    return Section(
        "Planted and recovered",
        (
            "What is planted is measured by playing sessions twice, with the entry and without it, all else being "
            "equal. Power is what so many sessions promise for the planted effect, before the adjustment.",
        ),
        figures=(figure,),
        tables=(table,),
    )


def _plant_row(plant: PlantScore) -> tuple[str, ...]:
    planted = (
        "0 by construction"
        if plant.kind == "useless"
        else f"{plant.truth:+.3f} ({plant.truth_interval.low:+.3f} to {plant.truth_interval.high:+.3f})"
    )
    return (
        plant.plant,
        f"{plant.withhold_rate:.0%}",
        planted,
        f"{plant.matched:.0f}",
        f"{plant.withheld:.0f}",
        f"{plant.mean_effect:+.3f}",
        f"{plant.spread:.3f}",
        _share(plant.sign_right),
        _share(plant.found_right),
        _share(plant.found_wrong),
        _share(plant.covered),
        percent(plant.power) if plant.kind != "useless" else NOTHING,
        NOTHING if plant.naive_mean is None else f"{plant.naive_mean:+.3f}",
    )


def _poisoning(report: CalibrationReport) -> Section:
    last = max((len(arm.rounds) for arm in report.poisoned), default=1) - 1
    columns = (*words("acceptance"), *numbers(*(f"round {n}" for n in range(last + 1)), "change, points (95 %)"))
    rows = tuple(_arm_row(arm) for arm in report.poisoned)
    return Section(
        "A poisoned synthesizer",
        (
            "After each round of learning from a synthesizer that proposes what misleads the student, the playbook "
            "is frozen and played on tasks that no round saw. Cells: tasks passed, entries in use.",
        ),
        points=tuple(_arm_point(arm) for arm in report.poisoned),
        tables=(Table("Held-out success by round", columns, rows),),
    )


def _arm_row(arm: PoisonedArm) -> tuple[str, ...]:
    cells = (f"{each.passed} of {each.of}, {each.entries}" for each in arm.rounds)
    return arm.acceptance, *cells, f"{arm.points:+.1f} ({points_interval(arm.interval)})"


def _arm_point(arm: PoisonedArm) -> str:
    kept = "within" if arm.safe else "beyond"
    return (
        f"learning.acceptance: {arm.acceptance} changes held-out success by {arm.points:+.1f} points after "
        f"{len(arm.rounds) - 1} rounds, {kept} the {MOST_POINTS_LOST} points that may be lost."
    )


def _share(share: Share) -> str:
    if not share.of:
        return NOTHING
    return f"{percent(share.value)} ({percent_interval(share.interval)}), {share.count} of {share.of}"
