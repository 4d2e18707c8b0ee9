"""Side by side: as much at once as there is room, and nothing left running."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from atlas.runtime.side_by_side import side_by_side


async def test_results_come_as_they_are_finished() -> None:
    async def piece(number: int) -> int:
        await asyncio.sleep(0.02 if number == 0 else 0)
        return number

    assert [each async for each in side_by_side((piece(n) for n in range(5)), lambda: 2)] == [1, 2, 3, 4, 0]


async def test_what_is_left_early_or_raises_leaves_nothing_running() -> None:
    async def piece(number: int) -> int:
        if number == 3:
            raise ValueError("broken")
        await asyncio.sleep(0 if number < 2 else 60)
        return number

    def pieces() -> Iterator[Coroutine[Any, Any, int]]:
        yield from (piece(number) for number in range(4))

    with pytest.raises(ValueError, match="broken"):
        async for _ in side_by_side(pieces(), lambda: 4):
            pass
    assert len(asyncio.all_tasks()) == 1
