from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray

from atlas.reports.plots import learning_curve_png
from atlas.reports.run import RunReport, run_report
from tests.reports.played import OUTAGE, context, session, two_arms

HELD_OUT = [n % 2 == 0 for n in range(12)]
STREAM = [n % 3 == 0 for n in range(24)]
RECREATE = """
import sys
from atlas.reports.plots import learning_curve_png
from tests.reports.test_plots import picture
sys.stdout.buffer.write(learning_curve_png(picture()))
"""


def picture(
    before: list[bool] = HELD_OUT, after: list[bool] = HELD_OUT, stream: list[bool] = STREAM, simulated: bool = True
) -> RunReport:
    return two_arms(before, after, stream, simulated=simulated)


def pixels(report: RunReport) -> NDArray[np.float32]:
    return np.asarray(imread(io.BytesIO(learning_curve_png(report)), format="png"))


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert learning_curve_png(picture()) == learning_curve_png(picture())


def test_another_process_with_other_settings_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(
        "lines.linewidth: 9\nfont.size: 30\nsavefig.dpi: 30\naxes.facecolor: red\n"
    )
    environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path), "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", RECREATE], env=environment, capture_output=True, check=True)
    assert done.stdout == learning_curve_png(picture())


def test_the_settings_of_the_process_are_left_alone() -> None:
    with matplotlib.rc_context({"lines.linewidth": 7}):
        learning_curve_png(picture())
        assert matplotlib.rcParams["lines.linewidth"] == 7


@pytest.mark.parametrize(
    "other",
    [
        picture(stream=[*STREAM[:-1], not STREAM[-1]]),
        picture(after=[True] * 12),
        picture(before=[False] * 12),
        picture(simulated=False),
        picture(stream=[]),
    ],
    ids=["stream", "after", "before", "simulated", "no stream"],
)
def test_other_numbers_give_another_picture(other: RunReport) -> None:
    here, there = pixels(picture()), pixels(other)
    assert here.shape == there.shape
    assert np.any(here != there, axis=2).sum() > 50


def test_only_the_title_says_simulated() -> None:
    differing = np.any(pixels(picture()) != pixels(picture(simulated=False)), axis=2)
    rows = np.flatnonzero(differing.any(axis=1))
    assert rows.max() < 0.1 * differing.shape[0]


def test_it_is_large_enough_to_print_and_not_blank() -> None:
    image = pixels(picture())
    assert image.shape[:2] == (704, 1440)
    assert 0.02 < np.any(image[..., :3] < 0.95, axis=2).mean() < 0.5


def test_a_run_with_nothing_scored_still_gives_a_picture() -> None:
    sessions = [session("a", None, failure=OUTAGE), session("b", None, "learning", failure=OUTAGE)]
    report = run_report(sessions, context(), arms=("before", "learning"), stream="learning")
    assert pixels(report).shape[:2] == (704, 1440)


def test_it_holds_no_time_and_no_version() -> None:
    png = learning_curve_png(picture())
    assert png.startswith(b"\x89PNG")
    assert b"Software" not in png
    assert b"tIME" not in png
