"""A document as text: what read_file shows of a file, by its kind.

Text is decoded here. Office files, PDF and pictures are read by libraries that a made-up file can drive into using
gigabytes or minutes, so that is done in a child process under limits (`document_worker`).
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import OrderedDict
from hashlib import sha256
from pathlib import PurePosixPath

from atlas.environments.gaia.workspace import Workspace
from atlas.errors import ToolError, WorldError

READ_BY_A_CHILD = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".gif": "image",
    ".webp": "image",
    ".bmp": "image",
}
MAX_TEXT_BYTES = 4 * 1024 * 1024
TIMEOUT_S = 60.0
KEPT_TEXTS, KEPT_CHARACTERS = 200, 100_000
"""How many texts are kept, and how long one may be."""
_REFUSED, _LIBRARY_MISSING = 3, 4
"""Exit codes of the child: the file cannot be read, and the library is not installed."""


class Documents:
    """Reads documents, and keeps the text of those that were read last: trials of one task read the same files."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[str, bytes], str] = OrderedDict()

    async def text_of(self, workspace: Workspace, path: str) -> str:
        """The text of a file. Raises `ToolError` for one that has none, `WorldError` where a library is missing."""
        kind = READ_BY_A_CHILD.get(PurePosixPath(path).suffix.lower())
        if kind is None:
            return _decoded(await asyncio.to_thread(workspace.read, path, limit=MAX_TEXT_BYTES), path)
        # The child is handed these very bytes, so that a file which changes meanwhile cannot pass for another.
        data = await asyncio.to_thread(workspace.read, path)
        known = (kind, sha256(data).digest())
        if known in self._texts:
            self._texts.move_to_end(known)
            return self._texts[known]
        text = await _read_by_child(kind, data, path)
        if len(text) <= KEPT_CHARACTERS:
            self._texts[known] = text
        while len(self._texts) > KEPT_TEXTS:
            self._texts.popitem(last=False)
        return text


def _decoded(data: bytes, path: str) -> str:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ToolError(f"{path!r} is a binary file of {len(data):,} bytes; read_file cannot show it as text.")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise ToolError(f"{path!r} is not text in UTF-8, UTF-16 or Windows-1252, so read_file cannot show it.")


async def _read_by_child(kind: str, data: bytes, path: str) -> str:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "atlas.environments.gaia.document_worker",
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd=os.sep,
        start_new_session=True,
    )
    try:
        said, _ = await asyncio.wait_for(child.communicate(data), TIMEOUT_S)
    except TimeoutError as error:
        raise ToolError(f"{path!r} could not be read within {TIMEOUT_S:.0f} seconds.") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    text = said.decode("utf-8", "replace")
    if child.returncode == _LIBRARY_MISSING:
        raise WorldError(f"reading {path} needs the library {text}; install it with pip install 'atlas[code]'")
    if child.returncode:
        why = text if child.returncode == _REFUSED else "it is damaged, or too large to be read"
        raise ToolError(f"{path!r} cannot be read: {why}.")
    return text
