"""The figures of a bundle: which `atlas` command makes each, from the snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from atlas.core.playbook import LearningKey
from atlas.runs.evaluation import COMMAND as EVALUATION
from atlas.runs.experiment.plan import COMMAND as EXPERIMENT
from atlas.runs.handoff.experiments import experiment_figure
from atlas.runs.handoff.manifest import FIGURES, Figure
from atlas.runs.handoff.source import Source


def figures(sources: Sequence[Source], keys: Sequence[LearningKey], datasets: Sequence[str]) -> Iterator[Figure]:
    """The figures of these runs, whose playbooks are `keys`; `datasets` are the bundle's conversations."""
    if not sources:
        return
    statuses = [word for status in ("pending", "approved") for word in ("--include-status", status)]
    sessions = ("export", "--output", f"{FIGURES}/sessions/sessions.jsonl", *statuses)
    yield Figure("sessions", (*sessions, "--trajectory-event-limit", "1000000"))
    if evaluated := [source.run_id for source in sources if source.record.command == EVALUATION]:
        given = [word for path in datasets for word in ("--dataset", path)]
        yield Figure("crm", ("crm", "report", *evaluated, *given, "--output", f"{FIGURES}/crm"))
    yield from (experiment_figure(source) for source in sources if source.record.command == EXPERIMENT)
    if keys:
        named = [word for key in keys for word in ("--learning-key", key)]
        yield Figure("learning", ("report", "learning", *named, "--output-dir", f"{FIGURES}/learning"))
    for key in keys:
        path = f"{FIGURES}/playbooks/{file_name(key)}.yaml"
        yield Figure(f"playbook {key}", ("playbook", "export", key, "--output", path))


def file_name(text: str) -> str:
    """A file name made of a text; a digest of all of it keeps two texts of one beginning apart."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48]
    return f"{words}-{sha256(text.encode()).hexdigest()[:8]}"
