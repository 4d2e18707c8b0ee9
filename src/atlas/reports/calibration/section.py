"""The calibration page: goals met and missed, plant by plant, and the poisoned synthesizer."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.reports.calibration.chart import recovery_chart
from atlas.reports.calibration.poisoning import MOST_POINTS_LOST, PoisonedArm
from atlas.reports.calibration.recovery import EFFECT, POWER, PlantScore, RateScore, Share
from atlas.reports.calibration.report import CalibrationReport
from atlas.reports.page import Figure, Page, Section, Table, numbers, words
from atlas.reports.wording import NOTHING, percent, percent_interval, points, points_interval

SIGN_GOAL, FDR_GOAL = 0.95, 0.05


def calibration_page(report: CalibrationReport, timestamp: str, command: str, figure: str = "recovery") -> Page:
    """The whole report for people; `figure` is the file name of its picture, without a suffix."""
    sections = (_goals(report), _recovery(report, figure), *([_poisoning(report)] if report.poisoned else []))
    return Page("Calibration of the impact statistics", report.simulated, timestamp, (), sections, command)


def _goals(report: CalibrationReport) -> Section:
    return Section(
        "Goals",
        (
            f"{report.replications} replications of {report.sessions} conversations, each played under two "
            f"playbooks of five planted entries at each rate of withholding; {report.played} sessions in all, of "
            "the scripted student alone, through the learning loop over the CRM in memory. Entries are found at a "
            "false discovery rate of 5 % a playbook.",
        ),
        points=tuple(said for rate in report.rates for said in _rate_points(report, rate)),
        tables=(_rates(report),),
    )


def _rate_points(report: CalibrationReport, rate: RateScore) -> Iterator[str]:
    at = f"Withheld {rate.withhold_rate:.0%} of the time"
    yield f"{at}: sign right in {_share(rate.sign_right_of_findings)} of findings (goal {SIGN_GOAL:.0%})."
    met = "met" if rate.false_discovery_rate <= FDR_GOAL else "missed"
    yield f"{at}: false discovery rate {percent(rate.false_discovery_rate)}, goal {FDR_GOAL:.0%} {met}."
    mine = [plant for plant in report.plants if plant.withhold_rate == rate.withhold_rate]
    acting = [plant for plant in mine if plant.kind != "useless"]
    large = [plant.found_right for plant in acting if abs(plant.truth) >= EFFECT]
    needed = max((plant.needed for plant in acting), default=0)
    found = Share(sum(share.count for share in large), sum(share.of for share in large))
    yield (
        f"{at}: entries planted with an effect of {EFFECT:g} or more were found in {_share(found)}. To find "
        f"{EFFECT:g} with {POWER:.0%} power, before the adjustment for several entries, up to {needed} sessions "
        "that call for the entry are needed."
    )


def _rates(report: CalibrationReport) -> Table:
    columns = (
        *words("withheld"),
        *numbers("playbooks", "findings", "sign right of findings", "sign right of all estimates"),
        *numbers("false discovery rate", "useless found", "naive: sign right", "naive: false discovery rate"),
        *numbers("naive: useless claimed"),
    )
    return Table("By rate of withholding", columns, tuple(map(_rate_row, report.rates)), (_NAIVE,))


_NAIVE = (
    "Naive is the guide's figure: success where the entry fired minus success where its cue was silent, claimed "
    "where its 95 % interval leaves 0 out. All plants are called for by the harder requests."
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
        *numbers("withheld", "planted, points (95 %)", "called for", "of them withheld", "mean estimate", "spread"),
        *numbers("sign right", "found", "found wrongly", "interval covers", "power promised", "naive mean"),
    )
    table = Table("Plant by plant, on strict success", columns, tuple(map(_plant_row, report.plants)))
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
        else (f"{points(plant.truth)} ({points_interval(plant.truth_interval)})")
    )
    return (
        plant.plant,
        f"{plant.withhold_rate:.0%}",
        planted,
        f"{plant.matched:.0f}",
        f"{plant.withheld:.0f}",
        points(plant.mean_effect),
        f"{100 * plant.spread:.1f}",
        _share(plant.sign_right),
        _share(plant.found_right),
        _share(plant.found_wrong),
        _share(plant.covered),
        percent(plant.power) if plant.kind != "useless" else NOTHING,
        points(plant.naive_mean),
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
