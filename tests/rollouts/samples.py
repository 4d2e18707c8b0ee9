"""Groups for the tests of this stage and of what is exported from them."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.group import FailedMember, Group, Member, TokenIds
from atlas.core.messages import Message, Usage
from atlas.core.session import Failure
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolCall, ToolSpec
from atlas.core.verdicts import RewardPart

SEARCH = ToolSpec(
    "search",
    "Find things.",
    {"type": "object", "properties": {"query": {"type": "string"}, "limit": {"type": "integer"}}},
)
ASKED = (Message("system", "You are terse."), Message("user", "How many quotes has Acme?"))


def called(answer: str, arguments: str = '{"query": "Acme"}') -> tuple[Message, ...]:
    """A conversation with one tool call and an answer."""
    return (
        *ASKED,
        Message("assistant", "Looking.", (ToolCall("call_1", "search", arguments),)),
        Message("tool", '{"rows":[1,2]}', tool_call_id="call_1"),
        Message("assistant", answer),
    )


def member(number: int, score: float, answer: str) -> Member:
    parts = (RewardPart("correct", score, 0.8), RewardPart("short", score, 0.2))
    ids = TokenIds((1, 2, 3), (-100, 2, 3), (0.5, 0.5, 0.5))
    return Member(f"g1/{number}", called(answer), score, parts, Usage(10, 5, 2, 0.001), "stop", 1.5, ids)


def group(*scores: float, group_id: str = "g1") -> Group:
    """A group with a member a score, and one rollout that failed."""
    members = tuple(member(number, score, f"Answer {number}.") for number, score in enumerate(scores))
    failed = FailedMember(f"{group_id}/{len(scores)}", Failure("model", "ModelTimeout", "too late"), ASKED)
    made = Group(
        group_id, TaskId("t1"), "crm", "student-1", members, (failed,), True, (SEARCH,), {"temperature": 1.0}
    )
    return replace(
        made, members=tuple(replace(each, rollout_id=f"{group_id}/{n}") for n, each in enumerate(members))
    )
