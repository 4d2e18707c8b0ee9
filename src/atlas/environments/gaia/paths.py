"""A path of the workspace: the names that lead to a file, checked before anything is opened."""

from __future__ import annotations

from atlas.errors import ToolError

MAX_NAMES = 8
"""Names in one path, so directories nest at most one less."""
MAX_NAME_BYTES = 200


def names_of(path: str) -> tuple[str, ...]:
    """The names of a path relative to the workspace, `.` left out. Raises `ToolError` for any other path."""
    if not path.strip():
        raise ToolError("The path is empty; give the name of a file, as list_files shows it.")
    if "\0" in path:
        raise ToolError("A path cannot hold a NUL character.")
    if path.startswith(("/", "~")):
        raise ToolError(
            f"The path {_short(path)} is absolute; give one relative to the working directory, as list_files does."
        )
    names = tuple(name for name in path.split("/") if name not in ("", "."))
    if ".." in names:
        raise ToolError(f"The path {_short(path)} leads out of the task's directory; '..' is not allowed.")
    if not names:
        raise ToolError(f"The path {_short(path)} names no file.")
    if len(names) > MAX_NAMES or any(len(name.encode(errors="replace")) > MAX_NAME_BYTES for name in names):
        raise ToolError(
            f"The path {_short(path)} is too long: at most {MAX_NAMES} names of {MAX_NAME_BYTES} bytes each."
        )
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise ToolError("The path holds characters that no file name has.") from error
    return names


def _short(path: str) -> str:
    return repr(path if len(path) <= 80 else f"{path[:80]}...")
