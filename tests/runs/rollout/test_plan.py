"""The plan: the guide's commands literally, files, and what is said of a mistake."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.rollout.plan import Command, RolloutPlan, help_text, read_plan

PROCESS = """smolagents
  --env.data_path_to_save_groups output/gaia/smolagents_output.jsonl
  --env.total_steps 10
  --env.group_size 2
  --env.include_messages true
  --env.max_concurrent_processes 8
  --env.use_chat_completion true
  --openai.model_name "gpt-4o"
  --openai.base_url "https://api.openai.com/v1" """
SERVE = """smolagents
  --env.rollout_server_url "http://localhost:8000"
  --env.use_chat_completion true
  --env.max_concurrent_processes 5
  --env.group_size 8
  --openai.model_name "gpt-4o"
  --openai.base_url "https://api.openai.com/v1" """


def plan(command: Command, line: str) -> RolloutPlan:
    return read_plan(command, shlex.split(line))


def refused(command: Command, line: str) -> str:
    with pytest.raises(ConfigError) as raised:
        plan(command, line)
    return str(raised.value)


def test_the_guide_is_understood_word_for_word() -> None:
    process, serve = plan("process", PROCESS), plan("serve", SERVE)
    assert process.env == "smolagents"
    assert process.config.env.data_path_to_save_groups == Path("output/gaia/smolagents_output.jsonl")
    assert (process.config.env.total_steps, process.config.env.group_size) == (10, 2)
    assert process.config.openai.model_name == "gpt-4o"
    assert process.config.env.agent == "code"
    assert serve.config.env.rollout_server_url == "http://localhost:8000"
    assert serve.config.env.group_size == 8


def test_each_command_has_defaults_of_its_own() -> None:
    found = {command: plan(command, "crm").config.env for command in ("process", "serve", "evaluate")}
    assert [found[each].total_steps for each in found] == [10, -1, -1]
    assert [found[each].group_size for each in found] == [4, 4, 1]
    assert [found[each].on_failure for each in found] == ["keep", "replay", "keep"]
    assert [found[each].ensure_scores_are_not_same for each in found] == [False, True, False]
    assert found["process"].agent == "chat"


def test_a_file_holds_the_same_names_and_flags_win(tmp_path: Path) -> None:
    path = tmp_path / "rollout.yaml"
    path.write_text("env:\n  group_size: 8\n  total_steps: 3\nscoring: {steps: 0.5}\nseed: 7\n")
    found = plan("process", f"crm --config {path} --env.total_steps 5").config
    assert (found.env.group_size, found.env.total_steps, found.seed) == (8, 5, 7)
    assert (found.scoring.steps, found.scoring.correctness) == (0.5, 0.7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("env:\n  grup_size: 8\n", ":2: env.grup_size: unknown key; did you mean env.group_size?"),
        ("env:\n  use_wandb: true\n", ":2: env.use_wandb: retired; progress"),
        ("seed: 1\nenv:\n  group_size: many\n", ":3: env.group_size: input should be a valid integer"),
        ("seed: 1\nseed: 2\n", ":2: seed: this key stands twice"),
        ("- env\n", "a rollout config is a mapping with blocks env, openai, scoring, judge and ray"),
        ("env: 5\n", ":1: env: "),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rollout.yaml"
    path.write_text(text)
    found = refused("process", f"crm --config {path}")
    assert str(path) in found
    assert said in found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "takes one environment, and none is named"),
        ("crm gaia", "takes one environment, and got crm, gaia"),
        ("crm --env.group_size 0", "--env.group_size: input should be greater than or equal to 1 (given: '0')"),
        ("crm --env.total_steps 0", "--env.total_steps: must be at least 1, or -1"),
        ("crm --env.total_steps -1", "process has none; give a number"),
        ("crm --env.use_chat_completion false", "--env.use_chat_completion false needs --env.tokenizer_name"),
        ("crm --env.include_messages false", "leaves nothing without --env.tokenizer_name"),
        ("crm --env.rollout_server_url localhost", "--env.rollout_server_url: must be a URL"),
        ("crm --openai.price_per_million.prompt 1", "needs both prompt and completion"),
        ("crm --scoring.correctness 0", "--scoring.correctness: input should be greater than 0"),
        ("crm --judge.model_name m", "nothing asks the model of block judge; add --scoring.reasoning_judge model"),
        (
            "crm --scoring.reasoning_judge model --scoring.reasoning 0",
            "--scoring.reasoning_judge: a judge of reasoning counts for nothing with a weight of 0",
        ),
        ("crm --scoring.reasoning_judge always", "--scoring.reasoning_judge: input should be 'rule' or 'model'"),
        ("smolagents --env.level 1,4", "--env.level: input should be less than or equal to 3 (given: '4')"),
        ("smolagents --env.level one", "--env.level: input should be a valid integer"),
        ("crm --config nowhere.yaml", "nowhere.yaml: no such config file"),
        ("crm --executor dask", "--executor: input should be 'local' or 'ray'"),
    ],
)
def test_a_wrong_flag_is_refused_by_name(line: str, said: str) -> None:
    assert said in refused("process", line)


def test_a_key_is_never_repeated() -> None:
    for line in ("crm --api-key s3cret --seed 1", "crm --openai.api_key=s3cret --seed 1"):
        found = plan("process", line)
        assert found.config.openai.api_key == "s3cret"
        assert found.line == "atlas rollout process crm --seed 1"
        assert "s3cret" not in f"{found}{found.identity()}"
    judged = plan("process", "crm --scoring.reasoning_judge model --judge.api_key s3cret --judge.model_name m")
    assert judged.config.judge.api_key == "s3cret"
    assert "s3cret" not in f"{judged}{judged.identity()}"
    assert "s3cret" not in refused("process", "crm --api-key s3cret --openai.api_key s3cret --openai.timeout x")


def test_a_plain_completion_has_a_limit_of_its_own() -> None:
    line = "crm --env.use_chat_completion false --env.tokenizer_name bytes"
    assert plan("process", line).config.openai.max_tokens == 2048
    assert plan("process", f"{line} --openai.max_tokens 9").config.openai.max_tokens == 9
    assert plan("process", "crm").config.openai.max_tokens is None


def test_evaluate_has_no_score_that_a_judge_could_be_a_part_of() -> None:
    said = refused("evaluate", "crm --scoring.reasoning_judge model --judge.model_name m")
    assert "evaluate counts strict success; leave it out" in said


def test_a_run_goes_on_elsewhere_and_further_but_not_as_something_else() -> None:
    one = plan("process", "crm --env.total_steps 5")
    same = plan("process", "crm --env.total_steps 9 --env.max_concurrent_processes 2 --executor ray --budget-usd 3")
    other = plan("process", "crm --env.group_size 8")
    assert one.identity() == same.identity()
    assert one.identity() != other.identity()
    assert plan("process", "crm --resume").line == "atlas rollout process crm"
    assert plan("process", "crm --resume").resume


def test_help_lists_every_flag_with_its_meaning() -> None:
    text = help_text("process")
    assert "--env.process_timeout V" in text
    assert "[240.0]" in text
    assert "--api-key" in text
    assert text.count("\n  --") == text.count("\n      ")
