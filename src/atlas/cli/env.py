"""`atlas env`: the environment and the agent of one's own project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="The project's root.")]


@app.command()
def init(
    path: Folder = Path("."),
    task: Annotated[str, typer.Option(help="The task that is tried out.")] = "Sample investigation prompt",
    env: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, a variable for the project's process; repeatable.")
    ] = None,
    env_fn: Annotated[
        str | None, typer.Option(help="module:qualname of the environment, or what makes it.")
    ] = None,
    agent_fn: Annotated[str | None, typer.Option(help="module:qualname of the agent, or what makes it.")] = None,
    env_arg: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, given to the environment; JSON or text; repeatable.")
    ] = None,
    agent_arg: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, given to the agent; JSON or text; repeatable.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that the project's code may take.")] = 240.0,
    force: Annotated[bool, typer.Option("--force", help="Write over what an earlier discovery wrote.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Run the project's code without asking.")] = False,
) -> None:
    """Find the project's environment and agent, try them out on one task, and write `.atlas/` for `atlas run`.

    Finding only reads files. Trying out imports and runs the project's code in a process of its own: after a yes.
    """
    from atlas.runs.discovery import DiscoveryPlan, discover
    from atlas.settings import Settings

    plan = DiscoveryPlan(
        path, task, env or [], env_fn, agent_fn, env_arg or [], agent_arg or [], timeout, force, yes
    )
    run_async(discover(plan, Settings.load()), interrupted="interrupted: nothing was written")


@app.command()
def scaffold(path: Folder = Path(".")) -> None:
    """Write a small project with an environment and an agent, to try `atlas env init` on."""
    from atlas.runs.discovery import scaffold as write

    write(path)
