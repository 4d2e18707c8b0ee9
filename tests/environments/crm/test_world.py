"""What a world promises of any call, in memory and in PostgreSQL."""

import asyncio
import json
from typing import Any

import pytest

from atlas.core.protocols import World
from atlas.core.state import diff
from atlas.core.tools import ToolCall
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.memory import MemoryStore
from atlas.environments.crm.postgres import PostgresStore
from atlas.environments.crm.world import MAX_ARGUMENTS, CrmWorld
from tests.environments.crm.samples import (
    CONTENT,
    DANA,
    EXPANSION,
    FIRST_QUOTE,
    NORTHWIND,
    RENEWAL,
    SETUP,
    error,
    made,
    value,
)

NEW_CLIENT: dict[str, Any] = {"name": "New", "email": "new@example.com", "status": "Prospect"}


async def raw(world: World, name: str, arguments: str) -> str | None:
    result = await world.call(ToolCall("call-7", name, arguments))
    assert (result.call_id, result.name) == ("call-7", name)
    return result.error


async def test_the_first_state_is_the_setup(world: World) -> None:
    snapshot = await world.snapshot()
    assert {table: set(rows) for table, rows in snapshot.items()} == {t: set(rows) for t, rows in CONTENT.items()}
    assert snapshot["opportunities"][RENEWAL]["amount"] == 48500.0
    assert snapshot["opportunities"][RENEWAL]["opportunity_id"] == RENEWAL


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "The arguments are not a JSON object: "),
        ("[1]", "The arguments are not a JSON object: expected a JSON object, got list."),
        ('"name"', "The arguments are not a JSON object: expected a JSON object, got str."),
        ('{"amount": NaN}', "The arguments are not a JSON object: "),
        ('{"amount": 1e999}', "The arguments are not a JSON object: "),
        ('{"name": "\\ud800"}', "The arguments are not a JSON object: "),
    ],
)
async def test_malformed_arguments_are_a_sentence(world: World, text: str, sentence: str) -> None:
    found = await raw(world, "client_search", text)
    assert found is not None
    assert found.startswith(sentence)


async def test_no_arguments_may_be_no_text(world: World) -> None:
    assert await raw(world, "list_clients", "") is None


async def test_huge_arguments_are_refused_unread(world: World) -> None:
    text = json.dumps({"entity_type": "Client", "entity_id": NORTHWIND, "content": "x" * 10_000_000})
    sentence = await raw(world, "add_note", text)
    assert sentence == f"The arguments have {len(text):,} characters; a call may have {MAX_ARGUMENTS:,}."
    largest = "x" * (MAX_ARGUMENTS - 100 - len(NORTHWIND))
    note = await value(world, "add_note", entity_type="Client", entity_id=NORTHWIND, content=largest)
    assert note["content"] == largest


async def test_only_tools_can_be_called(world: World) -> None:
    before = await world.snapshot()
    assert await error(world, "creat_client") == "There is no tool 'creat_client'; did you mean create_new_client?"
    for name in ("commit", "rollback_to", "__class__", "_run", "snapshot", "", "x" * 10_000_000):
        assert (await error(world, name)).startswith("There is no tool '")
    assert await world.snapshot() == before


async def test_an_error_leaves_everything_as_it_was(world: World) -> None:
    await value(world, "create_new_client", **NEW_CLIENT)
    before = await world.snapshot()
    await error(world, "create_new_client", **NEW_CLIENT)
    await error(world, "modify_opportunity", opportunity_id=RENEWAL, owner="X", amount=-1)
    await error(world, "create_quote", opportunity_id="none", amount=1, status="Draft")
    assert await world.snapshot() == before
    assert await value(world, "client_search", name="new")


async def test_ids_follow_the_seed_and_failures_use_none(world: World) -> None:
    assert (await value(world, "create_new_client", **NEW_CLIENT))["client_id"] == made(1)
    await error(world, "create_new_client", **NEW_CLIENT)
    await error(world, "add_note", entity_type="Client", entity_id="nobody", content="x")
    clone = await value(world, "clone_opportunity", opportunity_id=RENEWAL)
    assert clone["opportunity_id"] == made(2)


async def test_ids_are_not_given_out_again_after_a_rollback(world: World) -> None:
    mark = await world.mark()
    await value(world, "create_new_client", **NEW_CLIENT)
    await world.rollback_to(mark)
    assert (await value(world, "create_new_client", **NEW_CLIENT))["client_id"] == made(2)


async def test_marks_nest(world: World) -> None:
    states = [await world.snapshot()]
    marks = []
    for number in range(3):
        marks.append(await world.mark())
        await value(world, "modify_quote", quote_id=FIRST_QUOTE, amount=number + 1)
        await value(world, "add_note", entity_type="Contact", entity_id=DANA, content=str(number))
        states.append(await world.snapshot())
    await world.rollback_to(marks[1])
    assert await world.snapshot() == states[1]
    await value(world, "delete_quote", quote_id=FIRST_QUOTE)
    await world.rollback_to(marks[1])
    assert await world.snapshot() == states[1], "returning keeps the mark"
    with pytest.raises(ValueError, match="there is no mark"):
        await world.rollback_to(marks[2])
    await world.rollback_to(marks[0])
    assert await world.snapshot() == states[0]


