"""`atlas doctor`: one finding after the other, each with what to do."""

from __future__ import annotations

import platform
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rich.console import Console

from atlas import __version__
from atlas.assembly import databases
from atlas.config_file import load_run_config
from atlas.core.messages import ChatRequest, Message
from atlas.errors import AtlasError, AuditFailed, ConfigError, ModelError, SandboxError, StorageError
from atlas.models.build import build_model
from atlas.models.config import LLMConfig, RetryConfig
from atlas.runs.config import missing_key, models_of
from atlas.runtime.sandbox.pool import probe
from atlas.settings import RunConfig, Settings
from atlas.storage.database import Database
from atlas.storage.migrations import migrations, schema_version
from atlas.telemetry.redaction import Redactor

State: TypeAlias = Literal["ok", "missing", "failed"]

MODEL_TIMEOUT_S = 30.0
_LANDLOCK = "Linux 5.13 or newer with landlock in its lsm= list"
_SECCOMP = "a kernel with CONFIG_SECCOMP_FILTER on x86_64 or aarch64"
_NAMESPACES = "user.max_user_namespaces above 0, and nothing that holds user namespaces back, such as AppArmor"
_MAY_CREATE = "SELECT has_database_privilege(current_database(), 'CREATE')"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how it stands with `what`, and what to do about it. Only what is `needed` fails the whole."""

    what: str
    state: State
    said: str
    needed: bool = True


async def examine(config_path: Path | None, settings: Settings) -> None:
    """Print every finding as it is made.

    Raises `AuditFailed` when something that is needed is missing or failed, `ConfigError` for a wrong config.
    """
    config = load_run_config(config_path) if config_path else None
    console, redactor = Console(soft_wrap=True, highlight=False, markup=False), Redactor(settings.secrets())
    wrong = 0
    async for finding in findings(config, settings):
        wrong += finding.needed and finding.state != "ok"
        console.print(redactor.text(f"{finding.state:8} {finding.what:16} {finding.said}"))
    if wrong:
        raise AuditFailed(
            f"{wrong} of the things that Atlas needs are missing or failed; the lines above say what to do"
        )


async def findings(config: RunConfig | None, settings: Settings) -> AsyncIterator[Finding]:
    """What is there and what is not: versions, databases, keys and models of `config`, sandbox."""
    yield Finding("atlas", "ok", __version__)
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    async for finding in _databases(config, settings):
        yield finding
    async for finding in _models(config, settings):
        yield finding
    for finding in await _sandbox(settings):
        yield finding


async def _databases(config: RunConfig | None, settings: Settings) -> AsyncIterator[Finding]:
    async with AsyncExitStack() as stack:
        try:
            addresses = await stack.enter_async_context(databases(settings, config))
        except StorageError as error:
            yield Finding("postgresql", "failed", f"{error}; or name your own in STORAGE__DATABASE_URL and DB_HOST")
            return
        async for finding in _store(addresses.atlas_url, config):
            yield finding
        yield await _crm(addresses.crm_url)


async def _store(url: str, config: RunConfig | None) -> AsyncIterator[Finding]:
    needed = migrations()[-1].version
    applied_by_itself = config is None or config.storage.apply_schema_on_connect
    try:
        async with Database(url, max_connections=1) as database:
            yield Finding("store", "ok", f"{database.place}, PostgreSQL {await database.ping()}")
            version = await schema_version(database)
    except AtlasError as error:
        yield Finding("store", "failed", f"{error}; see STORAGE__DATABASE_URL")
        return
    if version == needed:
        yield Finding("migrations", "ok", f"all {needed} applied")
    elif applied_by_itself:
        said = f"{version} of {needed} applied; `atlas db migrate` or the next run applies the others"
        yield Finding("migrations", "missing", said, needed=False)
    else:
        yield Finding("migrations", "missing", f"{version} of {needed} applied; run `atlas db migrate`")


async def _crm(url: str) -> Finding:
    try:
        async with Database(url, max_connections=1) as database:
            place, version = database.place, await database.ping()
            async with database.connection() as connection:
                row = await (await connection.execute(_MAY_CREATE)).fetchone()
    except AtlasError as error:
        return Finding("crm", "failed", f"{error}; see DB_HOST, DB_PORT, DB_USER, DB_PASSWORD and DB_NAME")
    if not (row and row[0]):
        return Finding("crm", "failed", f"{place}: its user may not create schemas; GRANT CREATE ON DATABASE to it")
    return Finding("crm", "ok", f"{place}, PostgreSQL {version}")


async def _models(config: RunConfig | None, settings: Settings) -> AsyncIterator[Finding]:
    if settings.offline:
        yield Finding("models", "ok", "ATLAS_OFFLINE_MODE is on: scripted models play every role")
        return
    if config is None:
        yield Finding("models", "ok", "not checked; --config FILE checks the keys and models of a run config")
        return
    asked: list[LLMConfig] = []
    for role, llm in models_of(config):
        if llm.provider == "offline":
            yield Finding(role, "ok", "a scripted model")
        elif (variable := missing_key(llm, settings)) is not None:
            yield Finding(role, "missing", f"its key is expected in {variable}, which is not set; put it into .env")
        elif llm in asked:
            yield Finding(role, "ok", f"{llm.model}, as above")
        else:
            asked.append(llm)
            yield await _answers(role, llm, settings)


async def _answers(role: str, llm: LLMConfig, settings: Settings) -> Finding:
    """Whether a model answers a request of one word with one token."""
    limits = {"max_output_tokens": 1, "timeout_seconds": MODEL_TIMEOUT_S, "retry": RetryConfig(attempts=1)}
    try:
        model = build_model(llm.model_copy(update=limits), settings.environ, role="student")
    except ConfigError as error:
        return Finding(role, "missing", str(error))
    try:
        done = await model.complete(ChatRequest((Message("user", "Hi"),)))
    except ModelError as error:
        return Finding(role, "failed", f"{llm.model}: {error.cause}")
    finally:
        await model.close()
    return Finding(role, "ok", f"{llm.model} answers ({done.usage.total_tokens} tokens, {done.duration_s:.1f} s)")


async def _sandbox(settings: Settings) -> list[Finding]:
    """What an isolated process is really confined by here. Only code agents need it."""
    try:
        protection = await probe(settings.environ)
    except SandboxError as error:
        return [Finding("sandbox", "failed", f"{error}; code agents cannot play here", needed=False)]
    layers = (
        ("landlock", protection.landlock > 0, f"version {protection.landlock}, files are fenced", _LANDLOCK),
        ("seccomp", protection.seccomp, "sockets, processes and rare system calls are refused", _SECCOMP),
        ("namespaces", bool(protection.namespaces), " ".join(protection.namespaces), _NAMESPACES),
    )
    found = [
        Finding(name, "ok" if there else "missing", said if there else f"it takes {needs}", needed=False)
        for name, there, said, needs in layers
    ]
    said = (
        "agent-written code runs isolated"
        if protection.complete
        else f"code agents run less isolated: {protection}"
    )
    return [Finding("sandbox", "ok" if protection.complete else "missing", said, needed=False), *found]
