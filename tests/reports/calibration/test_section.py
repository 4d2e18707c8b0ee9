"""The calibration page."""

from __future__ import annotations

from atlas.reports.calibration.poisoning import PoisonedArm, poisoned_arm
from atlas.reports.calibration.recovery import plant_scores, rate_scores
from atlas.reports.calibration.report import CalibrationReport
from atlas.reports.calibration.section import calibration_page
from atlas.reports.markdown import page_md
from tests.reports.calibration.test_recovery import pairs, recovered

RECOVERED = [
    recovered("u", "useful", 0.2, 1, naive=-0.1, claim=-1),
    recovered("h", "harmful", -0.4, -1, naive=-0.3, claim=-1),
    recovered("x", "useless", 0.3, 1),
]
PAIRED = [*pairs("u", 20, 0, 80), *pairs("h", 0, 40, 60)]
ARMS = (
    poisoned_arm("off", [[True] * 10, [False] * 10], [0, 4]),
    poisoned_arm("validated", [[True] * 10, [True] * 10], [0, 0]),
)


def report(poisoned: tuple[PoisonedArm, ...] = ARMS) -> CalibrationReport:
    scores = rate_scores(RECOVERED), plant_scores(RECOVERED, PAIRED)
    return CalibrationReport(1, 200, 1, 300, *scores, poisoned)


def test_goals_are_said_met_or_missed() -> None:
    page = calibration_page(report(), "now", "atlas calibrate", figure="f")
    said = page_md(page)
    assert "(SIMULATED)" in said
    assert "false discovery rate 33.3 %, goal 5% missed" in said
    assert (
        "an effect of 0.2 or more on the mean reward have the right sign in 100.0 % (34.2 to 100.0 %), 2 of 2, "
        "goal 95% met; they are found in 100.0 % (34.2 to 100.0 %), 2 of 2." in said
    )
    assert "| u | 50% | +0.200 (+0.121 to +0.279) |" in said
    assert "learning.acceptance: off changes held-out success by -100.0 points after 1 rounds, beyond" in said
    assert "learning.acceptance: validated changes held-out success by +0.0 points after 1 rounds, within" in said
    assert "(f.png)" in said
    (figure,) = page.figures
    assert figure.picture.png.startswith(b"\x89PNG")
    assert figure.picture == calibration_page(report(), "later", "atlas calibrate").sections[1].figures[0].picture


def test_without_a_poisoned_part_nothing_is_said_of_one() -> None:
    assert "poisoned" not in page_md(calibration_page(report(poisoned=()), "", "x"))
