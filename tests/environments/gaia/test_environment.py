"""The environment: worlds with a task's files and nothing else, each on its own, gone when they are left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from atlas.core.tasks import Setup
from atlas.environments.gaia.environment import GaiaEnvironment
from atlas.errors import WorldError
from tests.environments.gaia.making import AS_OF, call, setup


async def test_a_world_holds_the_attachments_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "metadata.jsonl").write_text("the answers")
    made = setup(tmp_path, {"a.csv": b"x\n1\n", "b.txt": b"b"})
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    async with GaiaEnvironment(folder=rooms) as environment, environment.open(made) as world:
        assert world.workspace is not None
        assert sorted(os.listdir(world.workspace)) == ["a.csv", "b.txt"]
        assert world.workspace.stat().st_mode & 0o777 == 0o700
        (world.workspace / "shut").mkdir()
        (world.workspace / "shut" / "x").touch()
        (world.workspace / "shut").chmod(0)
        assert (await call(world, "write_file", path="a.csv", content="mine")).ok
    assert os.listdir(rooms) == []
    assert (tmp_path / "a.csv").read_bytes() == b"x\n1\n", "the dataset is never touched"


async def test_worlds_do_not_see_each_other(tmp_path: Path) -> None:
    made = setup(tmp_path, {"a.txt": b"start"})
    environment = GaiaEnvironment(folder=tmp_path)

    async def play(number: int) -> str:
        async with environment.open(made) as world:
            await call(world, "append_file", path="a.txt", content=f" {number}")
            await asyncio.sleep(0)
            return str((await call(world, "read_file", path="a.txt")).value)

    assert await asyncio.gather(*map(play, range(8))) == [f"start {number}" for number in range(8)]


@pytest.mark.parametrize(
    "content",
    [{"file": []}, {"files": "a.csv"}, {"files": ["a.csv"]}, {"files": [{"name": "../a", "source": "/x"}]}],
)
async def test_a_setup_that_cannot_be_loaded(content: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"GAIA setup|plain file name"):
        async with GaiaEnvironment().open(Setup(AS_OF, "t", content)):
            pass


async def test_an_attachment_that_went_away(tmp_path: Path) -> None:
    made = setup(tmp_path, {"a.csv": b"x"})
    (tmp_path / "a.csv").unlink()
    with pytest.raises(WorldError, match=r"a\.csv cannot be copied"):
        async with GaiaEnvironment(folder=tmp_path).open(made):
            pass
    assert os.listdir(tmp_path) == []
