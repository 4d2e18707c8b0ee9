"""`learning.acceptance: validated` in whole commands: tried before it is read, counted, shown, resumed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas

CONFIG = """
agent: {type: crm_harness, name: tried, llm: {provider: offline, model: offline/student}}
teacher: {llm: {provider: offline, model: offline/teacher}}
orchestration: {forced_mode: paired}
rim:
  small_model: {provider: offline, model: offline/judge}
  large_model: {provider: offline, model: offline/arbiter}
learning:
  acceptance: validated
  validation: VALIDATION
"""
TRIED = "{dataset: pool.jsonl, size: 12, every: 6, margin: 0.3}"


@pytest.fixture
def run(atlas: Atlas, dataset: Callable[..., Path]) -> Callable[..., list[str | Path]]:
    """Writes config and tasks; gives the arguments of the run."""

    def make(validation: str = TRIED) -> list[str | Path]:
        dataset(40, seed=8, name="pool.jsonl")
        made = atlas("crm", "tasks", "--dataset", dataset(8), "--output", "tasks.jsonl", "--limit", "8")
        assert made.returncode == 0, made.stderr
        (atlas.folder / "run.yaml").write_text(CONFIG.replace("VALIDATION", validation))
        arguments: list[str | Path] = ["run", "--config", "run.yaml", "--task-file", "tasks.jsonl"]
        return [*arguments, "--output-dir", "out", "--learning-key", f"tried/{atlas.folder.name}"]

    return make


def test_a_run_tries_what_it_learned_and_counts_it(atlas: Atlas, run: Callable[..., list[str | Path]]) -> None:
    arguments = run()
    done = atlas(*arguments)
    assert done.returncode == 0, done.stderr
    key = f"tried/{atlas.folder.name}"
    assert f"playbook {key}: lessons of" in done.stdout
    metrics = json.loads((atlas.folder / "out/metrics.json").read_text())
    arms = {arm["arm"]: arm for arm in metrics["arms"]}
    assert set(arms) == {"run", "validation"}
    assert arms["validation"]["sessions"] >= 24
    assert arms["validation"]["usage_by_role"]["student"]["total_tokens"] > 0
    shown = atlas("playbook", "show", key)
    assert "proposed versions:" in shown.stdout, shown.stderr
    assert "(SIMULATED)" in shown.stdout
    again = atlas(*arguments)
    assert again.returncode == 0, again.stderr
    repeated = json.loads((atlas.folder / "out/metrics.json").read_text())
    assert {**repeated, "timestamp": ""} == {**metrics, "timestamp": ""}, "nothing was played or decided twice"


@pytest.mark.parametrize(
    ("validation", "said"),
    [
        ("{}", "learning.validation.dataset must name conversations"),
        ("{dataset: conversations.jsonl, size: 4}", "is among those learned from"),
        ("{dataset: pool.jsonl, split: dev}", "no usable row of split 'dev'"),
        ("{dataset: pool.jsonl, size: 500}", "size asks for 500"),
        ("{dataset: pool.jsonl, sise: 5}", "did you mean 'size'?"),
    ],
)
def test_what_cannot_be_tried_is_refused_before_anything_is_played(
    atlas: Atlas, run: Callable[..., list[str | Path]], validation: str, said: str
) -> None:
    refused = atlas.refused(*run(validation))
    assert said in refused
    assert "1 tasks" not in refused
