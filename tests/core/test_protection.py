"""Protection: what makes it complete, and what it says of itself."""

from __future__ import annotations

from atlas.core.protection import Protection


def test_files_and_system_calls_make_it_complete() -> None:
    assert Protection(7, True, ()).complete
    assert not Protection(0, True, ("user",)).complete
    assert not Protection(7, False, ("user",)).complete


def test_it_says_what_is_missing() -> None:
    assert str(Protection(7, True, ("user", "pid"))) == "landlock 7; seccomp; namespaces user pid"
    assert str(Protection()) == (
        "no landlock: files are not fenced; no seccomp: sockets and processes are not refused; no namespaces"
    )
