"""A seccomp filter: the system calls that a process may still make, for good.

A filter is a program of classic BPF that the kernel runs on every call (linux/seccomp.h, linux/filter.h).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from atlas.runtime.sandbox.calls import checked, system_call
from atlas.runtime.sandbox.syscalls import LAST_KNOWN, NONE, REFUSED, RULED

Instruction: TypeAlias = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_KILL, _ALLOW, _ERRNO = 0x8000_0000, 0x7FFF_0000, 0x0005_0000
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets in `struct seccomp_data`."""
_SET_MODE_FILTER = 1
_X32 = 0x4000_0000
_CLONE_THREAD, _O_CREAT = 0x1_0000, 0o100
_SET_ID_BITS = 0o6000
_OWNER_COMMANDS = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: to have the kernel send a signal to another process."""
_OWNER_REQUESTS = (0x8901, 0x8902, 0x5452, 0x5412, 0x541C)
"""FIOSETOWN, SIOCSPGRP, FIOASYNC, and TIOCSTI and TIOCLINUX, which type into a terminal."""
_HARMLESS_OPTIONS = (15, 16, 0x53564D41)
"""PR_SET_NAME, PR_GET_NAME, PR_SET_VMA."""


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: its audit number, its column of the table, its number of the call `seccomp`."""

    audit: int
    column: int
    seccomp: int


MACHINES = {
    "x86_64": Machine(0xC000_003E, 0, 317),
    "aarch64": Machine(0xC000_00B7, 1, 277),
}


class Filter:
    """The filter for a process whose id for itself is `pid`, ready and not yet in force.

    Raises `KeyError` for an architecture without a table.
    """

    def __init__(self, pid: int, machine: str = platform.machine()) -> None:
        self._machine = MACHINES[machine]
        program = filter_for(self._machine, pid)
        self._code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
        self._head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(self._code))

    def restrict(self) -> None:
        """Filter the system calls of this process, for good. It must have given up privileges before.

        Raises `OSError`.
        """
        mode, flags = ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0)
        checked(system_call(self._machine.seccomp, mode, flags, self._head), "seccomp")


def filter_for(machine: Machine, pid: int) -> list[Instruction]:
    """The program: another architecture kills, what is refused fails, what is newer than the table is not there."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_GREATER, 0, 1, _X32 - 1),
        (_RETURN, 0, 0, _KILL),
        (_GREATER, 0, 1, LAST_KNOWN),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for numbers in REFUSED.values():
        if numbers[machine.column] != NONE:
            program += [(_EQUAL, 0, 1, numbers[machine.column]), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    for name, rule in _rules(pid):
        number = RULED[name][machine.column]
        if number != NONE:
            program += [(_EQUAL, 0, len(rule), number), *rule]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _rules(pid: int) -> Iterator[tuple[str, list[Instruction]]]:
    """What decides about a call, by its arguments. A rule always ends in a return."""
    yield "clone", _with_bits(0, _CLONE_THREAD)
    # Its arguments are in memory, which a filter cannot read; libraries fall back to `clone`.
    yield "clone3", [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    yield "kill", _only(0, (pid,))
    yield "tgkill", _only(0, (pid,))
    yield "prlimit64", _only_reading_limits()
    yield "prctl", _only(0, _HARMLESS_OPTIONS)
    yield "fcntl", _never(1, _OWNER_COMMANDS)
    yield "ioctl", _never(1, _OWNER_REQUESTS)
    for name, mode in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2), ("creat", 1)):
        yield name, _without_bits(mode, _SET_ID_BITS)
    yield "open", _creating_without_bits(1, 2)
    yield "openat", _creating_without_bits(2, 3)
    yield "openat2", [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]


def _argument(position: int) -> Instruction:
    """Load the low half of an argument; all that is compared here are ints."""
    return (_LOAD, 0, 0, 16 + 8 * position)


def _only(position: int, values: Sequence[int]) -> list[Instruction]:
    found = [(_EQUAL, len(values) - number, 0, value) for number, value in enumerate(values)]
    return [_argument(position), *found, (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]


def _never(position: int, values: Sequence[int]) -> list[Instruction]:
    found = [(_EQUAL, len(values) - number, 0, value) for number, value in enumerate(values)]
    return [_argument(position), *found, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]


def _with_bits(position: int, bits: int) -> list[Instruction]:
    return [
        _argument(position),
        (_ANY_BIT, 1, 0, bits),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _without_bits(position: int, bits: int) -> list[Instruction]:
    return [
        _argument(position),
        (_ANY_BIT, 0, 1, bits),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _creating_without_bits(flags: int, mode: int) -> list[Instruction]:
    """The mode counts only when a file is created; otherwise it is whatever the register holds."""
    return [
        _argument(flags),
        (_ANY_BIT, 1, 0, _O_CREAT),
        (_RETURN, 0, 0, _ALLOW),
        *_without_bits(mode, _SET_ID_BITS),
    ]


def _only_reading_limits() -> list[Instruction]:
    """Of this process, and without new ones: the first argument and both halves of the third are zero."""
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    zero: list[Instruction] = []
    for offset in (16, 32, 36):
        zero += [(_LOAD, 0, 0, offset), (_EQUAL, 1, 0, 0), refuse]
    return [*zero, (_RETURN, 0, 0, _ALLOW)]
