"""`atlas calibrate` in small."""

from __future__ import annotations

import json

from tests.e2e.conftest import Atlas

SMALL = ("calibrate", "--sessions", "20", "--replications", "2", "--paired", "2", "--withhold-rate", "0.5")


def test_the_same_plan_gives_the_same_report_whatever_the_workers(atlas: Atlas) -> None:
    one = atlas(*SMALL, "--workers", "1", "--output-dir", "one")
    assert one.returncode == 0, one.stderr
    assert one.stdout.startswith("SIMULATED")
    two = atlas(*SMALL, "--workers", "2", "--output-dir", "two")
    assert two.returncode == 0, two.stderr
    name = "seed42-2x20"
    written = [(atlas.folder / folder / f"{name}.json").read_bytes() for folder in ("one", "two")]
    assert written[0] == written[1]
    report = json.loads(written[0])
    assert report["simulated"] is True
    assert [rate["withhold_rate"] for rate in report["rates"]] == [0.5]
    assert len(report["plants"]) == 10
    page = (atlas.folder / "one" / f"{name}.md").read_text()
    assert "(SIMULATED)" in page
    assert f"({name}-recovery.png)" in page
    assert (atlas.folder / "one" / f"{name}-recovery.png").read_bytes().startswith(b"\x89PNG")


def test_flags_out_of_range_are_refused(atlas: Atlas) -> None:
    assert "withhold-rate" in atlas.refused("calibrate", "--withhold-rate", "1.5")
