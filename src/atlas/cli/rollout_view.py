"""`atlas rollout view`: groups as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def view(
    groups: Annotated[Path, typer.Argument(help="A file of groups.")],
    output: Annotated[
        Path | None, typer.Option(help="The page to write; default GROUPS with .html instead of .jsonl.")
    ] = None,
) -> None:
    """Write a self-contained HTML page of a file of groups: every conversation with its score and parts."""
    from atlas.runs.rollout.view import view_groups

    view_groups(groups, output)
