"""Attempts to escape from an isolated process, as source code that is run in one as a program of its own.

Each sets `outcome` to what it got hold of; an exception means that it got nothing. Everything that an attacker
would first have to find out is told it, under the names of `Told`.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, fields

PREAMBLE = """
import ctypes, errno, os, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
outcome = None
def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
X86 = os.uname().machine == "x86_64"
"""

VERDICT = """
except BaseException as error:
    verdict = f'REFUSED {type(error).__name__}: {error}'
else:
    verdict = 'NOTHING' if outcome is None else f'GOT {outcome!r}'
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What an attacker is told. The parent process keeps `secret` in its memory, its environment and its files."""

    secret: str
    parent_pid: int
    server_pid: int
    parent_address: int
    parent_fd: int
    port: int
    udp_port: int
    socket_path: str
    abstract: str
    answers: str
    target: str

    def script(self, name: str) -> str:
        """The attack as a program that leaves its `verdict`: GOT, NOTHING, or REFUSED with the exception."""
        told = "".join(f"{field.name.upper()} = {getattr(self, field.name)!r}\n" for field in fields(self))
        body = textwrap.indent(ATTACKS[name], "    ")
        return f"{PREAMBLE}{told}try:\n{body}\n{VERDICT}"


ATTACKS: dict[str, str] = {
    # Files
    "read the answers": "outcome = open(ANSWERS).read()",
    "read the answers by a symbolic link": "os.symlink(ANSWERS, 'link'); outcome = open('link').read()",
    "read the answers by a hard link": "os.link(ANSWERS, 'hard'); outcome = open('hard').read()",
    "read the answers by dots": "outcome = open(os.path.relpath(ANSWERS)).read()",
    "read the answers by C": """
fd = libc.open(ANSWERS.encode(), 0)
outcome = os.read(fd, 100) if fd >= 0 else None
""",
    "read the answers by a handle": """
handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128))
mount = ctypes.c_int()
call(303 if X86 else 264, -100, ANSWERS.encode(), handle, ctypes.byref(mount), 0)
fd = call(304 if X86 else 265, os.open('/', os.O_PATH), handle, 0)
outcome = os.read(fd, 100)
""",
    "open a path without reading it, then read it": """
fd = os.open(ANSWERS, os.O_PATH)
outcome = open(f'/proc/self/fd/{fd}').read()
""",
    "move the answers here": "os.rename(ANSWERS, 'mine'); outcome = open('mine').read()",
    "write outside": "open(TARGET, 'w').write('owned'); outcome = 'written'",
    "empty a file outside": "os.truncate(TARGET, 0); outcome = 'emptied'",
    "remove a file outside": "os.unlink(TARGET); outcome = 'removed'",
    "write to the shared temporary directory": "open('/tmp/atlas-owned', 'w'); outcome = 'written'",
    "write to shared memory": "open('/dev/shm/atlas-owned', 'w'); outcome = 'written'",
    "list other people's files": "outcome = os.listdir(os.path.dirname(ANSWERS))",
    "read the password file": "outcome = open('/etc/passwd').read()",
    "read Atlas itself": "import atlas; outcome = open(atlas.__file__).read()",
    "climb out with chroot": """
os.mkdir('jail'); os.chroot('jail')
for _ in range(50): os.chdir('..')
outcome = os.listdir('.')
""",
    "make a device": "os.mknod('memory', 0o600 | 0o020000, os.makedev(1, 1)); outcome = 'made'",
    "leave a named pipe for the parent": "os.mkfifo('pipe'); outcome = 'made'",
    "leave a link for the parent": "os.symlink(ANSWERS, 'notes.txt'); outcome = 'made'",
    "leave a program with another's rights": """
open('tool', 'w'); os.chmod('tool', 0o6755)
outcome = 'made'
""",
    "create a program with another's rights": "os.open('tool', os.O_CREAT | os.O_WRONLY, 0o4755); outcome = 'made'",
    "fill the disk": """
piece = bytes(1 << 20)
number = 0
while True:
    number += 1
    with open(f'{number}', 'wb') as file: file.write(piece)
