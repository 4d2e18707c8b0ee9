"""Accounting: what a running child has used, as the kernel counts it. A child can neither hide nor change it."""

from __future__ import annotations

import os
from pathlib import Path

from atlas.runtime.sandbox.orders import Limits


class Account:
    """The accounts of one child, by a descriptor of it (pidfd), which no later process can take over."""

    def __init__(self, pidfd: int) -> None:
        # /proc may count processes in another namespace than ours; the descriptor knows the number there.
        facts = dict(line.split(":", 1) for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines())
        self._folder = Path("/proc") / facts["Pid"].strip()

    def overrun(self, limits: Limits) -> str | None:
        """The limit that the child is beyond, as a sentence's end; None while it keeps to them."""
        try:
            status, io = self._read("status"), self._read("io")
        except OSError:
            # It has just ended, and how is told elsewhere.
            return None
        if int(status["Threads"]) > limits.threads:
            return f"it started more than {limits.threads} threads (agent.sandbox.max_threads)"
        # Written through a mapping of a file is counted in write_bytes, everything else in wchar.
        if max(int(io["wchar"]), int(io["write_bytes"])) > limits.written:
            return f"it wrote more than {limits.written >> 20} MB (agent.sandbox.disk_mb)"
        return None

    def _read(self, name: str) -> dict[str, str]:
        with open(self._folder / name, "rb", buffering=0) as file:
            text = os.read(file.fileno(), 8192).decode(errors="replace")
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
