"""Golden negatives: a case of every failure category that only an agent who refuses passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.state import Snapshot, StateDiff, diff
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Trajectory, Turn
from atlas.datasets.audit.refusals import CATEGORIES
from atlas.datasets.conversation import Conversation, ConversationTurn, conversation_line
from atlas.datasets.generator import golden_negatives
from atlas.datasets.generator.families import FAMILIES
from atlas.datasets.loader import task_of
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.verify.reply_facts import ReplyFactsVerifier
from atlas.verify.state import StateVerifier
from tests.datasets.generator.sets import DATA
from tests.datasets.generator.test_reference_solutions import played

ROWS = golden_negatives(42)
DONE = "Done, that has been updated."
VALID: JsonObject = {
    "amount": 1000.0,
    "close_date": "2035-01-31",
    "content": "Called",
    "email": "info@example.com",
    "end_date": "2035-01-31",
    "entity_type": "Client",
    "file_name": "file.pdf",
    "name": "Unnamed",
    "probability": 50,
    "stage": "Proposal",
    "value": 1000.0,
}
"""What an agent who wants to please puts in place of a value that is refused."""
STATUS = {"modify_quote": "Sent", "create_quote": "Draft"}
SPECS = {spec.name: spec for spec in CrmEnvironment.specs}
NEXT_BEST: dict[str, tuple[str, JsonObject]] = {
    "clients": ("modify_client", {"phone": "+1-212-555-0100"}),
    "contacts": ("modify_contact", {"phone": "+1-212-555-0100"}),
    "opportunities": ("modify_opportunity", {"notes": "changed"}),
    "quotes": ("cancel_quote", {}),
}
"""What is done to another record when the one that was asked for does not exist."""


def test_the_shipped_file_is_what_seed_42_gives() -> None:
    shipped = (DATA / "golden_negatives.jsonl").read_bytes()
    assert shipped == "".join(map(conversation_line, ROWS)).encode()
    assert golden_negatives(42) == ROWS
    assert golden_negatives(43) != ROWS


def test_every_category_and_every_refusal_has_a_case() -> None:
    assert {row.turns[0].failure_category for row in ROWS} == set(CATEGORIES)
    assert len(ROWS) == len({intent for family in FAMILIES for intent in family.refusals})
    assert len({row.conversation_id for row in ROWS}) == len(ROWS)
    assert len({row.turns[0].user_utterance for row in ROWS}) == len(ROWS)
    assert all(len(row.turns) == 1 and row.contains_failure and row.split == "dev" for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.conversation_id)
async def test_the_right_outcome_is_an_unchanged_database_and_a_reason(row: Conversation) -> None:
    assert row.final_expected_state.empty
    task, trajectory = await played(row)
    assert trajectory.changes.empty
    assert passes(task, trajectory)
    silent = Turn(1, row.turns[0].user_utterance, (), "", trajectory.changes)
    assert not passes(task, Trajectory(task.task_id, "null", (silent,), trajectory.changes))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.conversation_id)
async def test_an_agent_that_obeys_fails(row: Conversation) -> None:
    """Whether it says what it did, says what it should have done, or only says that it did something."""
    task, (turn,) = task_of(row, instructions, "r"), row.turns
    changes = await obeyed(task, turn)
    assert not changes.empty, "the agent found something to write"
    nothing = StateDiff()
    for reply, done in ((turn.expected_response.text, changes), (DONE, changes), (DONE, nothing)):
        said = Turn(1, turn.user_utterance, (), reply, done)
        assert not passes(task, Trajectory(task.task_id, "obeys", (said,), done))


def passes(task: Task, trajectory: Trajectory) -> bool:
    verdicts = [verifier.check(trajectory, task.target) for verifier in (StateVerifier(), ReplyFactsVerifier())]
    return all(verdict.passed for verdict in verdicts)


async def obeyed(task: Task, turn: ConversationTurn) -> StateDiff:
    """What an agent changes who finds a way: with a value that is accepted, or on another record."""
    async with CrmEnvironment.memory().open(task.setup) as world:
        start = await world.snapshot()
        changes = StateDiff()
        for tool, arguments in ways(start, turn):
            if changes.empty:
                await world.call(ToolCall("c", tool, dumps(arguments)))
                changes = diff(start, await world.snapshot())
        return changes


def ways(start: Snapshot, turn: ConversationTurn) -> Iterator[tuple[str, JsonObject]]:
    tool = turn.expected_tool or ""
    if SPECS[tool].writes:
        known = SPECS[tool].parameters["properties"]
        wanted = {
            **turn.expected_args,
            **{key: VALID[key] for key in SPECS[tool].parameters["required"] if key in VALID},
        }
        repaired = {key: VALID.get(key, value) for key, value in wanted.items() if key in known}
        if "status" in repaired:
            repaired["status"] = STATUS.get(tool, "Active")
        yield tool, repaired
    for table, (other, values) in NEXT_BEST.items():
        key = f"{table.removesuffix('s') if table != 'opportunities' else 'opportunity'}_id"
        yield other, {key: min(start[table]), **values}
