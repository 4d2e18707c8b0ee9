"""Pages: which memory can be put together, and that what is in it stays."""

from __future__ import annotations

import hashlib
import os

from atlas.runtime.sandbox.pages import HUGE, huge_addresses, put_together

MAPS = """\
00400000-00c00000 r--p 00000000 fe:00 1234                               /usr/bin/python3
00c00000-01400000 rw-p 00000000 fe:00 1234                               /usr/bin/python3
01500000-01b00000 rw-p 00000000 00:00 0                                  [heap]
02000000-02100000 rw-p 00000000 00:00 0
03000000-03400000 rw-s 00000000 00:00 0
04000000-04400000 rw-p 00000000 00:00 0
05000000-05400000 rw-p 00000000 00:00 0                                  [stack]
"""


def test_only_private_memory_without_a_file_and_whole_huge_pages() -> None:
    assert list(huge_addresses(MAPS)) == [0x1600000, 0x1800000, 0x4000000, 0x4200000]


def test_memory_keeps_what_is_in_it() -> None:
    """In a process of its own, as in the fork server."""
    child = os.fork()
    if child == 0:
        kept = [os.urandom(HUGE) for _ in range(8)]
        before = [hashlib.sha256(each).digest() for each in kept]
        put_together()
        os._exit(0 if [hashlib.sha256(each).digest() for each in kept] == before else 1)
    assert os.waitpid(child, 0)[1] == 0
