"""The config of an experiment: what is refused, and how small a sample is."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.experiment.config import load_experiment_config
from atlas.runs.experiment.plan import ExperimentPlan

SHIPPED = Path("configs/experiments/crm_uplift.yaml")
LEAST = "title: t\nrun_config: run.yaml\ndataset: d.jsonl\n"


def loaded(tmp_path: Path, text: str, sweep: tuple[Path, ...] = ()) -> object:
    path = tmp_path / "experiment.yaml"
    path.write_text(text)
    return load_experiment_config(path, sweep)


def test_the_shipped_one_is_offline_and_seeds_20_to_30_sessions() -> None:
    config = load_experiment_config(SHIPPED)
    assert config.offline
    assert 20 <= config.seed_sessions <= 30
    assert config.orders > 1
    assert config.trials > 1
    for path in (config.dataset, *config.run_configs):
        assert path.is_file()


def test_a_sample_is_smaller_and_never_larger() -> None:
    config = load_experiment_config(SHIPPED)
    small = config.sampled()
    counts = ("seed_sessions", "stream_sessions", "test", "transfer", "orders", "trials")
    assert all(getattr(small, name) < getattr(config, name) for name in counts)
    assert small.model_copy(update={"test": 3}).sampled().test == 3


def test_a_sweep_takes_the_place_of_the_run_config(tmp_path: Path) -> None:
    path = tmp_path / "experiment.yaml"
    path.write_text(LEAST)
    config = load_experiment_config(path, (Path("a.yaml"), Path("b.yaml")))
    assert config.run_configs == (Path("a.yaml"), Path("b.yaml"))
    assert load_experiment_config(path).run_configs == (Path("run.yaml"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{LEAST}trails: 3\n", "trails: unknown key; did you mean 'trials'?"),
        (f"{LEAST}trials: 0\n", "trials: input should be greater than or equal to 1 (given: 0)"),
        (f"{LEAST}test: 1\n", "test: input should be greater than or equal to 2"),
        (f"{LEAST}sweep: [a.yaml]\n", "give either run_config or sweep"),
        ("title: t\ndataset: d.jsonl\n", "give either run_config or sweep"),
        ("title: t\ndataset: d.jsonl\nsweep: [a.yaml, a.yaml]\n", "sweep names a run config twice"),
        ("run_config: r.yaml\ndataset: d.jsonl\n", "title: this key is required"),
        ("- a list\n", "an experiment config is a mapping"),
        ("title: [\n", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, text)
    assert said in str(refused.value)
    assert "experiment.yaml" in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such config file"):
        load_experiment_config(tmp_path / "none.yaml")


def test_samples_and_sweeps_have_folders_of_their_own_and_commands_that_repeat_them() -> None:
    plain = ExperimentPlan(SHIPPED)
    sample = ExperimentPlan(SHIPPED, (Path("a b.yaml"),), sample=True)
    assert len({plain.folder, sample.folder, ExperimentPlan(SHIPPED, sample=True).folder}) == 3
    assert sample.command == f"atlas experiment run {SHIPPED} --sweep 'a b.yaml' --sample"