async def test_marks_without_anything_between_them(world: World) -> None:
    first = await world.mark()
    second = await world.mark()
    await world.rollback_to(second)
    await value(world, "delete_opportunity", opportunity_id=RENEWAL)
    await world.rollback_to(first)
    await world.rollback_to(first)
    third = await world.mark()
    await error(world, "delete_opportunity", opportunity_id="x")
    await world.rollback_to(third)
    assert RENEWAL in (await world.snapshot())["opportunities"]


async def test_calls_at_once_are_handled_one_after_the_other(world: World) -> None:
    await asyncio.gather(
        *(value(world, "add_note", entity_type="Client", entity_id=NORTHWIND, content=str(n)) for n in range(5)),
        error(world, "add_note", entity_type="Client", entity_id="x", content="y"),
        value(world, "delete_opportunity", opportunity_id=EXPANSION),
    )
    snapshot = await world.snapshot()
    assert {made(n + 1): str(n) for n in range(5)}.items() <= {
        key: row["content"] for key, row in snapshot["notes"].items()
    }.items()
    assert EXPANSION not in snapshot["opportunities"]


async def test_a_snapshot_does_not_change_with_the_world(world: World) -> None:
    before = await world.snapshot()
    await value(world, "modify_client", client_id=NORTHWIND, owner="Kim")
    changes = diff(before, await world.snapshot())
    assert {c: (x.before, x.after) for c, x in changes.updated["clients"][NORTHWIND].items()} == {
        "owner": (None, "Kim")
    }
    assert not changes.inserted
    assert not changes.deleted


async def test_a_result_can_be_changed_without_changing_the_world(world: World) -> None:
    companies = await value(world, "company_search")
    companies[0]["contacts"].append("Intruder")
    companies[0]["name"] = "X"
    assert (await value(world, "company_search"))[0]["contacts"] == ["Ann", "Bo"]


async def test_worlds_do_not_see_each_other(environment: CrmEnvironment) -> None:
    async with environment.open(SETUP) as one, environment.open(SETUP) as other:
        await value(one, "create_new_client", **NEW_CLIENT)
        assert await value(other, "client_search", name="New") == []
    async with environment.open(SETUP) as later:
        assert await value(later, "client_search", name="New") == []


async def test_a_session_within_a_session_is_undone_when_it_is_left(world: CrmWorld) -> None:
    await value(world, "create_new_client", **NEW_CLIENT)
    before = await world.snapshot()
    async with world.begin_session() as inner:
        await value(inner, "delete_opportunity", opportunity_id=RENEWAL)
        middle = await world.snapshot()
        async with world.begin_session():
            await value(world, "modify_opportunity", opportunity_id=EXPANSION, amount=1)
            await error(world, "modify_opportunity", opportunity_id=EXPANSION, amount=0)
        assert await world.snapshot() == middle
    assert await world.snapshot() == before


async def test_a_session_goes_on_after_its_rollback(world: CrmWorld) -> None:
    start = await world.snapshot()
    await value(world, "create_new_client", **NEW_CLIENT)
    outer = await world.snapshot()
    async with world.begin_session():
        await value(world, "delete_opportunity", opportunity_id=RENEWAL)
        await world.rollback_session()
        assert await world.snapshot() == outer, "only the inner session is undone"
        await world.rollback_session()
        note = await value(world, "add_note", entity_type="Client", entity_id=NORTHWIND, content="again")
        assert note["note_id"] in (await world.snapshot())["notes"]
    assert await world.snapshot() == outer
    await world.rollback_session()
    assert await world.snapshot() == start
    await value(world, "create_new_client", **NEW_CLIENT)


async def test_a_session_is_undone_when_its_block_fails(world: CrmWorld) -> None:
    before = await world.snapshot()

    async def fail() -> None:
        async with world.begin_session():
            await value(world, "create_new_client", **NEW_CLIENT)
            raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        await fail()
    assert await world.snapshot() == before


async def test_marks_of_the_outer_session_wait_until_the_inner_is_left(world: CrmWorld) -> None:
    outside = await world.mark()
    async with world.begin_session():
        inside = await world.mark()
        await value(world, "create_new_client", **NEW_CLIENT)
        with pytest.raises(ValueError, match="was made before this session"):
            await world.rollback_to(outside)
        await world.rollback_session()
        with pytest.raises(ValueError, match="there is no mark"):
            await world.rollback_to(inside)
    await value(world, "create_new_client", **NEW_CLIENT)
    await world.rollback_to(outside)
    assert await value(world, "client_search", name="New") == []


async def test_thousands_of_calls_in_one_session(world: CrmWorld) -> None:
    """An agent that never stops costs time, and nothing else: its limit is the runtime's affair."""
    for number in range(1500):
        await raw(world, "add_note", f'{{"entity_type": "Client", "entity_id": "{number}", "content": "x"}}')
    note = await value(world, "add_note", entity_type="Client", entity_id=NORTHWIND, content="still here")
    assert note["note_id"] == made(1)


@pytest.mark.parametrize("name", sorted({*dir(MemoryStore), *dir(PostgresStore), *dir(CrmWorld), *dir(object)}))
async def test_no_method_of_a_store_or_a_world_is_a_tool(name: str) -> None:
    async with CrmEnvironment.memory().open(SETUP) as world:
        assert (await error(world, name)).startswith(f"There is no tool '{name}'")
