"""Tasks: a brief that the agent may see, a setup that the environment loads, a target for graders only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NewType, TypeAlias

from atlas.core.json import JsonObject
from atlas.core.state import StateDiff

TaskId = NewType("TaskId", str)
FactKind: TypeAlias = Literal["text", "name", "money", "number", "date", "id"]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that an agent, a teacher or a judge may be told about a task before it is played.

    `turns` are the user's messages in order; a rollout reveals them one at a time. `instructions` are the
    standing orders of the environment (role, today's date, policy).
    """

    task_id: TaskId
    environment: str
    family: str
    instructions: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setup:
    """The state a world starts from, in the environment's own terms; agents reach it through tools only.

    `as_of` is the world's clock (ISO-8601 with offset): every rule about dates and every timestamp uses it,
    so a task never expires. `seed` makes the ids of created rows reproducible.
    """

    as_of: str
    seed: str
    content: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a right reply states. `value` is canonical: money "1500.00", date "2026-03-31", number "4"."""

    kind: FactKind
    value: str


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """One call of the reference solution. Strings may hold `{{turn_N.field}}`: that turn's result field."""

    tool: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class TurnTarget:
    """What is right for one turn.

    `facts` must all be in the reply, `absent` must not. `refusal` names a failure category when the request
    must not be carried out: then `refusal_facts` are alternatives of which the reply names at least one.
    `reply` is one right reply. `judged` says that no rule can decide the turn, so that a judge must.
    """

    calls: tuple[ExpectedCall, ...] = ()
    facts: tuple[Fact, ...] = ()
    absent: tuple[Fact, ...] = ()
    refusal: str | None = None
    refusal_facts: tuple[Fact, ...] = ()
    reply: str = ""
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What graders know. `state` is the expected difference; ids of its inserted rows are placeholders.

    `world` is the content that the world starts with, so that a grader knows what else a reply could have named.
    `answer` is the one right final answer of a question that has one; None where it is not published.
    """

    turns: tuple[TurnTarget, ...]
    state: StateDiff = field(default_factory=StateDiff)
    world: JsonObject = field(default_factory=dict)
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of work. `revision` identifies the dataset it came from; `labels` are for reports only."""

    brief: Brief
    setup: Setup
    target: Target
    split: str = "dev"
    revision: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def task_id(self) -> TaskId:
        return self.brief.task_id
