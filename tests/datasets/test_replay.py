"""Replay: reference calls make state and facts, and what cannot be played is a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.core.json import JsonObject
from atlas.core.state import Change
from atlas.core.tasks import Fact, Task
from atlas.datasets.loader import Loaded
from atlas.datasets.older_format import load_older
from atlas.datasets.replay import complete_target, complete_targets
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.tools import SPECS
from atlas.errors import DatasetError
from tests.datasets.samples import CLIENT, DEAL, bent, lines_of, older, orders


def call(number: int, said: str, tool: str, **arguments: object) -> JsonObject:
    row: JsonObject = older()["turns"][0]
    return row | {"turn_id": number, "user_utterance": said, "expected_tool": tool, "expected_args": arguments}


def loaded(path: Path, *turns: JsonObject, also: tuple[JsonObject, ...] = ()) -> Loaded:
    found = load_older(lines_of(path / "o.jsonl", *also, bent(older(), "turns", list(turns))), SPECS, orders)
    assert found.problems == ()
    return found


async def played(path: Path, *turns: JsonObject) -> Task:
    return await complete_target(loaded(path, *turns).tasks[0], CrmEnvironment.memory())


async def test_an_update_becomes_the_expected_state_and_facts(tmp_path: Path) -> None:
    task = await played(tmp_path, *older()["turns"])
    assert task.target.state.updated == {"opportunities": {DEAL: {"stage": Change("Qualification", "Proposal")}}}
    assert not task.target.state.inserted
    (turn,) = task.target.turns
    assert turn.facts == (Fact("name", "Pilot"), Fact("money", "1000.00"))
    assert turn.reply == "Here is what I found: Pilot; $1,000.00."


async def test_created_rows_get_placeholders_also_where_others_refer_to_them(tmp_path: Path) -> None:
    task = await played(
        tmp_path,
        call(1, "Create client Zen, zen@zen.com, Active", "create_new_client", name="Zen", email="zen@zen.com",
             status="Active"),
        call(2, "And a deal Start for them, Proposal, $500", "create_new_opportunity", name="Start",
             client_id="{{turn_1.client_id}}", stage="Proposal", amount=500),
    )  # fmt: skip
    state = task.target.state
    assert state.inserted["clients"] == {"new:1": {"name": "Zen", "email": "zen@zen.com", "status": "Active"}}
    assert state.inserted["opportunities"] == {
        "new:2": {"name": "Start", "client_id": "new:1", "stage": "Proposal", "amount": 500.0}
    }


async def test_a_list_of_many_records_gives_no_facts(tmp_path: Path) -> None:
    creations = [
        call(n, f"Deal D{n} for Acme Foods, Proposal, $500", "create_new_opportunity", name=f"D{n}",
             client_id=CLIENT, stage="Proposal", amount=500)
        for n in range(1, 6)
    ]  # fmt: skip
    task = await played(
        tmp_path, *creations, call(6, "List Acme Foods deals", "opportunity_search", client_id=CLIENT)
    )
    assert task.target.turns[-1].facts == ()
    assert task.target.turns[-1].reply == "That is taken care of."


async def test_a_reference_that_does_not_resolve_names_its_turn(tmp_path: Path) -> None:
    task = loaded(
        tmp_path,
        call(1, "Find Acme Foods", "client_search", name="Acme Foods"),
        call(2, "Move it to Proposal", "modify_opportunity", opportunity_id="{{turn_1.colour}}", stage="Proposal"),
    ).tasks[0]
    with pytest.raises(DatasetError, match=r"turn_1\.colour.*cannot be resolved") as caught:
        await complete_target(task, CrmEnvironment.memory())
    assert caught.value.line == 2


FAILING = call(1, "Move Pilot to Nowhere", "modify_opportunity", opportunity_id=DEAL, stage="Nowhere")


async def test_a_call_that_fails_names_tool_and_turn(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="the reference call modify_opportunity fails: ") as caught:
        await played(tmp_path, FAILING)
    assert caught.value.line == 1


async def test_a_task_without_anything_to_grade_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nothing to grade"):
        await played(tmp_path, call(1, "Find Zenith", "client_search", name="Zenith"))


async def test_a_world_that_cannot_be_set_up_is_refused(tmp_path: Path) -> None:
    row = bent(older(), f"initial_entities.seed_data.Opportunity.{DEAL}.client_id", "nobody")
    task = load_older(lines_of(tmp_path / "o.jsonl", row), SPECS, orders).tasks[0]
    with pytest.raises(DatasetError, match="the world cannot be set up"):
        await complete_target(task, CrmEnvironment.memory())


async def test_tasks_that_cannot_be_played_become_problems_beside_the_others(tmp_path: Path) -> None:
    unusable, good = bent(older("bad"), "turns.0.expected_tool", "nope"), older("good")
    path = lines_of(tmp_path / "o.jsonl", good, bent(older("fails"), "turns", [FAILING]), unusable)
    completed = await complete_targets(load_older(path, SPECS, orders), CrmEnvironment.memory())
    assert [task.task_id for task in completed.tasks] == ["good"]
    assert [(problem.line, problem.conversation_id, problem.turn) for problem in completed.problems] == [
        (2, "fails", 1),
        (3, "bad", 1),
    ]
    assert "the reference call modify_opportunity fails" in completed.problems[0].reason


async def test_replaying_twice_gives_the_same_target(tmp_path: Path) -> None:
    assert await played(tmp_path, *older()["turns"]) == await played(tmp_path, *older()["turns"])
