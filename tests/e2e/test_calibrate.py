"""`atlas calibrate` in small."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from atlas.core.json import dumps
from atlas.runs.calibrate import CalibrationPlan, report_of
from atlas.runs.planted import planted
from tests.e2e.conftest import Atlas

SMALL = (
    "calibrate",
    "--sessions",
    "20",
    "--replications",
    "2",
    "--paired",
    "2",
    "--withhold-rate",
    "0.5",
    "--rounds",
    "0",
)


def test_a_plan_gives_one_report_in_whatever_processes(atlas: Atlas) -> None:
    done = atlas(*SMALL, "--workers", "2", "--output-dir", "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SIMULATED")
    name = "seed42-2x20"
    written = (atlas.folder / "out" / f"{name}.json").read_text()
    plan = CalibrationPlan(42, 20, 2, (0.5,), 2, 0, 100, None, Path("out"))
    assert written == dumps(report_of(plan, [planted(job) for job in plan.jobs], []))
    report = json.loads(written)
    assert report["simulated"] is True
    assert [rate["withhold_rate"] for rate in report["rates"]] == [0.5]
    assert len(report["plants"]) == 10
    page = (atlas.folder / "out" / f"{name}.md").read_text()
    assert "(SIMULATED)" in page
    assert f"({name}-recovery.png)" in page
    assert (atlas.folder / "out" / f"{name}-recovery.png").read_bytes().startswith(b"\x89PNG")


def test_killed_it_leaves_no_process_behind(atlas: Atlas) -> None:
    marked = {**atlas.environ, "CALIBRATED_BY": str(atlas.folder)}
    running = Atlas(atlas.folder, marked).start(*SMALL, "--sessions", "200", "--workers", "2")
    deadline = time.monotonic() + 60
    while len(marked_by(atlas.folder)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(marked_by(atlas.folder)) >= 3, "the command and its two workers"
    running.kill()
    running.communicate()
    while marked_by(atlas.folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert marked_by(atlas.folder) == []


def marked_by(folder: Path) -> list[str]:
    """The processes that were given a variable which names the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"CALIBRATED_BY={folder}".encode() in (path / "environ").read_bytes():
                found.append(path.name)
    return found


def test_flags_out_of_range_are_refused(atlas: Atlas) -> None:
    assert "withhold-rate" in atlas.refused("calibrate", "--withhold-rate", "1.5")
