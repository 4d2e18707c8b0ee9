"""The filter, run call by call as the kernel does, for both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from atlas.runtime.sandbox.seccomp import MACHINES, Instruction, filter_for
from atlas.runtime.sandbox.syscalls import NONE, REFUSED, RULED

ALLOW, KILL, ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
PID = 77


def verdict(program: list[Instruction], number: int, *arguments: int, audit: int) -> int:
    """What the kernel's interpreter of classic BPF comes to, for the instructions that the filter uses."""
    padded = [value & (1 << 64) - 1 for value in (*arguments, 0, 0, 0, 0, 0, 0)][:6]
    data = struct.pack("<IIQ6Q", number, audit, 0, *padded)
    at = accumulator = 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: accumulator == operand, 0x25: accumulator > operand, 0x45: bool(accumulator & operand)}
            at += yes if holds[code] else no


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def judged(machine: str, name: str | int, *arguments: int) -> int:
    made = MACHINES[machine]
    number = name if isinstance(name, int) else {**REFUSED, **RULED}[name][made.column]
    return verdict(filter_for(made, PID), number, *arguments, audit=made.audit)


def test_everything_in_the_table_is_refused(machine: str) -> None:
    for name, numbers in REFUSED.items():
        if numbers[MACHINES[machine].column] != NONE:
            assert judged(machine, name) == ERRNO | errno.EPERM, name


def test_reading_writing_and_mapping_go_on(machine: str) -> None:
    # read, write, close, mmap, exit_group, futex
    for numbers in ((0, 63), (1, 64), (3, 57), (9, 222), (231, 94), (202, 98)):
        assert judged(machine, numbers[MACHINES[machine].column]) == ALLOW


def test_another_architecture_is_killed(machine: str) -> None:
    program = filter_for(MACHINES[machine], PID)
    assert verdict(program, 0, audit=0x4000_0003) == KILL
    assert verdict(program, 0x4000_0001, audit=MACHINES[machine].audit) == KILL
    assert judged(machine, 451) == ERRNO | errno.ENOSYS


def test_threads_but_no_processes(machine: str) -> None:
    assert judged(machine, "clone", 0x10000 | 0x100) == ALLOW
    assert judged(machine, "clone", 17) == ERRNO | errno.EPERM
    assert judged(machine, "clone3") == ERRNO | errno.ENOSYS


def test_signals_to_itself_alone(machine: str) -> None:
    for name in ("kill", "tgkill"):
        assert judged(machine, name, PID) == ALLOW
        for other in (0, 1, PID + 1, -1, -PID):
            assert judged(machine, name, other) == ERRNO | errno.EPERM


def test_limits_are_read_never_set(machine: str) -> None:
    assert judged(machine, "prlimit64", 0, 9, 0, 0xFFFF_0000_1234) == ALLOW
    assert judged(machine, "prlimit64", PID, 9, 0, 1) == ERRNO | errno.EPERM
    assert judged(machine, "prlimit64", 0, 9, 0x1000, 0) == ERRNO | errno.EPERM
    assert judged(machine, "prlimit64", 0, 9, 0x1_0000_0000, 0) == ERRNO | errno.EPERM


def test_arguments_decide(machine: str) -> None:
    refused = ERRNO | errno.EPERM
    assert judged(machine, "prctl", 15) == ALLOW
    assert judged(machine, "prctl", 1, 0) == refused
    assert judged(machine, "fcntl", 3, 3) == ALLOW
    assert judged(machine, "fcntl", 3, 8, 1) == refused
    assert judged(machine, "ioctl", 3, 0x5413) == ALLOW
    assert judged(machine, "ioctl", 3, 0x8901) == refused
    assert judged(machine, "fchmodat", 0, 0, 0o755) == ALLOW
    assert judged(machine, "fchmodat", 0, 0, 0o4755) == refused
    assert judged(machine, "openat", 0, 0, 0o101, 0o644) == ALLOW
    assert judged(machine, "openat", 0, 0, 0o101, 0o2644) == refused
    assert judged(machine, "openat", 0, 0, 0, 0o4000) == ALLOW, "without O_CREAT the mode is whatever it is"


def test_numbers_are_unique(machine: str) -> None:
    column = MACHINES[machine].column
    numbers = [pair[column] for pair in (*REFUSED.values(), *RULED.values()) if pair[column] != NONE]
    assert len(numbers) == len(set(numbers))
