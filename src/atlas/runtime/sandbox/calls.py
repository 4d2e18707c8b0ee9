"""The kernel's calls that Python has no function for. Each raises `OSError` when the kernel refuses.

Numbers and flags: linux/sched.h, linux/prctl.h, linux/mount.h, linux/capability.h,
asm-generic/mman-common.h.
"""

from __future__ import annotations

import ctypes
import os
import signal

CLONE_NEWNS = 0x0002_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 2, 4, 0x4000, 0x40000
MNT_DETACH = 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_CAPABILITY_VERSION_3 = 0x2008_0522
_MADV_COLLAPSE = 25
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """`result`, unless it says that the last call failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def system_call(number: int, *arguments: object) -> int:
    """A system call by its number; -1 with errno when it fails."""
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones."""
    checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def setns(fd: int, flags: int) -> None:
    """Enter the namespace that is open as `fd`."""
    checked(_libc.setns(ctypes.c_int(fd), ctypes.c_int(flags)), "setns")


def mount_private() -> None:
    """Let nothing that is mounted from now on be seen outside this mount namespace."""
    checked(_libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None), "mount")


def mount_tmpfs(target: str, *, size: int, files: int) -> None:
    """An empty file system in memory at `target`: at most `size` bytes and `files` files."""
    options = f"size={size},nr_inodes={files},mode=0700".encode()
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV)
    checked(_libc.mount(b"tmpfs", target.encode(), b"tmpfs", flags, options), "mount")


def unmount(target: str) -> None:
    """Undo a mount at once, whoever still uses it."""
    checked(_libc.umount2(target.encode(), ctypes.c_int(MNT_DETACH)), "umount2")


def end_with_parent() -> None:
    """Be killed when the parent process ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def be_inspectable() -> None:
    """Let the same user read this process's accounting, which changing namespaces switched off."""
    _prctl(_PR_SET_DUMPABLE, 1)


def forgo_privileges() -> None:
    """Give up that a program which is run could have more rights."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(machine: str) -> None:
    """Give up every right beyond those of the user."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    checked(system_call(_SYS_CAPSET[machine], header, none), "capset")


def collapse(address: int, size: int) -> None:
    """Put the memory there into huge pages, now."""
    place = ctypes.c_void_p(address)
    checked(_libc.madvise(place, ctypes.c_size_t(size), ctypes.c_int(_MADV_COLLAPSE)), "madvise")


def _prctl(option: int, value: int) -> None:
    zero = ctypes.c_ulong(0)
    checked(_libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero), "prctl")
