"""A cluster: one data directory of PostgreSQL, made once, and the postgres process that serves it."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from atlas.errors import StorageError
from atlas.storage.binaries import Binaries
from atlas.storage.identity import Identity

HOST = "127.0.0.1"
ROLE = "atlas"
DATABASES = ("atlas", "crm_sandbox")
SUPERUSER = "postgres"
FIRST_MAJOR_WITH_OWN_UNICODE = 17
START_ATTEMPTS = 3
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
POLL_S = 0.005
LOG_TAIL_LINES = 8

# No statement text in the log: it may hold what users say. A loopback socket only, every start on another port.
SETTINGS: dict[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory below `folder`, opened with `binaries` as `identity`; `options` are server settings."""

    folder: Path
    binaries: Binaries
    identity: Identity
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def password(self) -> str:
        return self.password_file.read_text().strip()

    def prepare(self) -> None:
        """Make the data directory, the role and the databases unless they are there. Raises `StorageError`."""
        self.folder.mkdir(exist_ok=True, mode=0o700)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(0o600)
        if not self.data.exists():
            self._create()
        self.identity.own(self.folder)

    def start(self) -> tuple[subprocess.Popen[bytes], int]:
        """Start postgres and wait until it takes connections: the process and its port. Raises `StorageError`."""
        self._clear_leftover()
        for _ in range(START_ATTEMPTS):  # the free port may be taken by somebody else before postgres binds it
            port = _free_port()
            process = self._launch(port)
            if self._wait_ready(process):
                return process, port
        raise StorageError(self._failure("postgres does not start"))

    def _create(self) -> None:
        # Everything happens beside the final name, so a half-made directory is never taken for a whole one.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = secrets.token_hex(24)
        self.password_file.touch(0o600)
        self.password_file.write_text(password)
        self.identity.own(self.folder, fresh, self.password_file)
        self._run("initdb", *self._initdb_arguments(fresh))
        # Single-user mode needs no port, so nobody can connect before the password is in force.
        single = ("--single", "-D", str(fresh), "-c", "exit_on_error=on", "-c", "fsync=off", SUPERUSER)
        self._run("postgres", *single, script=_setup(password))
        # One sync of the whole at the end, instead of one after each part.
        if self.options.get("fsync") != "off":
            self._run("initdb", "--sync-only", "-D", str(fresh))
        fresh.rename(self.data)

    def _initdb_arguments(self, data: Path) -> list[str]:
        # From 17 on PostgreSQL brings C.UTF-8 itself, so it is the same on every operating system.
        own = self.binaries.major >= FIRST_MAJOR_WITH_OWN_UNICODE
        locale = (
            ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if own else ["--locale=C.UTF-8"]
        )
        return [
            *("-D", str(data), "-U", SUPERUSER, f"--pwfile={self.password_file}", "--auth=scram-sha-256"),
            *("-E", "UTF8", "--no-instructions", *locale, "--no-sync"),
        ]

    def _run(self, tool: str, *arguments: str, script: str = "") -> None:
        with self.log.open("ab") as log:
            done = subprocess.run(
                [self.binaries.tool(tool), *arguments],
                input=script.encode(),
                stdout=log,
                stderr=log,
                env=child_environment(),
                cwd=self.folder,
                preexec_fn=self.identity.child_setup(),
                check=False,
            )
        if done.returncode != 0:
            raise StorageError(self._failure(f"{tool} failed"))

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, **self.options}
        flags = [flag for name in sorted(settings) for flag in ("-c", f"{name}={settings[name]}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.binaries.tool("postgres"), "-D", str(self.data), "-p", str(port), *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=child_environment(),
                cwd=self.folder,
                preexec_fn=self.identity.child_setup(),
            )

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while process.poll() is None:
            if self._pid_file()[7:8] == ["ready"]:
                return True
            if time.monotonic() > deadline:
                stop(process)
                raise StorageError(self._failure(f"postgres was not ready after {START_TIMEOUT_S:g} s"))
            time.sleep(POLL_S)
        return False

    def _clear_leftover(self) -> None:
        """Stop a server that outlived its supervisor, and drop the pid file of one that did not.

        The caller holds the owner lock, so no living supervisor uses this directory. Postgres itself would refuse
        to start whenever the stale number happens to belong to some other process, as after a reboot.
        """
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].isdigit() else 0
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while pid and self._is_ours(pid):
            if time.monotonic() > deadline:
                raise StorageError(f"an old postgres (pid {pid}) does not stop; end it and try again")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            time.sleep(POLL_S)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        done = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return str(self.data) in done.stdout

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _failure(self, what: str) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{what}; the end of {self.log} says: " + " | ".join(lines[-LOG_TAIL_LINES:])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Disconnect every client, write a checkpoint, end. A server that hangs is killed, and recovers next time."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _setup(password: str) -> str:
    databases = "".join(f"CREATE DATABASE {name} OWNER {ROLE}\n" for name in DATABASES)
    return f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n{databases}"


def child_environment() -> dict[str, str]:
    """What a process of ours may see of the caller: nothing that steers it (PG*), no secret."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
