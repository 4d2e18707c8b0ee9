"""`atlas doctor` as a user types it."""

from __future__ import annotations

from tests.e2e.conftest import Atlas


def test_a_line_each_and_the_exit_code(atlas: Atlas) -> None:
    assert atlas("db", "migrate").returncode == 0
    done = atlas("doctor")
    assert done.returncode == 0, done.stdout
    assert {line.split()[0] for line in done.stdout.splitlines()} <= {"ok", "missing", "failed"}
    (atlas.folder / "run.yaml").write_text(
        "agent: {type: crm_harness, llm: {model: gpt-4.1-mini}}\nteacher: {llm: {model: gpt-4.1}}\n"
        "rim: {small_model: {model: gpt-4.1-mini}, large_model: {model: gpt-4.1-mini}}\n"
    )
    missing = atlas("doctor", "--config", "run.yaml")
    assert missing.returncode == 1
    assert missing.stdout.count("its key is expected in OPENAI_API_KEY") == 4
    assert missing.stderr.startswith("error: 4 of the things that Atlas needs")
    assert atlas("doctor", "--config", "run.yaml", ATLAS_OFFLINE_MODE="1").returncode == 0
    assert "no such config file" in atlas.refused("doctor", "--config", "nowhere.yaml")
