"""`atlas gaia` and `atlas run` on GAIA, as a user types them."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from atlas.core.json import JsonObject
from atlas.datasets.gaia.generator.generator import files, generate
from atlas.errors import ConfigError, DatasetError
from atlas.runs.requested import RunRequest, requested
from atlas.settings import Settings
from tests.e2e.conftest import Atlas
from tests.e2e.hub_server import Hub

ANNOTATED, RAW = "smolagents/GAIA-annotated", "gaia-benchmark/GAIA"
ROOT = Path(__file__).parents[2]
SMALL = dict(files(generate(5, per_level=2)))


def downloaded(atlas: Atlas, hub: Hub, *flags: str, **variables: str) -> tuple[int, str]:
    done = atlas("gaia", "download", "--output-dir", "got", *flags, HF_ENDPOINT=hub.url, **variables)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("flags", "repository"), [((), ANNOTATED), (("--use-raw",), RAW)])
def test_download_and_check(atlas: Atlas, flags: tuple[str, ...], repository: str) -> None:
    test = {name.replace("validation", "test"): data for name, data in SMALL.items() if name.startswith("2023/")}
    with Hub(repository, {**SMALL, **test, "README.md": b"not wanted"}) as hub:
        status, said = downloaded(atlas, hub, *flags, HF_TOKEN="hf_secret_0123456789")
    assert status == 0, said
    assert f"{repository} downloaded to got" in said
    assert "got, split validation: 6 questions (2 of level 1, 2 of level 2, 2 of level 3), 6 attachments" in said
    assert "6 answers are not published; those questions can be played, not graded" in said
    assert {name: (atlas.folder / "got" / name).read_bytes() for name in SMALL} == SMALL
    assert not (atlas.folder / "got" / "README.md").exists()
    assert "Bearer hf_secret_0123456789" in hub.tokens
    assert "hf_secret" not in said


def test_what_arrives_is_looked_at(atlas: Atlas) -> None:
    name = next(name for name in SMALL if name.endswith((".csv", ".txt", ".json", ".zip", ".xlsx")))
    with Hub(ANNOTATED, {**SMALL, name: b""}) as hub:
        status, said = downloaded(atlas, hub)
    assert status == 1
    assert f"{Path(name).name}: the attachment is empty" in said
    assert "1 attachments of got cannot be used" in said
    with Hub(ANNOTATED, {"data.txt": b"something else"}) as hub:
        done = atlas("gaia", "download", "--output-dir", "other", HF_ENDPOINT=hub.url)
    assert done.returncode == 2
    assert "no GAIA dataset" in done.stderr


@pytest.mark.parametrize(
    ("refusal", "status", "sentence"),
    [
        ((403, "GatedRepo"), 2, "is gated, and access is not granted to you"),
        ((401, "RepoNotFound"), 2, "log in with `hf auth login`"),
        ((500, ""), 1, "cannot be"),
    ],
)
def test_a_hub_that_refuses(atlas: Atlas, refusal: tuple[int, str], status: int, sentence: str) -> None:
    with Hub(ANNOTATED, SMALL, refusal) as hub:
        found, said = downloaded(atlas, hub)
    assert (found, sentence in said) == (status, True), said


def test_a_hub_that_cannot_be_reached(atlas: Atlas) -> None:
    done = atlas("gaia", "download", HF_ENDPOINT="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "the hub cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_generate_is_repeatable_and_careful(atlas: Atlas) -> None:
    for folder in ("one", "two"):
        done = atlas("gaia", "generate", "--seed", "5", "--per-level", "2", "--output", folder)
        assert done.returncode == 0, done.stderr
        assert "6 questions of seed 5 written to" in done.stdout
    found = [
        {path.relative_to(atlas.folder / f): path.read_bytes() for path in (atlas.folder / f).rglob("*.*")}
        for f in ("one", "two")
    ]
    assert found[0] == found[1]
    assert {str(path): data for path, data in found[0].items() if path.name != "README.md"} == SMALL
    sentence = atlas.refused("gaia", "generate", "--seed", "6", "--output", "one")
    assert "holds other files" in sentence


def test_list_and_check(atlas: Atlas) -> None:
    listed = atlas("gaia", "list", "--dataset", ROOT / "data/gaia_mini", "--level", "2", "--json")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert len(rows) == 22
    assert {row["level"] for row in rows} == {2}
    assert all(set(row) == {"task_id", "level", "file", "question"} for row in rows)
    assert "66 questions" in atlas("gaia", "check", "--dataset", ROOT / "data/gaia_mini").stdout
    assert "no such folder" in atlas.refused("gaia", "check", "--dataset", "nowhere")
    assert "is missing" in atlas.refused("gaia", "list", "--dataset", ROOT / "data/gaia_mini", "--split", "test")


def config(atlas: Atlas, dataset: Path) -> str:
    text = (ROOT / "configs/atlas/gaia_mini.dev.yaml").read_text()
    (atlas.folder / "run.yaml").write_text(text.replace("data/gaia_mini", str(dataset)))
    return "run.yaml"


def test_a_run_offline_goes_on_and_is_graded_anew(atlas: Atlas) -> None:
    run = ("run", "--config", config(atlas, ROOT / "data/gaia_mini"), "--output-dir")
    first = atlas(*run, "one", "--limit", "7", ATLAS_OFFLINE_MODE="1")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "SIMULATED" in first.stdout
    before = lines(atlas.folder / "one" / "sessions.jsonl")
    again = atlas(*run, "one", "--limit", "8", ATLAS_OFFLINE_MODE="1")
    assert again.returncode == 0, again.stderr
    one = lines(atlas.folder / "one" / "sessions.jsonl")
    assert len(one) == 8
    assert one[:7] == before, "what was finished is not played again"
    scores = {row["session_reward"]["score"] for row in one}
    assert scores == {0.0, 1.0}, "the student knows some and not others"
    run_id = json.loads((atlas.folder / "one" / "run.json").read_text())["run_id"]
    regraded = atlas("gaia", "regrade", run_id)
    assert regraded.returncode == 0, regraded.stderr
    assert "gaia_answer" in regraded.stdout
    assert f"success of run: {right(one)} -> {right(one)} of 8 sessions" in regraded.stdout
    tasks = (atlas.folder / "one" / "tasks.jsonl").read_text()
    assert '"question"' in tasks
    assert "nswer" not in tasks.replace("answer is wanted", "").replace("Give the answer", "")


def test_an_evaluation_offline_has_a_report_and_goes_on(atlas: Atlas) -> None:
    (atlas.folder / "data").symlink_to(ROOT / "data")
    command = ("gaia", "eval", "--offline", "--level", "1", "--level", "3", "--limit", "5", "--trials", "2")
    done = atlas(*command)
    assert done.returncode == 0, done.stderr
    assert "10/10" in done.stdout
    assert "pass^2" in done.stdout
    folder = atlas.folder / "results/gaia"
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "metrics.json", "samples.jsonl", "report.md", "report.html", "by_group.svg", "by_group.png",
    }  # fmt: skip
    metrics = json.loads((folder / "metrics.json").read_text())
    (arm,) = metrics["arms"]
    assert (arm["sessions"], arm["tasks"], metrics["simulated"]) == (10, 5, True)
    assert [entry["k"] for entry in arm["pass_k"]] == [1, 2]
    interval = arm["strict_success"]["interval"]
    assert interval["low"] <= arm["strict_success"]["rate"] <= interval["high"]
    assert set(metrics["groups"]) <= {"level 1", "level 3"}
    assert sum(group["total"] for group in metrics["groups"].values()) == 10
    assert metrics["usage_by_role"]["student"]["cost_usd"] > 0
    assert metrics["title"] == "Evaluation of offline/student on gaia-mini"
    page = (folder / "report.html").read_text()
    assert "SIMULATED" in page
    assert "<script" not in page
    answers = {answer for row in lines(ANSWERS) for answer in row.values() if answer != row["task_id"]}
    long = {answer for answer in answers if len(answer) > 6}
    assert long
    assert not any(answer in page for answer in long), "no answer is in a report"
    samples = (folder / "samples.jsonl").read_bytes()
    again = atlas(*command, "--resume")
    assert again.returncode == 0, again.stderr
    assert (folder / "samples.jsonl").read_bytes() == samples, "what is stored is not played again"


def test_an_evaluation_says_what_is_wrong(atlas: Atlas) -> None:
    (atlas.folder / "data").symlink_to(ROOT / "data")
    assert "no model is named" in atlas.refused("gaia", "eval")
    assert "is missing" in atlas.refused("gaia", "eval", "--offline", "--split", "test")
    assert not (atlas.folder / "results").exists()


ANSWERS = ROOT / "data/gaia_mini/answers/2023/validation.jsonl"


def right(rows: list[JsonObject]) -> str:
    return f"{sum(row['session_reward']['score'] for row in rows) / len(rows):.1%}"


def lines(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def asked(path: Path, **more: object) -> Coroutine[Any, Any, None]:
    flags: dict[str, Any] = {
        "config": path, "task_file": None, "tasks": (), "path": Path("."), "variables": (), "timeout_s": 1.0,
        "output_dir": None, "limit": None, "learning_key": None, "budget_usd": None,
    }  # fmt: skip
    return requested(RunRequest(**flags | more), Settings.load({"ATLAS_OFFLINE_MODE": "1"}, Path("none")))


async def test_wrong_input(tmp_path: Path) -> None:
    text = (ROOT / "configs/atlas/gaia_mini.dev.yaml").read_text()
    mini, path = str(ROOT / "data/gaia_mini"), tmp_path / "run.yaml"
    path.write_text(text.replace("data/gaia_mini", "nowhere"))
    with pytest.raises(DatasetError, match="there is no such folder"):
        await asked(path)
    with pytest.raises(ConfigError, match="leave --task-file out"):
        _ = asked(path, task_file=Path("tasks.jsonl"))
    (tmp_path / "2023" / "validation").mkdir(parents=True)
    (tmp_path / "2023" / "validation" / "metadata.jsonl").touch()
    path.write_text(text.replace("data/gaia_mini", str(tmp_path)))
    with pytest.raises(DatasetError, match="is empty"):
        await asked(path)
    path.write_text(
        text.replace("data/gaia_mini", mini).replace("levels:", "web: {cassette: none.jsonl}\n  levels:")
    )
    with pytest.raises(ConfigError, match=r"none\.jsonl cannot be read"):
        await asked(path)
    for wrong, why in (
        (text.replace("environment: gaia", "environment: crm"), "set environment: gaia"),
        (text.replace("type: openai", "type: openai\n  backend: mock"), "does nothing in GAIA"),
        (text.replace("levels: [1, 2, 3]", "levels: [4]"), "levels"),
        (text.replace("levels:", "web: {record: true}\n  levels:"), "record needs cassette"),
        (text.replace("split: validation", "splitt: validation"), "splitt"),
    ):
        path.write_text(wrong)
        with pytest.raises(ConfigError, match=why):
            _ = asked(path)
