"""A turn done once more after its rollback: the same state, under new ids."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Mark, World
from atlas.core.state import Snapshot, StateDiff, diff
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.core.trajectory import Step, Turn
from atlas.environments.crm.environment import CrmEnvironment
from atlas.errors import WorldError
from atlas.runtime.redo import redo

CLIENT = {"name": "Birch Labs", "email": "ann@birch.example", "status": "Active"}


SETUP = Setup("2026-03-02T09:00:00+00:00", "seed")


@asynccontextmanager
async def crm(url: str | None = None) -> AsyncIterator[World]:
    """An empty CRM in memory, or on the database at `url`."""
    async with AsyncExitStack() as stack:
        made = CrmEnvironment.postgres(url, size=1) if url else None
        environment = await stack.enter_async_context(made) if made else CrmEnvironment.memory()
        yield await stack.enter_async_context(environment.open(SETUP))


async def play(world: World, *calls: tuple[str, JsonObject], reply: str = "Done.") -> Turn:
    """A turn of these calls, a step each; an argument "<N.field>" is that field of the N-th result."""
    before, results, steps = await world.snapshot(), list[ToolResult](), list[Step]()
    for number, (tool, arguments) in enumerate(calls):
        text = filled(dumps(arguments), results)
        call = ToolCall(f"c{number}", tool, text)
        results.append(await world.call(call))
        said = Completion(Message("assistant", "", (call,)), Usage(), "m")
        steps.append(Step(said, (results[-1],)))
    steps.append(Step(Completion(Message("assistant", filled(reply, results)), Usage(), "m")))
    changes = diff(before, await world.snapshot())
    return Turn(1, "do it", tuple(steps), filled(reply, results), changes)


def filled(text: str, results: list[ToolResult]) -> str:
    for number, result in enumerate(results):
        for key, value in (result.value or {}).items() if isinstance(result.value, dict) else ():
            text = text.replace(f"<{number}.{key}>", str(value))
    return text


def shape(changes: StateDiff) -> list[JsonObject]:
    """What was inserted, without ids."""
    rows = [row for table in changes.inserted.values() for row in table.values()]
    return [{key: value for key, value in row.items() if not key.endswith("_id")} for row in rows]


@pytest.mark.parametrize("backend", ["mock", "postgres"])
async def test_rows_created_again_have_new_ids_everywhere(backend: str, crm_url: str) -> None:
    async with crm(crm_url if backend == "postgres" else None) as world:
        mark, before = await world.mark(), await world.snapshot()
        turn = await play(
            world,
            ("create_new_client", CLIENT),
            ("client_search", {"name": "Birch"}),
            (
                "create_new_opportunity",
                {"client_id": "<0.client_id>", "name": "Pilot", "amount": 100, "stage": "Proposal",
                 "close_date": "2026-09-01", "probability": 40},
            ),
            reply="Client <0.client_id> has the deal <2.opportunity_id>.",
        )  # fmt: skip
        assert all(result.ok for step in turn.steps for result in step.results), turn.steps
        await world.rollback_to(mark)
        again = (await redo(turn, world, before)).turn
        assert shape(again.changes) == shape(turn.changes)
        (old,), (new,) = turn.changes.inserted["clients"], again.changes.inserted["clients"]
        assert old != new
        assert old not in dumps(again), "neither in a result, nor in an argument, nor in the reply"
        assert new in again.reply
        (deal,) = again.changes.inserted["opportunities"].values()
        assert deal["client_id"] == new
        assert again.changes == diff(before, await world.snapshot())


async def test_calls_that_failed_or_only_read_are_not_made_again() -> None:
    async with crm() as world:
        before = await world.snapshot()
        turn = await play(world, ("client_search", {"name": "Birch"}), ("delete_client", {"client_id": "nobody"}))
        again = await redo(turn, NoCalls(), before)
        assert again.turn == turn
        assert again.state is before


class NoCalls:
    """A world in which every call is a surprise."""

    specs = CrmEnvironment.specs
    workspace = None

    async def call(self, call: ToolCall) -> ToolResult:
        raise AssertionError(call)

    async def snapshot(self) -> Snapshot:
        raise AssertionError("nothing was written")

    async def mark(self) -> Mark:
        raise AssertionError("a redo needs no mark")

    async def rollback_to(self, mark: Mark) -> None: ...


async def test_a_write_that_fails_now_is_a_failure_of_the_world() -> None:
    class Full(NoCalls):
        specs = (ToolSpec("create_new_client", "", {}, writes=True),)

        async def call(self, call: ToolCall) -> ToolResult:
            return ToolResult(call.id, call.name, error="the disk is full")

    async with crm() as world:
        turn = await play(world, ("create_new_client", copy.deepcopy(CLIENT)))
        with pytest.raises(WorldError, match=r"create_new_client succeeded before .* the disk is full"):
            await redo(turn, Full(), {})
