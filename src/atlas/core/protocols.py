"""Protocols: how the stages meet. A stage implements these and imports nothing else of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NewType, Protocol, runtime_checkable

from atlas.core.events import Event
from atlas.core.group_queue import Batch, BatchId, GroupId, IncomingGroup, Producer, QueueRecord, Registration
from atlas.core.history import History
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.plan import PlanReview, PlanStep
from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.protection import Protection
from atlas.core.session import Session, SessionId, Validation
from atlas.core.state import Snapshot
from atlas.core.tasks import Brief, Setup, Target
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.verdicts import PanelVerdict, Verdict

Mark = NewType("Mark", int)


class ChatModel(Protocol):
    """A model behind any provider, or a scripted one."""

    @property
    def name(self) -> str: ...

    @property
    def simulated(self) -> bool:
        """Whether replies come from a script instead of a language model."""

    async def complete(self, request: ChatRequest) -> Completion:
        """One reply. Raises `ModelError` when none can be had."""

    async def close(self) -> None:
        """Release connections."""


class Toolbox(Protocol):
    """The tools of an open world, as an agent gets them."""

    @property
    def specs(self) -> tuple[ToolSpec, ...]: ...

    @property
    def workspace(self) -> Path | None:
        """The directory that the agent's own code may read and write; None for a world without files."""

    async def call(self, call: ToolCall) -> ToolResult:
        """Run one call. A wrong call is a result with an error; only `WorldError` is raised."""


class World(Toolbox, Protocol):
    """An open world: tools, and for the runtime its state. Closing it undoes everything."""

    async def snapshot(self) -> Snapshot:
        """Every table as it is now."""

    async def mark(self) -> Mark:
        """A place to return to. Marks nest; returning to one keeps it and drops the later ones."""

    async def rollback_to(self, mark: Mark) -> None:
        """Undo everything since `mark`."""


class Environment(Protocol):
    """A stateful world to be opened any number of times at once, each in isolation."""

    @property
    def name(self) -> str: ...

    @property
    def specs(self) -> tuple[ToolSpec, ...]: ...

    def open(self, setup: Setup) -> AbstractAsyncContextManager[World]:
        """A world in the state of `setup`. Raises `WorldError`, or `ValueError` for a setup it cannot load."""


@dataclass(frozen=True, slots=True)
class TurnInput:
    """What an agent gets for one turn: the system text, the conversation so far, the user's new message."""

    system: str
    history: tuple[Message, ...]
    request: str


class Agent(Protocol):
    """Who acts. Built per task, so it may keep state between the turns of one conversation."""

    @property
    def name(self) -> str: ...

    def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        """Handle one turn; the last step's message is the reply to the user. Raises `ModelError`."""


class Sandbox(Protocol):
    """An isolated process in which a program of ours runs agent-written code. Both sides send whole messages."""

    @property
    def protection(self) -> Protection:
        """What the kernel holds against the code in it."""

    def clock(self) -> AbstractAsyncContextManager[None]:
        """Counts the time within the block against the process's deadline; raises `SandboxTimeout` at it."""

    async def send(self, message: bytes) -> None:
        """Hand a message in. Raises `SandboxError`."""

    async def receive(self) -> bytes:
        """The next message, which hostile code may have made up. Raises `SandboxError` when there is none."""


class Sandboxes(Protocol):
    """Isolated processes, ready when they are asked for."""

    def open(self, workspace: Path | None) -> AbstractAsyncContextManager[Sandbox]:
        """A process for one session, whose files are `workspace` and a directory that goes with it.

        Waits for a free place. Leaving the block kills the process. Raises `SandboxError`.
        """


@runtime_checkable
class Instructed(Protocol):
    """An agent whose model reads more than the system text of a turn."""

    def instructions(self, system: str, tools: Sequence[ToolSpec]) -> str:
        """All of the system text that the model reads where the turn's own is `system`."""


@runtime_checkable
class Confined(Protocol):
    """An agent that holds an isolated process while its session is played."""

    @property
    def protection(self) -> Protection | None:
        """What the kernel held against its code; None when no process was needed."""

    async def close(self) -> None:
        """End the process; the session is over."""


@runtime_checkable
class Rewindable(Protocol):
    """An agent that keeps a state of its own from turn to turn."""

    async def rewind(self) -> tuple[str, ...]:
        """Go back to the state that the last turn began with; what could not be restored of it, by name.

        Raises `SandboxError`.
        """


