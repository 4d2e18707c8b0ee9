"""Entry quality: what the gates and the rubric made of the lessons in the playbook."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from atlas.core.json import JsonObject, to_json
from atlas.core.playbook import Entry, Playbook
from atlas.core.thread import Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.wording import rate_of
from atlas.reports.metrics import Rate
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.statistics.moments import moments
from atlas.reports.wording import rated, score

CRITERIA = ("actionability", "generality", "hookability", "concision")


@dataclass(frozen=True, slots=True)
class Quality:
    """Candidates are the entries of the newest version and the refused ones that it keeps.

    `gates` maps a gate to how many candidates failed it; `scores` a criterion, and "weighted_total", to its mean
    over the candidates that have a rubric. `unjudged` entries have none: a person wrote them.
    """

    version: int
    candidates: int
    passed: Rate
    unjudged: int
    gates: dict[str, int]
    scores: dict[str, float]
    weights: JsonObject


def measure(playbook: Playbook | None, weights: JsonObject) -> Quality:
    """The quality of the entries of a playbook."""
    kept = playbook.entries if playbook else ()
    refused = playbook.rejected if playbook else ()
    candidates = (*kept, *refused)
    rubrics = [entry.provenance.rubric for entry in candidates if entry.provenance.rubric]
    gates = Counter(gate for rubric in rubrics for gate, passed in rubric.gates.items() if not passed)
    scores = {}
    for criterion in (*CRITERIA, "weighted_total") if rubrics else ():
        scores[criterion] = math.fsum(to_json(rubric)[criterion] for rubric in rubrics) / len(rubrics)
    return Quality(
        playbook.version if playbook else 0,
        len(candidates),
        rate_of(moments([*((_key(entry), 1.0) for entry in kept), *((_key(entry), 0.0) for entry in refused)])),
        len(candidates) - len(rubrics),
        dict(sorted(gates.items())),
        scores,
        weights,
    )


def part(thread: Thread, labels: Labels) -> Part:
    """Key `playbook_metrics`."""
    quality = measure(thread.playbook, thread.rubric_weights)
    return Part({"playbook_metrics": _json(quality)}, _section(quality))


def _key(entry: Entry) -> str:
    """Entries are independent of each other: each is a cluster of its own, refused or not."""
    return f"{entry.lifecycle}/{entry.id}"


def _json(quality: Quality) -> JsonObject:
    return {
        "playbook_version": quality.version,
        "total_candidates": quality.candidates,
        "passed": quality.passed.passed,
        "failed": quality.candidates - quality.passed.passed,
        "pass_rate": quality.passed.value,
        "pass_rate_interval": to_json(quality.passed.interval) if quality.candidates else None,
        "without_rubric": quality.unjudged,
        "gate_failures": quality.gates,
        "average_weighted_score": quality.scores.get("weighted_total"),
        "average_scores": quality.scores,
        "weights": quality.weights,
    }


def _section(quality: Quality) -> Section:
    title = "Playbook entry quality"
    if not quality.candidates:
        return Section(title, ("Cannot say: this key has no playbook with entries yet.",))
    said = (
        f"Version {quality.version} holds the candidates that passed the gates, and the last that were refused: "
        f"{rated(quality.passed)} passed."
    )
    if quality.unjudged:
        said += f" {quality.unjudged} without rubric were written by a person and count in no score."
    gates = Table(
        "Gates that candidates failed",
        (*words("gate"), *numbers("candidates")),
        tuple((gate, str(count)) for gate, count in quality.gates.items()),
    )
    scores = Table(
        "Mean rubric scores",
        (*words("criterion"), *numbers("mean", "weight")),
        tuple((name, score(mean), _weight(quality, name)) for name, mean in quality.scores.items()),
    )
    return Section(title, (said,), tables=tuple(table for table in (gates, scores) if table.rows))


def _weight(quality: Quality, criterion: str) -> str:
    if criterion == "weighted_total":
        return "1"
    return str(quality.weights.get(criterion, "unknown"))
