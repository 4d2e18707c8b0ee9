"""A bundle: built from runs, checked by somebody who has nothing else, and caught when it was changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas


@pytest.fixture
def bundle(atlas: Atlas, dataset: Callable[..., Path]) -> Path:
    """One evaluation and one quickstart, both offline, handed off and then gone."""
    data = dataset(6)
    done = atlas("crm", "eval", "--dataset", data, "--backend", "mock", "--agent", "offline", "--output", "eval")
    assert done.returncode == 0, done.stderr
    done = atlas("quickstart", "--train", "3", "--heldout", "2", "--output-dir", "quick")
    assert done.returncode == 0, done.stderr
    (quick,) = (atlas.folder / "quick").iterdir()
    done = atlas("handoff", "build", "eval", quick, "--output", "bundle", OPENAI_API_KEY="sk-1234567")
    assert done.returncode == 0, done.stderr
    assert "bundle: 2 runs, " in done.stdout
    for gone in (atlas.folder / "eval", quick):
        shutil.rmtree(gone)
    data.unlink()
    return atlas.folder / "bundle"


def test_a_bundle_proves_itself_and_only_itself(atlas: Atlas, bundle: Path, tmp_path: Path) -> None:
    moved = bundle.rename(tmp_path / "received")
    names = {path.name for path in moved.iterdir()}
    assert names == {
        "README.md", "artifacts", "configs", "database", "datasets", "figures", "manifest.json", "telemetry",
    }  # fmt: skip
    done = atlas("handoff", "verify", moved)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert re.match(r"checksums: \d+ files are as the manifest lists them", lines[0])
    assert re.match(
        r"figures: \d+ files made anew, byte for byte \(sessions, crm, learning, playbook quick", lines[1]
    )
    assert [re.sub(r"^run [^ :]+", "run R", line) for line in lines[2:]] == [
        "run R (SIMULATED): played again, 6 sessions byte for byte (times and run id apart)",
        "run R (SIMULATED): played again, 9 sessions byte for byte (times and run id apart)",
    ]
    assert str(tmp_path) not in "".join(path.read_text() for path in moved.rglob("*.md"))

    report = moved / "figures/crm/report.json"
    report.write_text(report.read_text().replace("0", "1", 1))
    done = atlas("handoff", "verify", moved)
    assert (done.returncode, done.stderr) == (1, "error: checksums: differs: figures/crm/report.json\n")

    manifest = json.loads((moved / "manifest.json").read_text())
    from atlas.runs.handoff.manifest import digest

    manifest["files"]["figures/crm/report.json"] = digest(report)
    (moved / "manifest.json").write_text(json.dumps(manifest))
    done = atlas("handoff", "verify", moved, "--no-replay")
    assert (done.returncode, done.stderr) == (1, "error: figures made anew: differs: crm/report.json\n")


def test_what_cannot_be_handed_off_is_told(atlas: Atlas, tmp_path: Path) -> None:
    assert "does not know run nobody" in atlas.refused("handoff", "build", "nobody", "--output", "b")
    assert not (tmp_path / "b").exists()
    assert "is no bundle" in atlas.refused("handoff", "verify", tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    assert "is of format 99" in atlas.refused("handoff", "verify", tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 1}')
    assert "cannot be read as a manifest" in atlas.refused("handoff", "verify", tmp_path)
    assert "exists already" in atlas.refused("handoff", "build", "nobody", "--output", tmp_path)
