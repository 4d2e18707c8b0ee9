"""A task file: written from a dataset, and played under a run config."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from atlas.assembly import Models, brief_instructions, build_parts, databases, open_crm, open_store
from atlas.core.json import to_json
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId, Slot
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision, read_conversations
from atlas.datasets.payloads import TaskPayload, payload, read_payloads, write_payloads
from atlas.loop import learn
from atlas.reports.run import RunContext, run_report
from atlas.reports.tables import render
from atlas.runs.artifacts import write_artifacts
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_continue, new_run_id
from atlas.settings import Settings, load_run_config
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor

ARM = "run"


@dataclass(frozen=True, slots=True)
class TaskFilePlan:
    """What `atlas run` was asked for."""

    config: Path
    task_file: Path
    output_dir: Path | None
    limit: int | None
    learning_key: str | None
    budget_usd: float | None
