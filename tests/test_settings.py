from pathlib import Path

import pytest
import yaml

from atlas.errors import ConfigError
from atlas.settings import Settings, load_run_config

CONFIGS = Path(__file__).parents[1] / "configs" / "atlas"
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


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_config_loads(path: Path) -> None:
    config = load_run_config(path)
    assert config.orchestration.forced_mode == "paired"
    assert config.agent.type == "crm_harness"


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
    assert "known keys here: enabled, mode_override" in load(tmp_path, MINIMAL + "adaptive_teaching: {zzz: 1}\n")


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


def settings(tmp_path: Path, dotenv: str = "", **environ: str) -> Settings:
    (tmp_path / ".env").write_text(dotenv)
    return Settings.load(environ, tmp_path / ".env")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    found = settings(tmp_path, "ATLAS_OFFLINE_MODE=1\nOPENAI_API_KEY=from-file\n", OPENAI_API_KEY="from-shell")
    assert found.offline
    assert found.environ["OPENAI_API_KEY"] == "from-shell"


@pytest.mark.parametrize(
    ("value", "offline"), [("1", True), ("true", True), ("0", False), ("", False), ("False", False)]
)
def test_offline_mode_reads_like_a_switch(tmp_path: Path, value: str, offline: bool) -> None:
    assert settings(tmp_path, ATLAS_OFFLINE_MODE=value).offline is offline


def test_db_variables_make_a_url_that_survives_odd_passwords(tmp_path: Path) -> None:
    found = settings(tmp_path, DB_HOST="db", DB_USER="crm", DB_PASSWORD="p@ss/w:rd", DB_NAME="sandbox")
    assert found.crm_url == "postgresql://crm:p%40ss%2Fw%3Ard@db:5432/sandbox"


def test_half_a_database_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="DB_PASSWORD is set but DB_HOST is not"):
        settings(tmp_path, DB_PASSWORD="x")
    with pytest.raises(ConfigError, match="DB_PORT: 'five' is not a port number"):
        settings(tmp_path, DB_HOST="db", DB_PORT="five")


def test_the_store_address_comes_from_the_environment(tmp_path: Path) -> None:
    assert settings(tmp_path, STORAGE__DATABASE_URL="postgresql://a@b/c").atlas_url == "postgresql://a@b/c"
    assert settings(tmp_path).atlas_url is None


def test_home_follows_the_conventions(tmp_path: Path) -> None:
    assert settings(tmp_path, ATLAS_HOME=str(tmp_path)).home == tmp_path
    assert settings(tmp_path, XDG_DATA_HOME=str(tmp_path)).home == tmp_path / "atlas"


def test_secrets_are_keys_passwords_and_addresses(tmp_path: Path) -> None:
    found = settings(tmp_path, OPENAI_API_KEY="sk-1", DB_HOST="db", DB_PASSWORD="pw", PATH="/bin")
    assert {"sk-1", "pw"} <= set(found.secrets())
    assert "/bin" not in found.secrets()
    assert "sk-1" not in repr(found)


def test_the_example_environment_names_only_variables_that_act() -> None:
    lines = [line.lstrip("# ") for line in (CONFIGS / ".env.example").read_text().splitlines() if "=" in line]
    names = {line.split("=")[0] for line in lines if line.split("=")[0].isupper()}
    source = (Path(__file__).parents[1] / "src" / "atlas").rglob("*.py")
    text = "".join(path.read_text() for path in source)
    assert {name for name in names if name not in text} == set()
    assert yaml.safe_load((CONFIGS / "crm_harness.yaml").read_text())["rim"]["small_model"]["api_key_env"] in names
