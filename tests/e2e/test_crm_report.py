"""`atlas crm report`, as a user types it after two evaluations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Atlas
from tests.reports.html_checks import check_html

PLOTS = ("success", "by_tool", "by_complexity", "by_failure_category", "per_success")


def played(atlas: Atlas, dataset: Path, agent: str, *more: str) -> str:
    """Play `dataset` into the folder `agent`; the id of the run."""
    chosen = ("--backend", "mock", "--agent", agent, "--output", agent, *more)
    done = atlas("crm", "eval", "--dataset", dataset, *chosen)
    assert done.returncode == 0, done.stderr
    run_id = json.loads((atlas.folder / agent / "metrics.json").read_text())["run_id"]
    assert isinstance(run_id, str)
    return run_id


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_two_runs_side_by_side(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path = dataset(count=30)
    oracle, offline = played(atlas, path, "oracle"), played(atlas, path, "offline")
    done = atlas("crm", "report", oracle, "offline")
    assert done.returncode == 0, done.stderr
    assert "CRM evaluation: oracle, offline (SIMULATED): Strict success" in done.stdout
    assert "100.0 % (88.6 to 100.0 %), 30 of 30" in " ".join(done.stdout.split())
    assert "offline against oracle:" in done.stdout
    (folder,) = (atlas.folder / "results" / "crm").iterdir()
    assert folder.name.startswith("oracle-vs-offline-")

    files = written(folder)
    plots = {f"{name}.{suffix}" for name in PLOTS for suffix in ("svg", "png")}
    assert files.keys() == {"report.html", "report.md", "report.json", *plots}
    document = check_html(files["report.html"].decode())
    assert len(document.all("img")) == len(PLOTS)
    assert all(name in files for name in re.findall(r"!\[.*\]\((.*)\)", files["report.md"].decode()))
    report = json.loads(files["report.json"])
    assert [run["run_id"] for run in report["runs"]] == [oracle, offline]
    assert report["simulated"] is True
    tried = json.loads((atlas.folder / "offline" / "metrics.json").read_text())
    assert report["runs"][1]["metrics"]["strict_success"] == tried["arms"][0]["strict_success"]
    assert report["comparisons"][0]["pairs"] == 30
    for name in ("report.md", "report.html"):
        assert b"(SIMULATED)" in files[name]

    again = atlas("crm", "report", oracle, "offline", "--output", folder)
    assert again.returncode == 0
    differing = {name for name, data in written(folder).items() if data != files[name]}
    assert differing == {"report.html", "report.md", "report.json"}, "only the command that is shown"
    first = files["report.html"].decode().splitlines()
    second = (folder / "report.html").read_text().splitlines()
    changed = [one for one, other in zip(first, second, strict=True) if one != other]
    assert changed == [f"<pre><code>atlas crm report {oracle} offline</code></pre>"]


def test_runs_that_differ_are_compared_on_what_is_common_and_say_so(
    atlas: Atlas, dataset: Callable[..., Path]
) -> None:
    path = dataset(count=10)
    played(atlas, path, "null")
    played(atlas, path, "oracle", "--sample", "4")
    done = atlas("crm", "report", "oracle", "null", "--baseline", "null", "--output", "out")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "The runs differ in the sample: oracle: 4; null: all." in said
    assert "4 are common to all runs." in said
    report = json.loads((atlas.folder / "out/report.json").read_text())
    (compared,) = report["comparisons"]
    assert (compared["before"], compared["after"], compared["gained"]) == ("null", "oracle", 4)
    assert report["runs"][1]["metrics"]["sessions"] == 10
    assert report["runs"][1]["metrics_on_common_conversations"]["sessions"] == 4


def test_a_dataset_that_moved_can_be_named_and_another_one_is_refused(
    atlas: Atlas, dataset: Callable[..., Path]
) -> None:
    path = dataset(count=10)
    run = played(atlas, path, "null")
    moved = path.rename(path.with_name("moved.jsonl"))
    assert "and it is not there any more; name the file" in atlas.refused("crm", "report", run)
    assert atlas("crm", "report", run, "--dataset", moved, "--output", "out").returncode == 0
    another = dataset(count=10, seed=8, name="another.jsonl")
    said = atlas.refused("crm", "report", run, "--dataset", another)
    assert f"run {run} was played from {path} with content sha256:" in said
    assert f"and {another} is another; name the file as it was then with --dataset" in said
    assert "nowhere.jsonl: there is no such file" in atlas.refused(
        "crm", "report", run, "--dataset", "nowhere.jsonl"
    )
    assert "this store does not know run nobody" in atlas.refused("crm", "report", "nobody")