""",
    # /proc and the environment
    "read the environment": "outcome = [v for v in os.environ.values() if SECRET in v] or None",
    "read the environment from the start": "outcome = open('/proc/self/environ', 'rb').read()",
    "read the parent's environment": "outcome = open(f'/proc/{PARENT_PID}/environ', 'rb').read()",
    "read the parent's command line": "outcome = open(f'/proc/{PARENT_PID}/cmdline', 'rb').read()",
    "read the parent's descriptors": "outcome = os.readlink(f'/proc/{PARENT_PID}/fd/{PARENT_FD}')",
    "look for processes": "outcome = [name for name in os.listdir('/proc') if name.isdigit()]",
    "read one's own memory as a file": """
memory = open('/proc/self/mem', 'rb')
memory.seek(id(None)); outcome = memory.read(8)
""",
    "change the machine's settings": "open('/proc/sys/kernel/pid_max', 'w').write('301'); outcome = 'changed'",
    # Other processes
    "read the parent's memory as a file": """
with open(f'/proc/{PARENT_PID}/mem', 'rb') as memory:
    memory.seek(PARENT_ADDRESS); outcome = memory.read(10)
""",
    "read the parent's memory": """
class Piece(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
space = ctypes.create_string_buffer(len(SECRET))
here, there = Piece(ctypes.addressof(space), len(SECRET)), Piece(PARENT_ADDRESS, len(SECRET))
call(310 if X86 else 270, PARENT_PID, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
outcome = space.raw
""",
    "write to the parent's memory": """
class Piece(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
space = ctypes.create_string_buffer(b'owned')
here, there = Piece(ctypes.addressof(space), 5), Piece(PARENT_ADDRESS, 5)
outcome = call(311 if X86 else 271, PARENT_PID, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
""",
    "trace the parent": "outcome = call(101 if X86 else 117, 0x4206, PARENT_PID, 0, 0)",
    "trace the fork server": "outcome = call(101 if X86 else 117, 0x4206, SERVER_PID, 0, 0)",
    "take a descriptor of the parent's": """
pidfd = call(434, PARENT_PID, 0)
outcome = call(438, pidfd, PARENT_FD, 0)
""",
    "signal the parent": "os.kill(PARENT_PID, signal.SIGTERM); outcome = 'sent'",
    "signal the fork server": "os.kill(SERVER_PID, signal.SIGKILL); outcome = 'sent'",
    "signal its own parent": "os.kill(os.getppid() or 2, 0); outcome = 'sent'",
    "signal everybody": "os.kill(-1, signal.SIGTERM); outcome = 'sent'",
    "signal the parent's group": "os.killpg(PARENT_PID, signal.SIGTERM); outcome = 'sent'",
    "queue a signal to the parent": "outcome = call(129 if X86 else 138, PARENT_PID, 15, bytes(128))",
    "signal a thread of the parent": "outcome = call(200 if X86 else 130, PARENT_PID, 15)",
    "have the kernel signal the parent": """
import fcntl
fcntl.fcntl(3, fcntl.F_SETOWN, PARENT_PID)
fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC | fcntl.fcntl(3, fcntl.F_GETFL))
outcome = 'armed'
""",
    "have the kernel signal the parent by ioctl": """
import fcntl
fcntl.ioctl(3, 0x8901, struct.pack('i', PARENT_PID)); outcome = 'armed'
""",
    "lower the parent's limits": """
import resource
resource.prlimit(PARENT_PID, resource.RLIMIT_NOFILE, (4, 4)); outcome = 'lowered'
""",
    "slow the parent down": "os.setpriority(os.PRIO_PROCESS, PARENT_PID, 19); outcome = 'slowed'",
    # New processes
    "fork": "pid = libc.fork(); outcome = (pid or os._exit(0)) if pid >= 0 else None",
    "clone without fork": "outcome = call(56 if X86 else 220, 17, 0, 0, 0, 0)",
    "clone3": "outcome = call(435, struct.pack('QQQQQQQQ', 0, 0, 0, 0, 17, 0, 0, 0), 64)",
    "vfork": "outcome = libc.vfork() if libc.vfork() >= 0 else None",
    "run a program": "outcome = subprocess.run(['/bin/true']).returncode",
    "run a shell": "outcome = os.system('true') if os.system('true') == 0 else None",
    "become a program": "os.execv('/bin/true', ['true'])",
    "spawn a program": "outcome = os.posix_spawn('/bin/true', ['true'], {})",
    "leave the process group": "os.setpgid(0, 0); os.setsid(); outcome = 'left'",
    "outlive the server": "outcome = call(157 if X86 else 167, 1, 0, 0, 0, 0)",
    # The network
    "connect to the parent": "outcome = socket.create_connection(('127.0.0.1', PORT), 1)",
    "connect to the internet": "outcome = socket.create_connection(('1.1.1.1', 80), 1)",
    "listen": "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); outcome = s",
    "send a datagram": """
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
outcome = s.sendto(SECRET.encode(), ('127.0.0.1', UDP_PORT))
""",
    "look a name up": "outcome = socket.getaddrinfo('example.com', 80, type=socket.SOCK_STREAM)",
    "connect to a unix socket": "s = socket.socket(socket.AF_UNIX); s.connect(SOCKET_PATH); outcome = s",
    "connect to an abstract unix socket": """
s = socket.socket(socket.AF_UNIX); s.connect('\\0' + ABSTRACT); outcome = s
""",
    "pair of sockets": "outcome = socket.socketpair()",
    "raw socket": "outcome = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "netlink": "outcome = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "vsock": "outcome = socket.socket(40, socket.SOCK_STREAM)",
    "pass a descriptor over the channel": """
s = socket.socket(fileno=os.dup(3))
outcome = socket.send_fds(s, [b'x'], [0])
""",
    "turn the channel into something else": """
s = socket.socket(fileno=os.dup(3))
s.connect(SOCKET_PATH); outcome = s
""",
    # Rarely used parts of the kernel
    "io_uring": "outcome = call(425, 8, ctypes.create_string_buffer(256))",
    "userfaultfd": "outcome = call(323 if X86 else 282, 1)",
    "bpf": "outcome = call(321 if X86 else 280, 0, bytes(128), 128)",
    "perf": "outcome = call(298 if X86 else 241, struct.pack('II', 1, 128) + bytes(120), 0, -1, -1, 0)",
    "keyring": "outcome = call(250 if X86 else 219, 0, -3, 1)",
    "memory without a file": "outcome = os.memfd_create('x')",
    "shared memory of System V": "outcome = call(29 if X86 else 194, 1234, 4096, 0o1666)",
    "message queue": "outcome = call(240 if X86 else 180, b'owned', 0o102, 0o666, 0)",
    "old asynchronous io": "outcome = call(206 if X86 else 0, 8, bytes(8))",
    "another personality": "outcome = call(135 if X86 else 92, 0x40000)",
    "a system call of tomorrow": "outcome = call(467, -100, b'.', 0, 0, 0)",
    "the 32-bit system calls": """
if not X86: raise OSError('there are none')
outcome = call(0x40000000 + 39)
""",
    # Rights
    "become root": "os.setuid(0); os.setgid(0); outcome = os.getuid()",
    "new namespaces": "outcome = call(272 if X86 else 97, 0x10000000)",
    "enter the parent's namespaces": "outcome = call(308 if X86 else 268, os.open('/', os.O_PATH), 0)",
    "mount": "outcome = libc.mount(b'none', b'/', b'tmpfs', 0, None) == 0 or None",
    "mount the new way": "outcome = call(430, b'tmpfs', 0)",
    "raise the limits": "outcome = call(302 if X86 else 261, 0, 9, struct.pack('qq', -1, -1), 0)",
    "loosen the filter": "outcome = call(317 if X86 else 277, 1, 0, bytes(16))",
    "regain rights": "outcome = call(126 if X86 else 91, struct.pack('Ii', 0x20080522, 0), b'\\xff' * 24)",
    "change the owner": "open('mine', 'w'); os.chown('mine', 12345, 12345); outcome = 'changed'",
    "change the clock": "time.clock_settime(time.CLOCK_REALTIME, 0); outcome = 'changed'",
    "change the host's name": "socket.sethostname('owned'); outcome = 'changed'",
    # Descriptors
    "look for open descriptors": """
found = []
for fd in range(4, 1024):
    try: os.fstat(fd); found.append(fd)
    except OSError: pass
outcome = found or None
""",
    "read the parent's files by their number": "outcome = os.read(PARENT_FD, 100) if PARENT_FD > 3 else None",
    # What Python still remembers
    "find the secret in one's own memory": """
import gc
outcome = [one for one in gc.get_objects() if isinstance(one, dict) and any(
    isinstance(value, str) and value == SECRET and key != 'SECRET' for key, value in list(one.items()))] or None
""",
    "find the target in a live frame": """
outcome = [name for frame in sys._current_frames().values() for name in frame.f_locals if 'target' == name] or None
""",
}
