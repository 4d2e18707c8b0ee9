"""The queue of a running server: what it does when its store fails or an answer does not arrive."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from atlas.errors import StorageError
from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.group import CheckedGroup
from atlas.rollouts.api.queue import GroupQueue
from tests.rollouts.api.conftest import Api

SENT = CheckedGroup(None, 4, b"{}", b"digest")
OTHER = CheckedGroup(None, 4, b"[]", b"other")


async def test_equal_groups_are_two_when_the_first_answer_arrived(api: Api) -> None:
    for _ in range(2):
        api.queue.answered(await api.queue.add([SENT]), arrived=True)
    assert api.queue.queue_size == 2
    assert len({(await api.queue.add([SENT, SENT])).stored, ()}) == 2
    assert api.queue.queue_size == 4


async def test_a_group_whose_answers_do_not_arrive_is_one_however_often_it_is_sent(api: Api) -> None:
    for _ in range(3):
        api.queue.answered(await api.queue.add([SENT]), arrived=False)
    receipt = await api.queue.add([SENT, OTHER, SENT])
    assert (len(receipt.stored), receipt.repeated) == (2, (b"digest",))
    assert api.queue.queue_size == 3


async def test_a_failure_of_the_store_leaves_a_doubt_a_doubt(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.queue.answered(await api.queue.add([SENT]), arrived=False)

    async def fails(*_: Any) -> None:
        raise StorageError("away")

    with monkeypatch.context() as patch:
        patch.setattr(api.store, "add", fails)
        with pytest.raises(StorageError, match="away"):
            await api.queue.add([SENT, OTHER])
    assert (await api.queue.add([SENT])).stored == ()
    assert api.queue.queue_size == 1


async def test_what_was_answered_is_stored_as_answered_at_once(api: Api) -> None:
    receipt = await api.queue.add([SENT])
    api.queue.answered(receipt, arrived=True)
    assert (await api.store.load()).acknowledged == receipt.stored[-1]


async def test_many_lists_in_one_commit_get_their_own_receipts(api: Api) -> None:
    lists = [[CheckedGroup(None, 4, b"{}", bytes([number, at])) for at in range(number)] for number in range(5)]
    receipts = await asyncio.gather(*map(api.queue.add, lists))
    assert [len(receipt.stored) for receipt in receipts] == [0, 1, 2, 3, 4]
    assert len({group for receipt in receipts for group in receipt.stored}) == 10


async def test_what_comes_again_under_its_key_is_stored_once_whatever_came_meanwhile(api: Api) -> None:
    lists = await asyncio.gather(*(api.queue.add([SENT, OTHER], "run/1") for _ in range(3)))
    assert sorted(len(receipt.stored) for receipt in lists) == [0, 0, 2]
    assert len((await api.queue.add([SENT], "run/2")).stored) == 1, "an equal group under another key"
    assert len((await api.queue.add([SENT])).stored) == 1
    assert (await api.queue.add([OTHER], "run/1")).stored == ()
    assert api.queue.queue_size == 4


async def test_keys_are_remembered_by_the_next_server_and_dropped_by_a_reset(api: Api) -> None:
    await api.queue.add([SENT], "run/1")
    later = GroupQueue(api.store, ApiConfig())
    async with later.running():
        assert (await later.add([SENT], "run/1")).stored == ()
        await later.reset()
        assert len((await later.add([SENT], "run/1")).stored) == 1


async def test_a_key_decides_where_a_digest_is_in_doubt(api: Api) -> None:
    api.queue.answered(await api.queue.add([SENT], "run/1"), arrived=False)
    assert len((await api.queue.add([SENT], "run/2")).stored) == 1
    assert (await api.queue.add([SENT], "run/1")).repeated == (b"digest",)
    assert len((await api.queue.add([SENT])).stored) == 1, "its sender was told by the repetition"


async def test_a_failure_of_the_store_keeps_no_key(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any) -> None:
        raise StorageError("away")

    with monkeypatch.context() as patch:
        patch.setattr(api.store, "add", fails)
        with pytest.raises(StorageError, match="away"):
            await api.queue.add([SENT], "run/1")
    assert len((await api.queue.add([SENT], "run/1")).stored) == 1
