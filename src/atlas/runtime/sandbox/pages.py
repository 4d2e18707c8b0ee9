"""Pages: the memory of this process put together in huge ones, so that its forks have less to copy and to undo.

A fork copies an entry a page, and its end drops each of them: of small pages there are some twenty thousand. What a
child writes to is still copied in small ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from atlas.runtime.sandbox.calls import collapse

HUGE = 1 << 21
"""Bytes of a huge page on x86_64, and on aarch64 with pages of 4 kB."""
_MAPS = Path("/proc/self/maps")


def put_together() -> None:
    """Do so wherever the kernel can (Linux 6.1 and later); what it cannot stays as it is."""
    for address in huge_addresses(_MAPS.read_text()):
        with suppress(OSError):
            collapse(address, HUGE)


def huge_addresses(maps: str) -> Iterator[int]:
    """Where a huge page fits into memory that is private, writable and no file's (proc_pid_maps(5))."""
    for line in maps.splitlines():
        addresses, rights, _, _, inode, *name = line.split(maxsplit=5)
        if rights.startswith("rw") and rights.endswith("p") and inode == "0" and name in ([], ["[heap]"]):
            low, high = (int(address, 16) for address in addresses.split("-"))
            yield from range(-(-low // HUGE) * HUGE, high // HUGE * HUGE, HUGE)
