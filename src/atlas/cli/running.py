"""Running a verb: the one event loop, and what Ctrl-C means."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T], *, interrupted: str = "interrupted") -> T:
    """Run `work` to its end. Ctrl-C lets it clean up, says `interrupted`, and exits with 130."""
    # Imported here, so that `atlas --help` need not wait for it.
    import asyncio

    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        typer.echo(interrupted, err=True)
        raise typer.Exit(130) from None
