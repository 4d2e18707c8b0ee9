"""The plan of `atlas gaia eval`: the flags of a rollout evaluation under the names of the benchmark."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from atlas.errors import ConfigError
from atlas.runs.gaia_evaluation import RESULTS, GaiaEvalPlan


def plan(**given: Any) -> GaiaEvalPlan:
    nothing: dict[str, Any] = {field.name: None for field in fields(GaiaEvalPlan)}
    return GaiaEvalPlan(**nothing | {"levels": (), "offline": False, "resume": False} | given)


def test_what_is_left_out_is_gaia_mini_whole_once_at_temperature_0() -> None:
    rollout = plan().rollout()
    env = rollout.config.env
    assert (rollout.env, rollout.command, rollout.resume) == ("smolagents", "evaluate", False)
    assert (env.dataset_path, env.split, env.level, env.total_steps, env.group_size) == (None, None, None, -1, 1)
    assert (env.agent, env.data_dir_to_save_evals, rollout.config.openai.temperature) == ("code", RESULTS, 0.0)
    assert rollout.line == "atlas gaia eval"


def test_every_flag_reaches_the_rollout_and_stands_in_the_line_that_repeats_it() -> None:
    given = plan(
        dataset=Path("data/gaia"), split="validation", levels=(1, 3), agent="chat", model="m",
        api_base="http://127.0.0.1:1/v1", temperature=0.5, limit=9, trials=3, seed=7, concurrency=2, budget_usd=1.5,
        offline=True, output=Path("out put"), resume=True,
    )  # fmt: skip
    rollout = given.rollout()
    env, openai = rollout.config.env, rollout.config.openai
    assert (env.dataset_path, env.split, env.level) == (Path("data/gaia"), "validation", (1, 3))
    assert (env.total_steps, env.group_size, env.max_concurrent_processes) == (9, 3, 2)
    assert (env.agent, env.data_dir_to_save_evals) == ("chat", Path("out put"))
    assert (openai.model_name, openai.base_url, openai.temperature) == ("m", "http://127.0.0.1:1/v1", 0.5)
    assert (rollout.config.seed, rollout.config.budget_usd, rollout.config.offline) == (7, 1.5, True)
    assert rollout.resume
    assert rollout.line == (
        "atlas gaia eval --dataset data/gaia --split validation --agent chat --model m --api-base "
        "http://127.0.0.1:1/v1 --temperature 0.5 --limit 9 --trials 3 --seed 7 --concurrency 2 --budget-usd 1.5 "
        "--output 'out put' --level 1 --level 3 --offline"
    )


def test_a_config_names_the_student_and_flags_win(tmp_path: Path) -> None:
    path = tmp_path / "student.yaml"
    path.write_text("openai: {model_name: m, temperature: 0.7}\nenv: {group_size: 5, data_dir_to_save_evals: x}\n")
    config = plan(config=path, trials=2).rollout().config
    assert (config.openai.model_name, config.openai.temperature) == ("m", 0.7)
    assert (config.env.group_size, config.env.data_dir_to_save_evals) == (2, Path("x"))
    path.write_text("openai: {modl_name: m}\n")
    with pytest.raises(ConfigError, match=r"student.yaml:1: openai.modl_name: unknown key"):
        plan(config=path).rollout()
