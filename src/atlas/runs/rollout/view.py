"""`atlas rollout view`: a page to look at the groups of a file with."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from atlas.errors import AtlasError, ConfigError
from atlas.export.artifacts import Replacement
from atlas.rollouts.group_file import read_groups
from atlas.rollouts.page import MOST_GROUPS, PageContext, groups_html


def view_groups(file: Path, output: Path | None) -> None:
    """Write the page beside the file, or to `output`, whole or not at all.

    Raises `DatasetError` by file, line and key, `ConfigError` for wrong input, `AtlasError` when there is no group.
    """
    page = output or file.with_suffix(".html")
    if page == file:
        raise ConfigError(f"{file} is what is to be shown; name another file with --output")
    if page.is_dir():
        raise ConfigError(f"--output {page} is a folder; name a file in it")
    # Read to its end first: a bad line is named before anything is written, and the page says how many there are.
    count = sum(1 for _ in read_groups(file))
    if not count:
        raise AtlasError(f"{file} holds no group, so there is nothing to look at")
    context = PageContext(file.name, f"atlas rollout view {shlex.quote(str(file))}", count, 0)
    with Replacement(page) as written:
        for piece in groups_html(read_groups(file), context):
            written.write(piece.encode())
    shown = f", the first {MOST_GROUPS} of them" if count > MOST_GROUPS else ""
    typer.echo(f"{count} {'group' if count == 1 else 'groups'}{shown}: {page}")
