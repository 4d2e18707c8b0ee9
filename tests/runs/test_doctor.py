"""The doctor: what each finding says, against real databases and a local model server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from atlas.config_file import load_run_config
from atlas.errors import AuditFailed
from atlas.runs.doctor import Finding, examine, findings
from atlas.settings import RunConfig, Settings
from atlas.storage.database import Database
from atlas.storage.migrations import migrate
from tests.model_server import ModelServer, Reply


def settings(folder: Path, crm_url: str, atlas_url: str, **variables: str) -> Settings:
    parts = urlsplit(crm_url)
    own = {
        "DB_HOST": parts.hostname or "",
        "DB_PORT": str(parts.port),
        "DB_USER": unquote(parts.username or ""),
        "DB_PASSWORD": unquote(parts.password or ""),
        "DB_NAME": parts.path.lstrip("/"),
        "STORAGE__DATABASE_URL": atlas_url,
    }
    return Settings.load({**own, **variables}, folder / ".env")


def config(folder: Path, teacher: str, *, more: str = "") -> RunConfig:
    path = folder / "run.yaml"
    offline = "{provider: offline, model: m}"
    path.write_text(
        f"agent: {{type: crm_harness, llm: {offline}}}\nteacher: {{llm: {teacher}}}\n"
        f"rim: {{small_model: {offline}, large_model: {offline}}}\n{more}"
    )
    return load_run_config(path)


async def by_name(found: AsyncIterator[Finding]) -> dict[str, Finding]:
    return {finding.what: finding async for finding in found}


async def test_all_is_well(tmp_path: Path, crm_url: str, new_database: Callable[[], str]) -> None:
    url = new_database()
    async with Database(url) as database:
        await migrate(database)
    found = await by_name(findings(None, settings(tmp_path, crm_url, url)))
    assert {name: finding.state for name, finding in found.items() if finding.needed} == dict.fromkeys(
        ("atlas", "python", "store", "migrations", "crm", "models"), "ok"
    )
    assert "PostgreSQL" in found["store"].said


async def test_an_empty_store_is_needed_only_where_nobody_fills_it(
    tmp_path: Path, crm_url: str, new_database: Callable[[], str]
) -> None:
    ours = settings(tmp_path, crm_url, new_database())
    offline = "{provider: offline, model: m}"
    found = (await by_name(findings(config(tmp_path, offline), ours)))["migrations"]
    assert (found.state, found.needed) == ("missing", False)
    strict = config(tmp_path, offline, more="storage: {apply_schema_on_connect: false}")
    found = (await by_name(findings(strict, ours)))["migrations"]
    assert (found.state, found.needed) == ("missing", True)
    assert "atlas db migrate" in found.said


async def test_a_database_out_of_reach(tmp_path: Path, crm_url: str) -> None:
    ours = settings(tmp_path, crm_url, "postgresql://me:hidden-secret@127.0.0.1:1/none")
    found = await by_name(findings(None, ours))
    assert found["store"].state == "failed"
    assert "STORAGE__DATABASE_URL" in found["store"].said
    assert "migrations" not in found
    assert found["crm"].state == "ok"


async def test_models_are_asked_once_each_for_one_token(tmp_path: Path, crm_url: str, atlas_url: str) -> None:
    with ModelServer(lambda body: Reply("Hi")) as server:
        llm = f"{{provider: openai-compatible, model: m, api_base: {server.url}, api_key_env: null}}"
        run = config(tmp_path, llm, more=f"learning: {{llm: {llm}}}")
        found = await by_name(findings(run, settings(tmp_path, crm_url, atlas_url)))
    assert found["teacher.llm"].said.startswith("m answers (15 tokens")
    assert found["learning.llm"].said == "m, as above"
    assert found["agent.llm"].said == "a scripted model"
    (request,) = server.requests
    assert request["max_tokens"] == 1


async def test_keys_and_models_that_are_missing(tmp_path: Path, crm_url: str, atlas_url: str) -> None:
    ours = settings(tmp_path, crm_url, atlas_url)
    found = (await by_name(findings(config(tmp_path, "{model: gpt-4.1}"), ours)))["teacher.llm"]
    assert (found.state, found.needed) == ("missing", True)
    assert "OPENAI_API_KEY" in found.said
    with ModelServer(lambda body: Reply(status=401, error="bad key")) as server:
        run = config(tmp_path, f"{{model: gpt-4.1, api_base: {server.url}, api_key_env: null}}")
        found = (await by_name(findings(run, ours)))["teacher.llm"]
    assert found.state == "failed"
    assert "HTTP 401: bad key" in found.said


async def test_offline_nothing_is_asked(tmp_path: Path, crm_url: str, atlas_url: str) -> None:
    ours = settings(tmp_path, crm_url, atlas_url, ATLAS_OFFLINE_MODE="1")
    found = await by_name(findings(config(tmp_path, "{model: gpt-4.1}"), ours))
    assert "teacher.llm" not in found
    assert found["models"].state == "ok"


async def test_what_is_needed_fails_the_whole(
    tmp_path: Path, crm_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = settings(tmp_path, crm_url, "postgresql://me:hidden-secret@127.0.0.1:1/none")
    with pytest.raises(AuditFailed, match="1 of the things"):
        await examine(None, ours)
    said = capsys.readouterr().out
    assert "hidden-secret" not in said
    assert [line.split()[0] for line in said.splitlines()][:3] == ["ok", "ok", "failed"]
