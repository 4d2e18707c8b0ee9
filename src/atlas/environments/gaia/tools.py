"""The tools of a GAIA world: files of the task's directory, and the web."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tools import ToolSpec
from atlas.environments.gaia.documents import Documents
from atlas.environments.gaia.web import Web
from atlas.environments.gaia.workspace import Workspace
from atlas.errors import ToolError

READ_CHARS = 18_000
"""Characters that one read gives; it fits into what a model is shown of a tool's result."""
MAX_RESULTS = 10

_PATH: JsonObject = {"type": "string", "description": "Path relative to the working directory, such as sales.csv."}
_TEXT: JsonObject = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Reach:
    """All that a tool may touch."""

    workspace: Workspace
    documents: Documents
    web: Web


Run = Callable[[Reach, JsonObject], Awaitable[JsonValue]]


@dataclass(frozen=True, slots=True)
class Tool:
    """A spec and what runs it. The arguments it gets fit the spec."""

    spec: ToolSpec
    run: Run


async def _list_files(reach: Reach, arguments: JsonObject) -> JsonValue:
    entries = await asyncio.to_thread(reach.workspace.entries)
    return [{"path": entry.path, "bytes": entry.size, "kind": entry.kind} for entry in entries]


async def _read_file(reach: Reach, arguments: JsonObject) -> JsonValue:
    offset, path = arguments.get("offset", 0), arguments["path"]
    text = await reach.documents.text_of(reach.workspace, path)
    if offset and offset >= len(text):
        raise ToolError(f"{path!r} has {len(text):,} characters, so there is nothing at offset {offset}.")
    part = text[offset : offset + READ_CHARS]
    if (end := offset + len(part)) < len(text):
        part += f"\n[cut here: {len(text) - end:,} more characters; read on with offset={end}]"
    return part


async def _write_file(reach: Reach, arguments: JsonObject) -> JsonValue:
    data = arguments["content"].encode("utf-8", "replace")
    await asyncio.to_thread(reach.workspace.write, arguments["path"], data)
    return {"path": arguments["path"], "bytes": len(data)}


async def _append_file(reach: Reach, arguments: JsonObject) -> JsonValue:
    data = arguments["content"].encode("utf-8", "replace")
    await asyncio.to_thread(reach.workspace.append, arguments["path"], data)
    return {"path": arguments["path"], "appended_bytes": len(data)}


async def _web_search(reach: Reach, arguments: JsonObject) -> JsonValue:
    if not (query := arguments["query"].strip()):
        raise ToolError("The query is empty; say what to look for.")
    return await reach.web.search(query[:400], arguments.get("max_results", 5))


async def _extract_page(reach: Reach, arguments: JsonObject) -> JsonValue:
    url, offset = arguments["url"].strip(), arguments.get("offset", 0)
    if not url.startswith(("http://", "https://")) or any(character.isspace() for character in url):
        raise ToolError(f"{url[:80]!r} is not an address of the web; it begins with https:// or http://.")
    text = await reach.web.extract(url)
    part = text[offset : offset + READ_CHARS]
    if (end := offset + len(part)) < len(text):
        part += f"\n[cut here: {len(text) - end:,} more characters; read on with offset={end}]"
    return part


def _tool(name: str, description: str, properties: JsonObject, run: Run, *, writes: bool = False) -> Tool:
    optional = {"offset", "max_results"}
    schema: JsonObject = {"type": "object", "properties": properties, "additionalProperties": False}
    if required := [key for key in properties if key not in optional]:
        schema["required"] = required
    return Tool(ToolSpec(name, description, schema, writes), run)


_OFFSET: JsonObject = {"type": "integer", "minimum": 0, "description": "Character to start at; 0 when left out."}
_ALL = (
    _tool(
        "list_files",
        "The files in the working directory, with their sizes in bytes.",
        {},
        _list_files,
    ),
    _tool(
        "read_file",
        f"The text of a file, at most {READ_CHARS:,} characters of it from offset on. Spreadsheets are given sheet "
        "by sheet as comma-separated values, PDF, documents and slides as their text; of a picture only its size.",
        {"path": _PATH, "offset": _OFFSET},
        _read_file,
    ),
    _tool(
        "write_file",
        "Write a text file, replacing what it held; directories are made as needed.",
        {"path": _PATH, "content": _TEXT},
        _write_file,
        writes=True,
    ),
    _tool(
        "append_file",
        "Add text to the end of a file; the file is made when there is none.",
        {"path": _PATH, "content": _TEXT},
        _append_file,
        writes=True,
    ),
    _tool(
        "web_search",
        "Search the web. Gives title, address and an excerpt of each hit, the best first.",
        {
            "query": {"type": "string", "description": "What to look for."},
            "max_results": {
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_RESULTS,
                "description": "5 when left out.",
            },
        },
        _web_search,
    ),
    _tool(
        "extract_page",
        f"The text of a web page, at most {READ_CHARS:,} characters of it from offset on.",
        {"url": {"type": "string", "description": "The page's address."}, "offset": _OFFSET},
        _extract_page,
    ),
)

TOOLS: dict[str, Tool] = {tool.spec.name: tool for tool in _ALL}
SPECS = tuple(tool.spec for tool in _ALL)
