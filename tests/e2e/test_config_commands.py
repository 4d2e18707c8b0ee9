"""`atlas config check` and `atlas config show` as a user types them."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas

CONFIGS = Path(__file__).parents[2] / "configs"
# What an experiment is made of stands beside them, in a form of its own: tests/runs/experiment/test_config.py.
RUN_CONFIGS = sorted(path for path in CONFIGS.rglob("*.yaml") if path.parent.name != "experiments")


@pytest.mark.parametrize("path", RUN_CONFIGS, ids=lambda path: path.name)
def test_every_shipped_config_is_sound_and_shown(atlas: Atlas, path: Path) -> None:
    done = atlas("config", "check", path)
    assert done.returncode == 0, done.stderr
    assert "is expected in OPENAI_API_KEY, which is not set" in done.stdout or "ANTHROPIC_API_KEY" in done.stdout
    assert "no key is needed" in atlas("config", "check", path, ATLAS_OFFLINE_MODE="1").stdout
    assert atlas("config", "show", path).returncode == 0


def test_show_says_where_each_value_came_from(atlas: Atlas) -> None:
    (atlas.folder / "run.yaml").write_text(
        """\
agent:
  type: crm_harness
  llm: {model: gpt-4.1-mini, additional_headers: {X-Token: header-secret}}
teacher: {llm: {model: gpt-4.1}}
rim:
  small_model: {model: gpt-4.1-mini}
  large_model: {model: gpt-4.1}
storage:
  database_url: postgresql://me:file-secret@db/atlas
"""
    )
    url = "postgresql://me:env-secret@elsewhere/atlas"
    shown = atlas("config", "show", "run.yaml", STORAGE__DATABASE_URL="").stdout
    overridden = atlas("config", "show", "run.yaml", STORAGE__DATABASE_URL=url, ATLAS_DRIFT_WINDOW="20").stdout
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.splitlines()}
    assert rows["agent.llm.model"] == "gpt-4.1-mini line 3"
    assert rows["rim.judges"] == "3 default"
    assert rows["learning.schema.default_scope_category"] == "reinforcement default"
    assert rows["storage.database_url"].endswith("line 9")
    (line,) = [line for line in overridden.splitlines() if line.startswith("storage.database_url")]
    assert line.endswith("STORAGE__DATABASE_URL")
    (line,) = [line for line in overridden.splitlines() if line.startswith("runtime_safety.drift.window")]
    assert line.split()[1:] == ["20", "ATLAS_DRIFT_WINDOW"]
    for secret in ("header-secret", "file-secret", "env-secret"):
        assert secret not in shown + overridden


def test_a_faulty_config_is_refused_with_every_fault(atlas: Atlas) -> None:
    (atlas.folder / "run.yaml").write_text("agent:\n  type: crm_harness\nprompt_rewrite: {}\n")
    said = atlas.refused("config", "check", "run.yaml")
    assert "run.yaml:3: prompt_rewrite: retired" in said
    assert "run.yaml:1: agent: an agent of type crm_harness needs llm, its model" in said
    assert "rim: this key is required" in said
    assert "no such config file" in atlas.refused("config", "show", "nowhere.yaml")
