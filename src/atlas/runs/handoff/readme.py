"""The page of a bundle: what is in it, and how to check that."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from atlas.runs.handoff.manifest import BundledRollout, BundledRun, Manifest

_FOLDERS = {
    "figures/": "reports, plots, pages, sessions and playbooks, each made from the bundle by a command below",
    "database/": "the sessions, events and playbooks of these runs as PostgreSQL copy files (secrets masked)",
    "telemetry/": "the JSON Schema of a session record",
    "datasets/": "what was played, with its data card",
    "configs/": "the config that each run was begun under",
    "artifacts/": "what each run wrote, where its folder was named",
    "rollouts/": "groups of trajectories as trainers read them, with the notes of their run",
    "manifest.json": "runs, commands, exact versions, and the SHA-256 of every file",
}


def readme(manifest: Manifest) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Manifest) -> Iterator[str]:
    simulated = any(run.simulated for run in manifest.runs) or any(each.simulated for each in manifest.rollouts)
    yield f"# Hand-off bundle{' (SIMULATED)' if simulated else ''}"
    if simulated:
        yield "\nRuns marked SIMULATED were played by scripted models. They say nothing about any real model."
    yield "\n## Check it\n\n```\natlas handoff verify .\n```\n"
    yield (
        f"With Atlas {manifest.versions['atlas']} and nothing else: every checksum, every figure made anew from "
        "the bundle and compared byte for byte, and every offline run played again."
    )
    yield "\n## Runs\n"
    yield from map(_run, manifest.runs)
    yield from map(_rollout, manifest.rollouts)
    yield "\n## Contents\n\n| | |\n|---|---|"
    shown = {name: what for name, what in _FOLDERS.items() if manifest.rollouts or name != "rollouts/"}
    yield from (f"| `{name}` | {what} |" for name, what in shown.items())
    yield "\n## Commands behind the figures\n\n```"
    yield from (f"atlas {shlex.join(figure.arguments)}" for figure in manifest.figures)
    yield "```"


def _run(run: BundledRun) -> str:
    label = ", SIMULATED" if run.simulated else ""
    return f"* `{run.run_id}` (`atlas {run.command}`{label}): {run.sessions} sessions; {_how(run)}"


def _rollout(rollout: BundledRollout) -> str:
    label = ", SIMULATED" if rollout.simulated else ""
    what = f"`{rollout.groups_file}` (`atlas rollout process {rollout.environment}`{label})"
    return f"* {what}: {rollout.groups} groups; {_how(rollout)}"


def _how(bundled: BundledRun | BundledRollout) -> str:
    replay = bundled.replay
    return f"`atlas {shlex.join(replay.arguments)}`" if replay else f"not played again: {bundled.not_replayed}"
