"""Protection: what the kernel holds against agent-written code, found out by trying it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Protection:
    """The layers around an isolated process. `landlock` is the version of its interface, 0 where there is none.

    `namespaces` are those that a process gets for itself: user, pid, net, ipc, mnt.
    """

    landlock: int = 0
    seccomp: bool = False
    namespaces: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether files are fenced, the network is closed and no other process can be reached.

        Landlock fences files (and TCP from version 4), seccomp refuses sockets, processes and reaching into
        other ones. Namespaces hide on top what these two already refuse.
        """
        return self.landlock > 0 and self.seccomp

    def __str__(self) -> str:
        landlock = f"landlock {self.landlock}" if self.landlock else "no landlock: files are not fenced"
        seccomp = "seccomp" if self.seccomp else "no seccomp: sockets and processes are not refused"
        namespaces = f"namespaces {' '.join(self.namespaces)}" if self.namespaces else "no namespaces"
        return f"{landlock}; {seccomp}; {namespaces}"
