"""Reference solutions, played in the real CRM: what the generator reckons is what the environment does."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.protocols import World
from atlas.core.references import resolve
from atlas.core.state import Snapshot, diff
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Trajectory, Turn
from atlas.datasets.conversation import Conversation, ConversationTurn, Split
from atlas.datasets.generator.facts import stated
from atlas.datasets.loader import task_of
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.verify.reply_facts import ReplyFactsVerifier
from atlas.verify.state import StateVerifier
from tests.datasets.generator.sets import SPLITS, of_split, shipped


async def results_of(world: World, turn: ConversationTurn, returned: dict[int, JsonValue]) -> list[ToolResult]:
    made = []
    for call in turn.calls:
        arguments: JsonObject = resolve(call.arguments, returned)
        made.append(await world.call(ToolCall("c", call.tool, dumps(arguments))))
        returned[turn.turn_id] = made[-1].value
    return made


def check_results(row: Conversation, turn: ConversationTurn, results: list[ToolResult]) -> None:
    place = f"{row.conversation_id} turn {turn.turn_id}: {turn.user_utterance}"
    assert all(result.ok for result in results[:-1]), place
    if turn.expect_success:
        assert all(result.ok for result in results), place
    elif turn.expected_error_substring is not None:
        error = results[-1].error
        assert error is not None, place
        assert turn.expected_error_substring.lower() in error.lower(), (place, error)
    elif results:
        assert not results[-1].ok or not results[-1].value, f"{place}: neither fails nor finds nothing"


async def played(row: Conversation) -> tuple[Task, Trajectory]:
    """The reference calls and golden replies of a conversation as a trajectory."""
    task = task_of(row, instructions, "r")
    turns, returned = list[Turn](), dict[int, JsonValue]()
    async with CrmEnvironment.memory().open(task.setup) as world:
        start: Snapshot = await world.snapshot()
        before = start
        for turn in row.turns:
            check_results(row, turn, await results_of(world, turn, returned))
            after = await world.snapshot()
            changes = diff(before, after)
            assert turn.expect_success or changes.empty, f"{row.conversation_id}: a refused turn changes the state"
            turns.append(Turn(turn.turn_id, turn.user_utterance, (), turn.expected_response.text, changes))
            before = after
    return task, Trajectory(task.task_id, "reference", tuple(turns), diff(start, before))


@pytest.mark.parametrize("split", SPLITS)
async def test_solutions_reach_the_expected_state_and_replies_hold_their_facts(split: Split) -> None:
    for row in (*of_split(split), *(row for row in shipped() if row.split == split)):
        task, trajectory = await played(row)
        state = StateVerifier().check(trajectory, task.target)
        assert state.passed, f"{row.conversation_id}: {state.reason}"
        assert state.score == 1.0
        reply = ReplyFactsVerifier().check(trajectory, task.target)
        assert reply.passed, f"{row.conversation_id}: {reply.reason}"


async def test_the_check_can_fail() -> None:
    """A trajectory of another conversation, and one with a fact taken out, must not pass."""
    rows = [row for row in shipped() if not row.final_expected_state.empty]
    task, _ = await played(rows[0])
    _, other = await played(rows[1])
    assert not StateVerifier().check(other, task.target).passed
    asking = next(row for row in shipped() if row.turns[0].expected_response.facts)
    task, right = await played(asking)
    first = right.turns[0]
    silent = Turn(first.index, first.request, (), "I looked into it.", first.changes)
    mute = Trajectory(right.task_id, right.agent, (silent, *right.turns[1:]), right.changes)
    assert not ReplyFactsVerifier().check(mute, task.target).passed


@pytest.mark.parametrize("split", SPLITS)
def test_replies_state_what_they_must_and_nothing_they_must_not(split: Split) -> None:
    for row in of_split(split):
        for turn in row.turns:
            response = turn.expected_response
            assert all(stated(fact, response.text) for fact in response.facts)
            assert response.answers == (response.text,)
            if not turn.expect_success:
                assert any(stated(fact, response.text) for fact in response.refusal_facts)
            assert response.text.strip() == response.text
            assert not set(response.text) & set("{}[]|\x00")
