"""The page of a bundle: what is in it, and how to check that."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from atlas.runs.handoff.manifest import BundledRun, Manifest

_FOLDERS = {
    "figures/": "reports, tables, plots, sessions and playbooks, each made from the snapshot by a command below",
    "database/": "the sessions, events and playbooks of these runs as PostgreSQL copy files (secrets masked)",
    "telemetry/": "the JSON Schema of a session record",
    "datasets/": "what was played, with its data card",
    "configs/": "the config that each run was begun under",
    "artifacts/": "what each run wrote, where its folder was named",
    "manifest.json": "runs, commands, exact versions, and the SHA-256 of every file",
}


def readme(manifest: Manifest) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Manifest) -> Iterator[str]:
    simulated = any(run.simulated for run in manifest.runs)
    yield f"# Hand-off bundle{' (SIMULATED)' if simulated else ''}"
    if simulated:
        yield "\nRuns marked SIMULATED were played by scripted models. They say nothing about any real model."
    yield "\n## Check it\n\n```\natlas handoff verify .\n```\n"
    yield (
        f"With Atlas {manifest.versions['atlas']} and nothing else: every checksum, every figure made anew from "
        "the snapshot and compared byte for byte, and every offline run played again."
    )
    yield "\n## Runs\n"
    yield from map(_run, manifest.runs)
    yield "\n## Contents\n\n| | |\n|---|---|"
    yield from (f"| `{name}` | {what} |" for name, what in _FOLDERS.items())
    yield "\n## Commands behind the figures\n\n```"
    yield from (f"atlas {shlex.join(figure.arguments)}" for figure in manifest.figures)
    yield "```"


def _run(run: BundledRun) -> str:
    label = ", SIMULATED" if run.simulated else ""
    how = f"`atlas {shlex.join(run.replay.arguments)}`" if run.replay else f"not played again: {run.not_replayed}"
    return f"* `{run.run_id}` (`atlas {run.command}`{label}): {run.sessions} sessions; {how}"