class Teacher(Protocol):
    """Who guides. Sees the brief, the steps and the state, never a target."""

    @property
    def name(self) -> str: ...

    async def validate(
        self,
        brief: Brief,
        earlier: Sequence[Turn],
        turn: Turn,
        guidance: Sequence[str],
        playbook: str,
        part_of: str | None = None,
    ) -> Validation:
        """Judge one attempt at a turn, or at a step of the plan for the request `part_of`. Raises `ModelError`."""

    async def guide(self, brief: Brief, earlier: Sequence[Turn], request: str, playbook: str) -> Validation:
        """Coach mode: guidance before the student acts (`valid` is True and means nothing here)."""

    async def review(
        self, brief: Brief, earlier: Sequence[Turn], request: str, steps: Sequence[PlanStep], playbook: str
    ) -> tuple[PlanReview, tuple[PlanStep, ...]]:
        """Coach mode: what it says of a plan, and the steps to take (none when rejected). Raises `ModelError`."""


class Verifier(Protocol):
    """A rule: a deterministic check of a trajectory against the target."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        """The verdict. A crash becomes a `VerifierError` record in the caller."""


class JudgePanel(Protocol):
    """Several judge samples and their arbiter."""

    async def judge(self, brief: Brief, trajectory: Trajectory, guidance: Sequence[str]) -> PanelVerdict:
        """What the judges say; they see the brief, steps, results and state changes, never the target."""


class Recorder(Protocol):
    """Where events go while a session runs."""

    async def record(self, event: Event) -> None: ...


class PlaybookStore(Protocol):
    """Playbooks by learning key."""

    async def load(self, key: LearningKey) -> Playbook:
        """The newest version; the empty version 0 when nobody has saved one."""


class Acceptance(Protocol):
    """Tries what sessions taught before any session reads it."""

    async def hold(self, session: Session) -> None:
        """Save the session; its lessons wait. Raises `StorageError`."""

    async def settle(self, key: LearningKey, *, rest: bool) -> None:
        """Decide about the lessons that wait under `key`: when there are enough of them, or all the `rest`.

        Raises `OverlapError`, `BudgetExceeded` and `StorageError`; the lessons then go on waiting.
        """


class LearningHistory(Protocol):
    """How the sessions of a learning key have fared."""

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        """The history up to now, with its last `limit` sessions. Raises `StorageError`.

        Scripted models and real ones are different students, so only sessions that are `simulated` alike count.
        """


class SessionStore(Protocol):
    """Finished sessions, durable before `finish` returns."""

    async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
        """Save the session, and the next playbook version with it, in one transaction.

        `playbook.version` must be one more than the stored one. Raises `VersionConflict` (nothing is saved
        then) or `StorageError`.
        """

    async def finished(self, session_id: SessionId) -> Session | None:
        """The stored session, or None when it has not been finished."""

    async def drawn(self, playbook: Playbook, *, simulated: bool) -> Mapping[EntryId, int]:
        """In how many sessions chance decided whether each entry was shown, worded as `playbook` words it.

        Entries without any may be absent. Sessions that failed or were quarantined, or that are not `simulated`
        alike, do not count. Raises `StorageError`.
        """


class GroupStore(Protocol):
    """One group queue, durable: what a method has returned from survives any crash. Each raises `StorageError`."""

    async def load(self) -> QueueRecord:
        """Take the queue over and read it. What its last holder still wants to write is refused from now on."""

    async def register(self, registration: Registration, step: int) -> None:
        """Keep what the first trainer asked for."""

    async def start(self) -> None:
        """Keep that a trainer has asked for a batch, so environments may register."""

    async def keep_producer(self, producer: Producer) -> None:
        """Keep an environment, new or changed."""

    async def add(
        self, groups: Sequence[IncomingGroup], promoted: Mapping[GroupId, GroupId], keys: Collection[str]
    ) -> None:
        """Keep new groups, the unit of earlier ones that have one now, and the keys that new ones came under."""

    async def accepted(self, keys: Collection[str]) -> frozenset[str]:
        """Those of `keys` under which groups were kept since the last reset."""

    def acknowledge(self, acknowledged: GroupId) -> None:
        """Send word, which nobody waits for, up to which group every one was acknowledged.

        It is carried out even if this process is killed right after, and the next `load` sees it.
        """

    async def form(self, batch: Batch, step: int) -> None:
        """Keep a batch and the step that it makes."""

    def delivering(self, batch_id: BatchId) -> AbstractAsyncContextManager[None]:
        """The batch counts as delivered once the block has ended without an error."""

    async def take_back(self, batch_id: BatchId) -> None:
        """The batch was not delivered after all."""

    async def forget(self, batch_ids: Sequence[BatchId]) -> None:
        """Drop batches with their groups."""

    async def bodies(self, group_ids: Sequence[GroupId]) -> list[bytes]:
        """The bodies of these groups in this order; a group that is gone has none."""

    async def reset(self) -> None:
        """Drop everything in the queue, registrations included."""
