"""The kernel: what it offers is read, never tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.runtime.sandbox.kernel import has_seccomp, landlock_version


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc of a kernel that has everything."""
    files = {
        "sys/kernel/seccomp/actions_avail": "kill_process errno log allow\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_everything_is_there(proc: Path) -> None:
    assert has_seccomp(proc)


def test_a_kernel_without_any(tmp_path: Path) -> None:
    assert not has_seccomp(tmp_path)


def test_landlock_says_its_version_or_none() -> None:
    assert landlock_version() >= 0
