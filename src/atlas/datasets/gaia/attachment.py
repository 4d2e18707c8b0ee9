"""An attachment of a dataset: whether the file is there, and is what its name says."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

# Programs go by what a picture is, whatever its suffix, so one kind under the name of another is no fault.
_PICTURE = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF", b"BM")
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"), _PICTURE),
}
_POINTER = b"version https://git-lfs.github.com/spec/"


def fault_of(path: Path) -> str | None:
    """What is wrong with an attachment, as the end of a sentence; None when nothing is."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "the attachment is missing; download the dataset again"
    except OSError as error:
        return f"the attachment cannot be read ({error.strerror})"
    if not data:
        return "the attachment is empty; download the dataset again"
    if data.startswith(_POINTER):
        return (
            "the attachment is only a Git LFS pointer; fetch the file itself (git lfs pull), or download it again"
        )
    suffix = path.suffix.lower()
    if suffix in _SIGNATURES and not data.startswith(_SIGNATURES[suffix]):
        return f"the attachment is corrupt: it does not begin as a {suffix} file does"
    if check := _WHOLE.get(suffix):
        return check(path)
    return None


def _zip_fault(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        return f"the attachment is corrupt ({error})"
    return f"the attachment is corrupt (in {damaged})" if damaged else None


def _json_fault(path: Path) -> str | None:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return f"the attachment is corrupt: it is no JSON ({error})"
    return None


_WHOLE: dict[str, Callable[[Path], str | None]] = {
    **dict.fromkeys((".zip", ".xlsx", ".docx", ".pptx"), _zip_fault),
    ".json": _json_fault,
}
