from pathlib import Path

import pytest
import yaml

from atlas.config_file import load_run_config
from atlas.errors import ConfigError
from atlas.settings import Settings

CONFIGS = Path(__file__).parents[1] / "configs" / "atlas"


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


def test_reports_bear_the_date_that_is_asked_for(tmp_path: Path) -> None:
    assert settings(tmp_path, SOURCE_DATE_EPOCH="1772442000").report_time() == "2026-03-02T09:00:00+00:00"
    assert settings(tmp_path).report_time() > "2026"
    with pytest.raises(ConfigError, match="SOURCE_DATE_EPOCH: 'soon' is no number of seconds"):
        settings(tmp_path, SOURCE_DATE_EPOCH="soon")


def test_secrets_are_keys_passwords_and_addresses(tmp_path: Path) -> None:
    found = settings(tmp_path, OPENAI_API_KEY="sk-1", DB_HOST="db", DB_PASSWORD="pw", PATH="/bin")
    assert {"sk-1", "pw"} <= set(found.secrets())
    assert "/bin" not in found.secrets()
    assert "sk-1" not in repr(found)


DRIFT = {"ENABLED": "no", "WINDOW": "20", "Z_THRESHOLD": "2.5", "MIN_BASELINE": "8"}


def test_a_variable_wins_over_the_run_config(tmp_path: Path) -> None:
    config = load_run_config(CONFIGS / "crm_harness.yaml")
    found = settings(tmp_path, **{f"ATLAS_DRIFT_{name}": value for name, value in DRIFT.items()})
    drift = found.over(config).runtime_safety.drift
    assert (drift.enabled, drift.window, drift.z_threshold, drift.min_baseline) == (False, 20, 2.5, 8)
    assert found.overridden(("runtime_safety", "drift", "window")) == "ATLAS_DRIFT_WINDOW"
    assert found.overridden(("rim", "judges")) is None
    assert settings(tmp_path).over(config) == config


def test_a_variable_may_do_without_approval(tmp_path: Path) -> None:
    config = load_run_config(CONFIGS / "crm_harness.yaml")
    assert config.runtime_safety.review.require_approval
    over = settings(tmp_path, ATLAS_REVIEW_REQUIRE_APPROVAL="0", ATLAS_DRIFT_WINDOW="20").over(config)
    assert not over.runtime_safety.review.require_approval
    assert over.runtime_safety.drift.window == 20


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        (
            "ATLAS_REVIEW_REQUIRE_APPROVAL",
            "perhaps",
            "ATLAS_REVIEW_REQUIRE_APPROVAL: input should be a valid boolean",
        ),
        ("ATLAS_DRIFT_WINDOW", "wide", "ATLAS_DRIFT_WINDOW: input should be a valid integer"),
        ("ATLAS_DRIFT_Z_THRESHOLD", "0", "ATLAS_DRIFT_Z_THRESHOLD: input should be greater than 0"),
        ("ATLAS_DRIFT_MIN_BASELINE", "60", "ATLAS_DRIFT_MIN_BASELINE: min_baseline 60 can never be reached"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, reason: str) -> None:
    config = load_run_config(CONFIGS / "crm_harness.yaml")
    with pytest.raises(ConfigError, match=reason):
        settings(tmp_path, **{variable: value}).over(config)


def test_the_example_environment_names_only_variables_that_act() -> None:
    lines = [line.lstrip("# ") for line in (CONFIGS / ".env.example").read_text().splitlines() if "=" in line]
    names = {line.split("=")[0] for line in lines if line.split("=")[0].isupper()}
    source = (Path(__file__).parents[1] / "src" / "atlas").rglob("*.py")
    text = "".join(path.read_text() for path in source)
    assert {name for name in names if name not in text} == set()
    assert yaml.safe_load((CONFIGS / "crm_harness.yaml").read_text())["rim"]["small_model"]["api_key_env"] in names
