"""Config files: read whole, or refused with file, line, key and what to do."""

from pathlib import Path

import pytest

from atlas.config_file import RETIRED, load_run_config, read_config_file, written
from atlas.errors import ConfigError

CONFIGS = Path(__file__).parents[1] / "configs"
# What an experiment is made of stands beside them, in a form of its own: tests/runs/experiment/test_config.py.
RUN_CONFIGS = sorted(path for path in CONFIGS.rglob("*.yaml") if path.parent.name != "experiments")
MINIMAL = """\
agent:
  type: crm_harness
  llm: {model: gpt-4.1-mini}
teacher:
  llm: {model: gpt-4.1}
rim:
  small_model: {model: gpt-4.1-mini}
  large_model: {model: gpt-4.1}
"""


def load(tmp_path: Path, text: str) -> str:
    """The sentence with which a config is refused."""
    path = tmp_path / "run.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_run_config(path)
    return str(refused.value).replace(str(tmp_path), "")


@pytest.mark.parametrize("path", RUN_CONFIGS, ids=lambda path: path.name)
def test_every_shipped_config_loads(path: Path) -> None:
    config = load_run_config(path)
    assert config.orchestration.forced_mode == ("auto" if "gaia" in path.name else "paired")
    assert config.agent.kind == "chat"


@pytest.mark.parametrize("path", RUN_CONFIGS, ids=lambda path: path.name)
def test_a_stored_config_is_written_as_it_was(path: Path, tmp_path: Path) -> None:
    config = load_run_config(path)
    again = tmp_path / "again.yaml"
    again.write_text(written(config.model_dump(mode="json")))
    assert load_run_config(again) == config


def test_a_minimal_config_has_sound_defaults(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(MINIMAL)
    config = load_run_config(path)
    assert config.orchestration.max_retries == 1
    assert config.rim.judges == 3
    assert config.storage.database_url is None


def test_an_unknown_key_names_file_line_and_nearest_key(tmp_path: Path) -> None:
    text = MINIMAL + "orchestration:\n  forced_mode: paired\n  max_retry: 2\n"
    assert load(tmp_path, text) == "/run.yaml:11: orchestration.max_retry: unknown key; did you mean 'max_retries'?"


def test_an_unknown_key_with_no_likeness_lists_the_known_ones(tmp_path: Path) -> None:
    known = "known keys here: enabled, learning_history_limit, mode_override, probe"
    assert known in load(tmp_path, MINIMAL + "adaptive_teaching: {zzz: 1}\n")


def test_the_capability_probe_picks_the_mode_unless_something_pins_it(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    pinning = ("orchestration: {forced_mode: auto}", "adaptive_teaching: {enabled: false}",
               "adaptive_teaching: {mode_override: coach}")  # fmt: skip
    for text, probes in (("", True), *((block, False) for block in pinning)):
        path.write_text(f"{MINIMAL}{text}\n")
        assert load_run_config(path).probes is probes


def test_a_planner_that_could_never_act_is_refused(tmp_path: Path) -> None:
    said = load(tmp_path, MINIMAL + "orchestration: {planner: student, forced_mode: paired}\n")
    assert said.startswith("/run.yaml: orchestration.planner acts in mode coach")
    off = "orchestration: {planner: teacher}\nadaptive_teaching: {enabled: false}\n"
    assert "the mode of this config is paired (adaptive_disabled)" in load(tmp_path, MINIMAL + off)
    for block in ("orchestration: {planner: student, forced_mode: coach}", "orchestration: {planner: teacher}"):
        (tmp_path / "run.yaml").write_text(f"{MINIMAL}{block}\n")
        assert load_run_config(tmp_path / "run.yaml").orchestration.planner


def test_an_agent_that_is_no_model_cannot_plan(tmp_path: Path) -> None:
    own = MINIMAL.replace("type: crm_harness\n  llm: {model: gpt-4.1-mini}", "type: python\n  import_path: mine")
    said = load(tmp_path, own + "orchestration: {planner: student}\n")
    assert "an agent of type python cannot plan; set orchestration.planner: teacher" in said


def test_a_key_in_a_nested_block_is_found(tmp_path: Path) -> None:
    message = load(tmp_path, MINIMAL.replace("{model: gpt-4.1}", "{model: gpt-4.1, temprature: 0.1}", 1))
    assert message == "/run.yaml:5: teacher.llm.temprature: unknown key; did you mean 'temperature'?"


def test_a_missing_block_is_named(tmp_path: Path) -> None:
    assert "teacher: this key is required" in load(tmp_path, MINIMAL.replace("teacher:", "student: {}\nxteacher:"))


def test_a_value_of_the_wrong_kind_shows_what_was_given(tmp_path: Path) -> None:
    message = load(tmp_path, MINIMAL + "orchestration: {max_retries: many}\n")
    assert message.startswith("/run.yaml:9: orchestration.max_retries: input should be a valid integer")
    assert "(given: 'many')" in message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("agent: [1", "not valid YAML"),
        ("- a\n- b\n", "a run config is a mapping"),
        ("", "a run config is a mapping"),
    ],
)
def test_what_is_no_config_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in load(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: no such config file"):
        load_run_config(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("key", sorted(RETIRED))
def test_a_retired_key_says_what_to_do(tmp_path: Path, key: str) -> None:
    head, *inner = key.split(".")
    lines = [f"{'  ' * (depth + 1)}{part}:" for depth, part in enumerate(inner)]
    if f"{head}:" in MINIMAL:
        text = MINIMAL.replace(f"{head}:\n", "\n".join([f"{head}:", *lines]) + " 1\n")
    else:
        text = MINIMAL + "\n".join([f"{head}:", *lines]) + " 1\n"
    refused = load(tmp_path, text)
    assert f"{key}: retired; {RETIRED[key]}" in refused


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = MINIMAL + "orchestration:\n  max_retries: 1\n  max_retries: 2\n"
    assert load(tmp_path, text) == "/run.yaml:11: orchestration.max_retries: this key stands twice"


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    refused = load(tmp_path, MINIMAL + "orchestration: {max_retries: -1, mode: x}\nlearnin: {}\n")
    assert len(refused.splitlines()) == 3


def test_a_key_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(MINIMAL)
    file = read_config_file(path)
    assert file.line(("teacher", "llm", "model")) == 5
    assert file.line(("teacher", "llm", "temperature")) is None
    assert file.line(("storage",)) is None
