"""A bundle: built from runs, checked by somebody who has nothing else, and caught when it was changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas.runs.handoff.manifest import digest
from tests.e2e.conftest import Atlas

RUN = """
agent: {type: crm_harness, name: tried, use_llm_judge: false, llm: {provider: offline, model: offline/student}}
teacher: {llm: {provider: offline, model: offline/teacher}}
orchestration: {forced_mode: paired}
rim:
  small_model: {provider: offline, model: offline/judge}
  large_model: {provider: offline, model: offline/arbiter}
"""
GAIA = f"""{RUN.replace("crm_harness", "openai")}
environment: gaia
gaia: {{dataset: {Path("data/gaia_mini").absolute()}}}
learning: {{learning_key: KEY}}
"""
EXPERIMENT = """
title: Small uplift
run_config: run.yaml
dataset: conversations.jsonl
backend: mock
seed_sessions: 4
stream_sessions: 1
test: 2
transfer: 2
orders: 1
trials: 1
"""
GROUPS = "rollout crm (SIMULATED): played again, 3 groups byte for byte (durations apart)"
PLAYED = "(SIMULATED): played again, {} sessions byte for byte (times and run id apart)"


def played(atlas: Atlas, *arguments: str | Path) -> None:
    done = atlas(*arguments, ATLAS_OFFLINE_MODE="1")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def runs(atlas: Atlas, dataset: Callable[..., Path]) -> list[str]:
    """One of each, all offline; of the two runs on GAIA the second goes on with the playbook of the first."""
    (atlas.folder / "run.yaml").write_text(RUN)
    (atlas.folder / "experiment.yaml").write_text(EXPERIMENT)
    # The store is shared with other tests, so the playbook is named after this one.
    (atlas.folder / "gaia.yaml").write_text(GAIA.replace("KEY", f"gaia-of-{atlas.folder.name}"))
    data = dataset(20)
    played(
        atlas, "crm", "eval", "--dataset", data, "--backend", "mock", "--agent", "offline", "--sample", "4",
        "--output", "eval",
    )  # fmt: skip
    played(atlas, "experiment", "run", "experiment.yaml", "--output", "experiment")
    played(atlas, "run", "--config", "gaia.yaml", "--limit", "2", "--output-dir", "gaia")
    played(atlas, "run", "--config", "gaia.yaml", "--limit", "1", "--output-dir", "later")
    played(atlas, "env", "scaffold", "desk")
    played(atlas, "env", "init", "desk", "--yes", "--task", "find it")
    played(atlas, "run", "--path", "desk", "--task", "find it", "--output-dir", "own")
    small = ("--env.backend", "mock", "--env.total_steps", "3", "--env.group_size", "2")
    played(atlas, "rollout", "process", "crm", *small)
    return ["eval", "experiment", "gaia", "later", "own", "rollouts/crm.jsonl"]


@pytest.fixture
def bundle(atlas: Atlas, runs: list[str], tmp_path: Path) -> Path:
    """All of them handed off, and then gone."""
    done = atlas("handoff", "build", *runs, "--output", "bundle", OPENAI_API_KEY="sk-1234567")
    assert done.returncode == 0, done.stderr
    assert "bundle: 5 runs, 1 rollouts, " in done.stdout
    for path in atlas.folder.iterdir():
        if path.name in (*runs, "desk", "rollouts"):
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    return (atlas.folder / "bundle").rename(tmp_path / "received")


def test_a_bundle_proves_itself_and_only_itself(atlas: Atlas, bundle: Path, tmp_path: Path) -> None:
    names = {path.name for path in bundle.iterdir()}
    assert names == {
        "README.md", "artifacts", "configs", "database", "datasets", "figures", "manifest.json", "rollouts",
        "telemetry",
    }  # fmt: skip
    done = atlas("handoff", "verify", bundle)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert re.match(r"checksums: \d+ files are as the manifest lists them", lines[0])
    assert re.match(
        r"figures: \d+ files made anew, byte for byte \(sessions, crm, experiment .+, learning, playbook exp",
        lines[1],
    )
    runs = [re.sub(r"^run [^ :]+", "run R", line) for line in lines[2:]]
    not_played = (
        "run R (SIMULATED): not played again: the environment number_desk:NumberDesk is code of the project desk, "
        "which is not in the bundle; its stored sessions are taken as they are"
    )
    counts = {count: f"run R {PLAYED.format(count)}" for count in (4, 22, 2, 1)}
    assert runs == [counts[4], counts[22], counts[2], counts[1], not_played, GROUPS]
    page = (bundle / "README.md").read_text()
    assert not_played.partition("(SIMULATED): ")[2] in page
    assert str(tmp_path) not in "".join(path.read_text() for path in bundle.rglob("*.md"))
    check_the_report_of_the_experiment(bundle)
    check_that_changes_are_found(atlas, bundle)


def check_the_report_of_the_experiment(bundle: Path) -> None:
    """It is, to the byte, the one that was shown when the experiment was played."""
    (made,) = (bundle / "figures/experiments").iterdir()
    shown = bundle / "artifacts" / made.name
    files = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    assert files == {path.relative_to(shown) for path in shown.rglob("*") if path.is_file()} - {Path("run.json")}
    assert {"report.html", "report.json", "learning_curve.svg", "order-1.yaml"} <= {path.name for path in files}
    assert [path for path in files if (made / path).read_bytes() != (shown / path).read_bytes()] == []


def check_that_changes_are_found(atlas: Atlas, bundle: Path) -> None:
    """By checksum; and by making the figures anew, where somebody has mended the checksum."""
    (report,) = bundle.glob("figures/experiments/*/report.json")
    name = report.relative_to(bundle).as_posix()
    report.write_text(report.read_text().replace("0", "1", 1))
    done = atlas("handoff", "verify", bundle)
    assert (done.returncode, done.stderr) == (1, f"error: checksums: differs: {name}\n")
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["files"][name] = digest(report)
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    done = atlas("handoff", "verify", bundle, "--no-replay")
    assert (done.returncode, done.stderr) == (
        1,
        f"error: figures made anew: differs: {name.removeprefix('figures/')}\n",
    )


def test_what_cannot_be_handed_off_is_told(atlas: Atlas, tmp_path: Path) -> None:
    assert "does not know run nobody" in atlas.refused("handoff", "build", "nobody", "--output", "b")
    assert not (tmp_path / "b").exists()
    assert "is no bundle" in atlas.refused("handoff", "verify", tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    assert "is of format 99" in atlas.refused("handoff", "verify", tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 1}')
    assert "cannot be read as a manifest" in atlas.refused("handoff", "verify", tmp_path)
    assert "exists already" in atlas.refused("handoff", "build", "nobody", "--output", tmp_path)
