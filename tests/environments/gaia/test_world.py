"""A world: its tools as an agent calls them, the difference they make, and the way back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atlas.core.messages import MAX_TOOL_TEXT, tool_message
from atlas.core.state import diff
from atlas.core.tools import ToolCall
from atlas.environments.gaia.environment import GaiaEnvironment
from atlas.environments.gaia.tools import READ_CHARS, SPECS
from atlas.environments.gaia.world import GaiaWorld
from tests.environments.gaia.making import call, error, setup


@asynccontextmanager
async def opened(folder: Path, **files: bytes) -> AsyncIterator[GaiaWorld]:
    async with GaiaEnvironment(folder=folder).open(
        setup(folder, {name.replace("_", "."): data for name, data in files.items()})
    ) as world:
        yield world


def test_the_tools() -> None:
    assert [spec.name for spec in SPECS] == [
        "list_files", "read_file", "write_file", "append_file", "web_search", "extract_page",
    ]  # fmt: skip
    assert [spec.name for spec in SPECS if spec.writes] == ["write_file", "append_file"]
    read = next(spec for spec in SPECS if spec.name == "read_file")
    assert read.parameters["required"] == ["path"]
    assert read.parameters["additionalProperties"] is False


async def test_files_through_tools(tmp_path: Path) -> None:
    async with opened(tmp_path, data_csv=b"a,b\r\n1,2\r\n") as world:
        assert (await call(world, "list_files")).value == [{"path": "data.csv", "bytes": 10, "kind": "file"}]
        assert (await call(world, "read_file", path="data.csv")).value == "a,b\n1,2\n"
        assert (await call(world, "write_file", path="out/n.txt", content="é")).value == {
            "path": "out/n.txt",
            "bytes": 2,
        }
        assert (await call(world, "append_file", path="out/n.txt", content="!")).ok
        assert (await call(world, "read_file", path="out/n.txt", offset=None)).value == "é!"


async def test_a_long_file_is_read_part_by_part(tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(4000))
    async with opened(tmp_path, long_txt=text.encode()) as world:
        parts, offset = [], 0
        while True:
            result = await call(world, "read_file", path="long.txt", offset=offset)
            assert len(tool_message(result).content) <= MAX_TOOL_TEXT, "nothing is cut a second time"
            part, _, rest = result.value.partition("\n[cut here: ")
            parts.append(part)
            if not rest:
                break
            offset = int(rest.rstrip("]").rpartition("=")[2])
            assert offset == READ_CHARS * len(parts)
        assert "".join(parts) == text
        assert "nothing at offset" in await error(world, "read_file", path="long.txt", offset=len(text))


async def test_wrong_calls_are_sentences(tmp_path: Path) -> None:
    async with opened(tmp_path, a_txt=b"a") as world:
        assert (
            await error(world, "read_fil", path="a.txt") == "There is no tool 'read_fil'; did you mean read_file?"
        )
        assert await error(world, "read_file") == "read_file needs the argument 'path'."
        assert await error(world, "read_file", path=3) == "The argument 'path' must be a text, not int."
        assert "from 1 to 10" in await error(world, "web_search", query="x", max_results=11)
        assert "must be 0 or more" in await error(world, "read_file", path="a.txt", offset=-1)
        assert "it takes: path, offset" in await error(world, "read_file", path="a.txt", mode="b")
        assert "it takes none" in await error(world, "list_files", path=".")
        assert "is absolute" in await error(world, "read_file", path="/etc/passwd")
        assert "leads out" in await error(world, "append_file", path="../x", content="")
        assert "is not an address of the web" in await error(world, "extract_page", url="file:///etc/passwd")
        assert "query is empty" in await error(world, "web_search", query=" ")
        broken = await world.call(ToolCall("c", "read_file", "{path: a}"))
        assert broken.error is not None
        assert broken.error.startswith("The arguments are not a JSON object")
        huge = await world.call(ToolCall("c", "write_file", "x" * 3_000_000))
        assert huge.error is not None
        assert "a call may have" in huge.error
        assert "too much for one write" in await error(world, "write_file", path="b", content="é" * 600_000)


async def test_without_a_key_the_agent_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        for tool, arguments in (("web_search", {"query": "x"}), ("extract_page", {"url": "https://example.org"})):
            assert "no TAVILY_API_KEY is set" in await error(world, tool, **arguments)


async def test_the_state_is_files_by_hash(tmp_path: Path) -> None:
    async with opened(tmp_path, a_txt=b"a") as world:
        before = await world.snapshot()
        await call(world, "write_file", path="b.txt", content="b")
        await call(world, "append_file", path="a.txt", content="a")
        changes = diff(before, await world.snapshot())
        assert list(changes.inserted["files"]) == ["b.txt"]
        assert set(changes.updated["files"]["a.txt"]) == {"bytes", "sha256"}
        assert not changes.deleted


async def test_marks_nest_and_stay(tmp_path: Path) -> None:
    async with opened(tmp_path, a_txt=b"0") as world:
        start = await world.snapshot()
        first = await world.mark()
        await call(world, "write_file", path="a.txt", content="1")
        second = await world.mark()
        await call(world, "write_file", path="deep/b.txt", content="2")
        await world.rollback_to(second)
        assert (await call(world, "list_files")).value == [{"path": "a.txt", "bytes": 1, "kind": "file"}]
        await world.rollback_to(first)
        assert await world.snapshot() == start
        with pytest.raises(ValueError, match="no mark 1"):
            await world.rollback_to(second)
        await call(world, "write_file", path="a.txt", content="again")
        await world.rollback_to(first)
        assert await world.snapshot() == start
