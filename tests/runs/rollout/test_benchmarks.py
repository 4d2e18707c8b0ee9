"""What ENV names: the CRM, one's own factory, and what is said where there is nothing to play."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from atlas.errors import ConfigError, DatasetError
from atlas.rollouts.benchmark import Benchmark
from atlas.rollouts.config import EnvConfig
from atlas.runs.generation import generated, write_dataset
from atlas.runs.rollout.benchmarks import open_benchmark
from atlas.settings import Settings

GAIA_MINI = Path(__file__).parents[3] / "data/gaia_mini"
OWN = """
from contextlib import asynccontextmanager
from atlas.rollouts.benchmark import Benchmark
from tests.runs.rollout.counting import Sum, benchmark, task

closed = []

@asynccontextmanager
async def opened():
    yield benchmark()
    closed.append(True)

async def later():
    return benchmark()

def ungraded():
    return Benchmark(benchmark().environment, [task(1)], [])

def twice():
    return Benchmark(benchmark().environment, [task(1), task(1)], [Sum()])

def empty():
    return Benchmark(benchmark().environment, [], [Sum()])

def nothing():
    return None

value = 3
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a module of one's own."""
    (tmp_path / "own_rollouts.py").write_text(OWN)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "own_rollouts", raising=False)
    return tmp_path


async def opened(name: str, folder: Path, **env: object) -> Benchmark:
    settings = Settings.load({"ATLAS_HOME": str(folder / "home")}, folder / ".env")
    async with open_benchmark(name, EnvConfig.model_validate(env), settings, 7, folder) as benchmark:
        return benchmark


async def test_the_crm_plays_generated_conversations_or_those_of_a_file(tmp_path: Path) -> None:
    made = await opened("crm", tmp_path, backend="mock")
    assert len(made.tasks) == 100
    assert made.revision == "generated:seed=7,count=100"
    write_dataset(tmp_path / "rows.jsonl", generated(3, count=10, splits=None, golden=False), seed=3)
    found = await opened("crm", tmp_path, backend="mock", dataset_path="rows.jsonl", split="test")
    assert {task.split for task in found.tasks} == {"test"}
    assert len(found.tasks) == 4
    assert found.revision.startswith("sha256:")


async def test_conversations_that_only_a_judge_could_grade_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    write_dataset(path, generated(3, count=4, splits=None, golden=False), seed=3)
    lines = path.read_text().splitlines()
    lines[0] = lines[0].replace('"requires_judge":false', '"requires_judge":true')
    path.write_text("\n".join(lines) + "\n")
    capsys.readouterr()
    found = await opened("crm", tmp_path, backend="mock", dataset_path="rows.jsonl")
    assert len(found.tasks) == 3
    assert "only a judge could grade it" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["opened", "later"])
async def test_a_factory_of_ones_own_gives_a_benchmark(own: Path, name: str) -> None:
    found = await opened(f"own_rollouts:{name}", own)
    assert [task.task_id for task in found.tasks] == ["t0", "t1", "t2"]
    assert bool(sys.modules["own_rollouts"].closed) == (name == "opened")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("own_rollouts:ungraded", "no verifier of its benchmark is required"),
        ("own_rollouts:twice", "two tasks of its benchmark have one id"),
        ("own_rollouts:nothing", "gives NoneType; it must give an atlas.rollouts.benchmark.Benchmark"),
        ("own_rollouts:value", "is not callable"),
        ("own_rollouts:absent", "has no 'absent'"),
        ("no_such_module:f", "'no_such_module' cannot be imported"),
        ("gaia", "there is no environment 'gaia'; there are smolagents"),
    ],
)
async def test_a_wrong_name_is_refused(own: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        await opened(name, own)


async def test_what_would_do_nothing_is_refused(own: Path) -> None:
    with pytest.raises(ConfigError, match="dataset_path does nothing for own_rollouts:later"):
        await opened("own_rollouts:later", own, dataset_path="rows.jsonl")
    with pytest.raises(ConfigError, match="level does nothing for own_rollouts:later"):
        await opened("own_rollouts:later", own, level=1)


async def test_smolagents_plays_gaia_or_what_is_laid_out_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for level, levels in ((2, {"2"}), ("1,3", {"1", "3"}), ([1, 2], {"1", "2"})):
        found = await opened("smolagents", tmp_path, dataset_path=GAIA_MINI, level=level)
        assert {task.labels["level"] for task in found.tasks} == levels
    assert [verifier.name for verifier in found.verifiers] == ["gaia_answer"]
    monkeypatch.chdir(tmp_path)
    made = await opened("smolagents", tmp_path)
    assert len(made.tasks) == 66, "outside a clone the shipped questions are generated"
    whole = await opened("smolagents", tmp_path, dataset_path=GAIA_MINI)
    assert [task.brief for task in made.tasks] == [task.brief for task in whole.tasks]


async def test_a_gaia_that_is_missing_empty_or_wrong_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        await opened("smolagents", tmp_path, dataset_path="nowhere")
    with pytest.raises(ConfigError, match=r"--env.split: .*'validation' or 'test' \(given: 'train'\)"):
        await opened("smolagents", tmp_path, split="train")
    shutil.copytree(GAIA_MINI, tmp_path / "gaia")
    (attached := next((tmp_path / "gaia/2023/validation").glob("*.csv"))).unlink()
    with pytest.raises(DatasetError, match=attached.name):
        await opened("smolagents", tmp_path, dataset_path="gaia")
    (tmp_path / "gaia/2023/validation/metadata.jsonl").write_text("")
    with pytest.raises(DatasetError, match="metadata"):
        await opened("smolagents", tmp_path, dataset_path="gaia")


async def test_nothing_to_play_is_an_error(own: Path) -> None:
    with pytest.raises(DatasetError, match="no usable task"):
        await opened("own_rollouts:empty", own)
    with pytest.raises(DatasetError, match=r"no task of split 'nope' \(splits: test, train, transfer\)"):
        await opened("crm", own, backend="mock", split="nope")
    with pytest.raises(DatasetError, match="there is no such file"):
        await opened("crm", own, backend="mock", dataset_path="nowhere.jsonl")
    with pytest.raises(ConfigError, match="level belongs to smolagents"):
        await opened("crm", own, backend="mock", level=1)
