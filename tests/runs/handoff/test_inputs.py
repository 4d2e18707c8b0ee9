"""Inputs: what is put into a bundle for a run of each command, and how it is played again or why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from atlas.config_file import load_run_config
from atlas.core.json import JsonObject
from atlas.core.session import RunId
from atlas.datasets.gaia.layout import GaiaLayout
from atlas.datasets.gaia.loader import revision_of
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.reports.evaluation.comparability import content
from atlas.runs.experiment.config import load_experiment_config
from atlas.runs.handoff.inputs import put_inputs
from atlas.runs.handoff.manifest import Replay
from atlas.runs.handoff.source import Source
from atlas.runs.rollout.plan import read_plan
from atlas.storage.runs import RunRecord

GAIA = Path(__file__).parents[3] / "data/gaia_mini"
RUN = """
agent: {type: crm_harness, name: tried, use_llm_judge: false, llm: {provider: offline, model: offline/student}}
teacher: {llm: {provider: offline, model: offline/teacher}}
rim:
  small_model: {provider: offline, model: offline/judge}
  large_model: {provider: offline, model: offline/arbiter}
"""
SCRIPTED = {"student": "offline/student", "teacher": "offline/teacher"}
EXPERIMENT = {
    "title": "Small",
    "run_config": "run.yaml",
    "dataset": "rows.jsonl",
    "seed_sessions": 3,
    "ngram": 9,
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "bundle").mkdir()
    return tmp_path / "bundle"


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Source]:
    """A source of a command and a config; with a folder of artifacts where it is given files."""

    def make(command: str, config: JsonObject, files: JsonObject | None = None, **company: Any) -> Source:
        folder = tmp_path / "folder" if files is not None else None
        for name, value in (files or {}).items():
            assert folder is not None
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps(value))
        record = RunRecord(RunId("run-1"), command, config, "succeeded", "", None)
        return Source(record, folder, sessions=7, tasks=5, simulated=True, ended=0, **company)

    return make


def run_config(tmp_path: Path, more: str = "") -> JsonObject:
    """A run config as a run's record holds it."""
    path = tmp_path / "run.yaml"
    path.write_text(RUN + more)
    return load_run_config(path).model_dump(mode="json", exclude={"storage": {"database_url"}})


def asked(tmp_path: Path, more: str = "", **changes: object) -> JsonObject:
    """What the record of `atlas run` holds."""
    config = run_config(tmp_path, more)
    return {"config": config, "models": SCRIPTED, "learning_key": None, "dataset_revision": "rev", **changes}


def test_a_quickstart_is_played_again_under_the_acceptance_that_it_had(
    bundle: Path, source: Callable[..., Source]
) -> None:
    plan = {"seed": 7, "train": 3, "heldout": 2, "acceptance": "validated"}
    assert put_inputs(bundle, source("quickstart", {"plan": plan}), ()) == Replay(
        (
            *("quickstart", "--seed", "7", "--train", "3", "--heldout", "2", "--acceptance", "validated"),
            *("--output-dir", "replays/run-1"),
        )
    )
    assert json.loads((bundle / "configs/run-1.json").read_text()) == {"plan": plan}


def test_a_command_without_a_way_to_play_it_again_says_so(bundle: Path, source: Callable[..., Source]) -> None:
    said = put_inputs(bundle, source("calibrate", {}), ())
    assert said == "`atlas calibrate` is not played again; its sessions are in the snapshot"


@pytest.mark.parametrize("command", ["rollout evaluate", "gaia eval"])
def test_success_rates_are_made_again_over_as_many_tasks(
    bundle: Path, source: Callable[..., Source], command: str
) -> None:
    identity = read_plan("evaluate", ("crm", "--env.backend", "mock", "--seed", "7")).identity()
    played = {**identity, "plays": "offline/student", "dataset_revision": "generated:seed=7"}
    config = "configs/run-1.rollout.yaml"
    assert put_inputs(bundle, source(command, played), ()) == Replay(
        (
            *("rollout", "evaluate", "crm", "--config", config, "--offline", "--env.total_steps", "5"),
            *("--env.data_dir_to_save_evals", "replays/run-1"),
        )
    )
    assert read_plan("evaluate", ("crm", "--config", str(bundle / config))).identity() == identity


def test_a_task_file_is_played_as_far_as_it_was(
    bundle: Path, source: Callable[..., Source], tmp_path: Path
) -> None:
    played = source("run", asked(tmp_path, learning_key="mine"), {"tasks.jsonl": {"task_id": "t"}})
    assert put_inputs(bundle, played, ()) == Replay(
        (
            *("run", "--config", "configs/run-1.yaml", "--limit", "5", "--learning-key", "mine"),
            *("--task-file", "artifacts/run-1/tasks.jsonl", "--output-dir", "replays/run-1"),
        )
    )
    assert load_run_config(bundle / "configs/run-1.yaml") == load_run_config(tmp_path / "run.yaml")


def test_a_run_that_follows_others_goes_on_where_they_left_it(
    bundle: Path, source: Callable[..., Source], tmp_path: Path
) -> None:
    replay = put_inputs(bundle, source("run", asked(tmp_path), {"tasks.jsonl": {}}, follows=True), ())
    assert isinstance(replay, Replay)
    assert replay.follows


def test_what_versions_were_tried_on_goes_in_too(
    bundle: Path, source: Callable[..., Source], tmp_path: Path
) -> None:
    (tmp_path / "tried.jsonl").write_text("{}\n")
    validation = f"learning: {{acceptance: validated, validation: {{dataset: {tmp_path / 'tried.jsonl'}}}}}\n"
    put_inputs(bundle, source("run", asked(tmp_path, validation), {"tasks.jsonl": {}}), ())
    config = load_run_config(bundle / "configs/run-1.yaml")
    assert config.learning.validation.dataset == Path("datasets/tried.jsonl")
    assert (bundle / "datasets/tried.jsonl").read_text() == "{}\n"


