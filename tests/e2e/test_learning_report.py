"""`atlas report learning` over a real offline run that learned: every file, every section, and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas.core.json import JsonObject
from atlas.storage.embedded import ServerAddress
from tests.databases import administer, drop
from tests.e2e.conftest import Atlas
from tests.reports.html_checks import check_html


@dataclass(frozen=True)
class Learned:
    """A store with one small quickstart in it, and its report."""

    atlas: Atlas
    key: str
    said: str

    @property
    def folder(self) -> Path:
        return self.atlas.folder / "results/learning"

    @property
    def manifest(self) -> JsonObject:
        return dict(json.loads((self.folder / "index.json").read_bytes()))

    @property
    def summary(self) -> JsonObject:
        return dict(json.loads((self.folder / self.manifest["artifacts"][self.key]["json"]).read_bytes()))


@pytest.fixture(scope="module")
def learned(
    postgres_server: ServerAddress, own_databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Learned]:
    """Played and reported once; nothing is changed in it."""
    folder, name = tmp_path_factory.mktemp("learned"), f"test_learned_{os.getpid()}"
    kept = {variable: os.environ[variable] for variable in ("PATH", "LD_LIBRARY_PATH") if variable in os.environ}
    stored = {**own_databases, "STORAGE__DATABASE_URL": postgres_server.url(name)}
    atlas = Atlas(folder, {**kept, **stored, "HOME": str(folder), "COLUMNS": "120"})
    administer(postgres_server, "CREATE DATABASE {}", name)
    try:
        played = atlas("quickstart", "--train", "20", "--heldout", "12")
        assert played.returncode == 0, played.stderr
        (folder / "labels.json").write_text('{"no-such-entry": "wrong_date"}')
        done = atlas("report", "learning", "--prompt-variant", "v2", "--playbook-entry-labels", "labels.json")
        assert done.returncode == 0, done.stderr
        (run,) = (folder / "artifacts/quickstart").iterdir()
        yield Learned(atlas, f"quickstart/{run.name}", done.stdout)
    finally:
        drop(postgres_server, name)


def test_the_files_of_a_report(learned: Learned) -> None:
    artifact = learned.manifest["artifacts"][learned.key]
    assert artifact["simulated"] is True
    for kind in ("json", "markdown", "html", "sessions"):
        assert (learned.folder / artifact[kind]).stat().st_size > 1000
    page = check_html((learned.folder / artifact["html"]).read_text())
    assert "(SIMULATED)" in "".join(page.text)
    assert len(page.all("img")) == 3
    plots = sorted(path.name.partition("_")[2] for path in learned.folder.glob("*.png"))
    assert plots == ["arms.png", "failures.png", "stream.png"]
    assert "SIMULATED" in learned.said
    assert "Labels name entries that no reported playbook holds: no-such-entry" in learned.said


def test_the_summary_agrees_with_the_runs_own_metrics(learned: Learned) -> None:
    (run,) = (learned.atlas.folder / "artifacts/quickstart").iterdir()
    metrics = {arm["arm"]: arm for arm in json.loads((run / "metrics.json").read_text())["arms"]}
    summary = learned.summary
    assert summary["session_count"] == sum(arm["sessions"] for arm in metrics.values()) == 56
    for arm in summary["arms"]["arms"]:
        expected = metrics[arm["arm"]]
        assert arm["success"]["passed"] == expected["strict_success"]["passed"]
        assert arm["success"]["interval"]["low"] == pytest.approx(expected["strict_success"]["interval"]["low"])
        assert arm["reward_mean"] == pytest.approx(expected["reward_summary"]["mean"])
        assert arm["tokens_mean"] == pytest.approx(expected["tokens_per_conversation"])
    usage = metrics["learning"]["learning_usage_totals"]
    assert summary["usage_metrics"]["cue_triggers"] == usage["cue_hits"]
    assert summary["usage_metrics"]["cue_trigger_sessions"] == usage["sessions_with_cues"]


def test_the_comparison_of_arms_is_the_one_of_the_run(learned: Learned) -> None:
    (run,) = (learned.atlas.folder / "artifacts/quickstart").iterdir()
    expected = json.loads((run / "metrics.json").read_text())["comparisons"][0]
    found = {each["arm"]: each for each in learned.summary["arms"]["comparisons"]}
    assert learned.summary["arms"]["baseline"] == "student alone"
    frozen = found["frozen playbook"]
    assert frozen["counts"]["gained"] == expected["gained"]
    assert frozen["p_value"] == pytest.approx(expected["p_value"])
    assert frozen["interval"]["high"] == pytest.approx(expected["interval"]["high"])
    assert learned.summary["arms"]["not_compared"] == ["learning"]


def test_windows_follow_the_learning_stream_and_share_no_session(learned: Learned) -> None:
    reward = learned.summary["reward"]
    assert reward["stream"] == "learning"
    assert (reward["recent_count"], reward["baseline_count"]) == (10, 10)
    assert reward["baseline_window"]["last_number"] < reward["recent_window"]["first_number"]


def test_every_fault_that_the_graders_found_has_a_kind(learned: Learned) -> None:
    found = learned.summary["failure_taxonomy"]
    kinds = {row["kind"] for row in found["kinds"]}
    assert kinds, "the simulated student makes mistakes"
    assert "other" not in kinds
    assert found["groups"] == ["student alone", "learning", "placebo", "frozen playbook"]
    assert all(row["examples"] for row in found["kinds"])
    assert any(row["entries"] for row in found["kinds"])


def test_models_playbook_and_versions_are_those_of_the_run(learned: Learned) -> None:
    summary = learned.summary
    models = {row["role"]: row["session_count"] for row in summary["model_breakdown"]}
    assert (models["student"], models["teacher"], models["synthesizer"]) == (56, 20, 20)
    assert summary["student_playbook"]["version"] == summary["playbook_versions"][0]["version"] > 0
    assert summary["playbook_metrics"]["weights"]["actionability"] == 0.4
    assert summary["run_metadata"]["prompt_variant"] == "v2"


def test_every_session_has_a_line_with_its_events(learned: Learned) -> None:
    path = learned.folder / learned.manifest["artifacts"][learned.key]["sessions"]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 56
    assert all(line["events_by_type"]["session.started"] == 1 for line in lines)
    assert all(line["trajectory_events"] == sum(line["events_by_type"].values()) for line in lines)


def test_a_later_report_says_the_same_and_is_compared_with_this_one(learned: Learned) -> None:
    flags = ("--compare-to", "results/learning/index.json", "--output-dir", "later", "--summary-only")
    done = learned.atlas("report", "learning", *flags, "--no-markdown")
    assert done.returncode == 0, done.stderr
    folder = learned.atlas.folder / "later"
    assert {path.name.partition("_")[2] for path in folder.iterdir()} == {"", "summary.json"}
    manifest = json.loads((folder / "index.json").read_bytes())
    deltas = manifest["comparisons"][learned.key]
    assert (deltas["session_count_delta"], deltas["recent_mean_delta"], deltas["cue_hit_delta"]) == (0, 0.0, 0.0)
    assert deltas["recent_mean_estimate"]["reason"] == "the two recent windows may share sessions"
    assert manifest["aggregate"]["recent_mean_best"] == manifest["aggregate"]["recent_mean_worst"] == []
    again, first = json.loads((folder / manifest["artifacts"][learned.key]["json"]).read_bytes()), learned.summary
    for key in ("generated_at", "run_metadata"):
        del again[key], first[key]
    assert again.pop("playbook_impact") is None, "a summary does without"
    assert {row["entry_id"] for row in first.pop("playbook_impact")} == {
        row["id"] for row in first["student_playbook"]["entries"]
    }
    assert again.pop("comparison")["previous"] == "results/learning/index.json"
    assert again == first


def test_what_cannot_be_used_is_refused(learned: Learned) -> None:
    refused = learned.atlas.refused
    assert "labels.json is not the index.json" in refused("report", "learning", "--compare-to", "labels.json")
    assert "--pamphlet-injection" in refused("report", "learning", "--pamphlet-injection", "maybe")
