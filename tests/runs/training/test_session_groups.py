from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from atlas.core.messages import Message, Usage
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import TaskId
from atlas.runs.training.session_groups import session_groups
from atlas.storage.stored_sessions import StoredSession
from tests.storage.samples import NASTY, failed, rich, session


async def stored(*sessions: Session) -> AsyncIterator[StoredSession]:
    for each in sessions:
        yield StoredSession(each, "asked", "approved", None)


async def test_sessions_of_one_task_are_a_group() -> None:
    better = replace(session("a", 1), reward=rich().reward)
    groups = await session_groups(stored(session("a"), session("b"), better, failed("a")))
    assert [(group.task_id, group.scores, len(group.failures)) for group in groups] == [
        ("a", (0.5, 0.8), 1),
        ("b", (0.5,), 0),
    ]
    assert [member.rollout_id for member in groups[0].members] == [session("a").session_id, better.session_id]
    assert groups[0].failures[0].failure.kind == "ModelTimeout"
    assert (groups[0].group_id, groups[0].simulated) == ("a/rev", True)


async def test_the_same_task_in_two_runs_is_one_group() -> None:
    first, second = (
        replace(session(), slot=Slot(RunId(run), "run", TaskId(f"deal-7::{run}"))) for run in ("run-1", "run-2")
    )
    (group,) = await session_groups(stored(first, second))
    assert (group.task_id, len(group.members)) == ("deal-7", 2)


async def test_a_session_is_told_as_its_student_had_it() -> None:
    (group,) = await session_groups(stored(rich()))
    (member,) = group.members
    assert [message.role for message in member.messages] == ["user", "assistant", "tool", "user"]
    assert member.messages[1].tool_calls[0].name == "search_quotes"
    assert member.messages[0] == Message("user", "Find it " + NASTY)
    assert (member.score, [part.name for part in member.parts]) == (0.8, ["verifiers", "judges"])
    assert (member.usage, member.finish_reason, member.duration_s) == (Usage(20, 10, 2, 0.2), "tool_calls", 0.25)
    assert (group.model, group.group_id) == ("m", "conversation::7/a/m/rev")


async def test_a_session_without_a_reward_is_no_member() -> None:
    (group,) = await session_groups(stored(replace(rich(), reward=None)))
    assert group.members == ()
    assert group.failures[0].failure.kind == "NoReward"
    assert len(group.failures[0].messages) == 4


async def test_it_begins_with_the_system_text_where_one_is_stored() -> None:
    played = rich().played
    assert played is not None
    (group,) = await session_groups(stored(replace(rich(), played=replace(played, system="Be terse. " + NASTY))))
    (member,) = group.members
    assert member.messages[0] == Message("system", "Be terse. " + NASTY)
    assert [message.role for message in member.messages] == ["system", "user", "assistant", "tool", "user"]