@pytest.mark.parametrize(
    ("changes", "company", "reason"),
    [
        ({"models": {"student": "gpt-4.1", "judge": "offline/judge"}}, {}, "real models played it (gpt-4.1)"),
        (
            {},
            {"before": {"one", "another"}, "follows": True},
            "it went on with what run another, one had left, which is not in the bundle (name it too)",
        ),
        ({}, {"meanwhile": {"one"}}, "run one read or filled its playbook at the same time"),
        ({}, {}, "its task file is not in the bundle; name the run by its folder"),
        (
            {"project": "/home/me/shop", "environment": {"module": "desk", "qualname": "Lamp"}},
            {},
            "the environment desk:Lamp is code of the project shop, which is not in the bundle",
        ),
    ],
    ids=["real models", "others before", "others meanwhile", "no task file", "a project"],
)
def test_why_a_run_is_not_played_again(
    bundle: Path,
    source: Callable[..., Source],
    tmp_path: Path,
    changes: JsonObject,
    company: JsonObject,
    reason: str,
) -> None:
    said = put_inputs(bundle, source("run", asked(tmp_path, **changes), **company), ())
    assert isinstance(said, str)
    assert said.startswith(reason)


def test_the_questions_of_gaia_go_in_with_their_files(
    bundle: Path, source: Callable[..., Source], tmp_path: Path
) -> None:
    layout = GaiaLayout(GAIA, "validation")
    revision = revision_of(layout, layout.rows())
    (tmp_path / "web.jsonl").write_text("")
    web = f"{{cassette: {tmp_path / 'web.jsonl'}, record: true}}"
    # The config names a folder that has moved since.
    block = f"environment: gaia\ngaia: {{dataset: {tmp_path / 'gone'}, levels: [2], web: {web}}}\n"
    played = source("run", asked(tmp_path, block, dataset_revision=revision))
    with pytest.raises(ConfigError, match=rf"content {revision}, and .*gone is not that; .* --dataset"):
        put_inputs(bundle, played, ())
    replay = put_inputs(bundle, played, (tmp_path / "web.jsonl", GAIA))
    assert isinstance(replay, Replay)
    assert replay.arguments[:5] == ("run", "--config", "configs/run-1.yaml", "--limit", "5")
    config = load_run_config(bundle / "configs/run-1.yaml").gaia
    assert (config.levels, config.web.cassette, config.web.record) == ((2,), Path("datasets/web.jsonl"), False)
    moved = GaiaLayout(bundle / config.dataset, "validation")
    assert revision_of(moved, moved.rows()) == revision
    assert (bundle / config.dataset / "README.md").is_file()


@pytest.fixture
def experiment(tmp_path: Path, source: Callable[..., Source]) -> Callable[..., Source]:
    """An experiment on one row, which is not the one that its config names any more."""
    (tmp_path / "moved.jsonl").write_text('{"row": 1}\n')
    (tmp_path / "rows.jsonl").write_text('{"row": 2}\n')
    (tmp_path / "experiment.yaml").write_text(yaml.safe_dump(EXPERIMENT))

    def make(models: JsonObject = SCRIPTED, *, named: bool = True) -> Source:
        stored = {
            "experiment": {"offline": True, "backend": "mock", "seed_sessions": 2, "test": 4},
            "config": run_config(tmp_path),
            "models": models,
            "dataset": content(dataset_revision(tmp_path / "moved.jsonl")),
        }
        plan = {"config": str(tmp_path / "experiment.yaml"), "sweep": [], "sample": False, "output": None}
        names = {"dataset": "rows.jsonl", "run_config": "run.yaml"}
        owner = {"run_id": "run-1", "command": "experiment run", "plan": plan, "names": names}
        return source("experiment run", stored, {"run.json": owner} if named else None)

    return make


def test_an_experiment_goes_in_as_it_was_played(
    bundle: Path, experiment: Callable[..., Source], tmp_path: Path
) -> None:
    replay = put_inputs(bundle, experiment(), (tmp_path / "moved.jsonl",))
    config = "configs/run-1.experiment.yaml"
    assert replay == Replay(("experiment", "run", config, "--output", "replays/run-1"))
    put = load_experiment_config(bundle / config)
    assert (put.dataset, put.run_config) == (Path("datasets/moved.jsonl"), Path("configs/run-1.yaml"))
    assert (put.seed_sessions, put.test, put.backend) == (2, 4, "mock"), "what the record says was played"
    assert (put.title, put.ngram) == ("Small", 9), "what only the report shows"
    assert (bundle / "datasets/moved.jsonl").read_text() == '{"row": 1}\n'
    assert load_run_config(bundle / "configs/run-1.yaml") == load_run_config(tmp_path / "run.yaml")


def test_an_experiment_of_real_models_goes_in_and_is_not_played_again(
    bundle: Path, experiment: Callable[..., Source], tmp_path: Path
) -> None:
    said = put_inputs(bundle, experiment({"student": "gpt-4.1"}), (tmp_path / "moved.jsonl",))
    assert said == "real models played it (gpt-4.1); its stored sessions are taken as they are"
    assert (bundle / "configs/run-1.experiment.yaml").is_file()


def test_an_experiment_that_cannot_be_reported_is_refused(
    bundle: Path, experiment: Callable[..., Source], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="name it by its folder, which says what its report shows"):
        put_inputs(bundle, experiment(named=False), ())
    with pytest.raises(ConfigError, match=r"rows.jsonl is not that; name the file as it was then with --dataset"):
        put_inputs(bundle, experiment(), ())
