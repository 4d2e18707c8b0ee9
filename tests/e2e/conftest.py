"""The command as a user runs it: a process of its own, against the test server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

TIMEOUT_S = 300


@dataclass(frozen=True)
class Atlas:
    """Runs `atlas` in `folder` with `environ` and nothing else of the caller's environment."""

    folder: Path
    environ: Mapping[str, str]

    def __call__(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env={**self.environ, **variables},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    def start(self, *arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env={**self.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A shell that runs the tests in the background hands down a Ctrl-C that is ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "atlas", *map(str, arguments)]

    def refused(self, *arguments: str | Path, **variables: str) -> str:
        """The one sentence on standard error of a command that exits with 2."""
        done = self(*arguments, **variables)
        assert done.returncode == 2, done
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="session")
def own_databases(crm_url: str, atlas_url: str) -> dict[str, str]:
    """The variables that name one's own server."""
    parts = urlsplit(crm_url)
    return {
        "DB_HOST": parts.hostname or "",
        "DB_PORT": str(parts.port),
        "DB_USER": unquote(parts.username or ""),
        "DB_PASSWORD": unquote(parts.password or ""),
        "DB_NAME": parts.path.lstrip("/"),
        "STORAGE__DATABASE_URL": atlas_url,
    }


@pytest.fixture
def atlas(tmp_path: Path, own_databases: dict[str, str]) -> Atlas:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return Atlas(tmp_path, {**kept, "HOME": str(tmp_path), "COLUMNS": "120", **own_databases})


@pytest.fixture
def dataset(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small generated dataset and says where."""

    def write(count: int = 10, seed: int = 7, name: str = "conversations.jsonl") -> Path:
        from atlas.runs.generation import generated, write_dataset

        path = tmp_path / name
        write_dataset(path, generated(seed, count=count, splits=None, golden=False), seed=seed)
        return path

    return write
