"""The rubric: how good an entry is, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from atlas.core.playbook import Entry, Lifecycle, RubricScores
from atlas.learning.config import LearningConfig
from atlas.learning.cue import Detector, detector
from atlas.learning.gates import Gate, Ground, check
from atlas.learning.passage import passage
from atlas.learning.prose import length


def assess(entry: Entry, config: LearningConfig, ground: Ground) -> Entry:
    """The entry with its scores and the lifecycle they give it.

    Rejected when an enforced gate fails, provisional when only gates that are not enforced fail, else active.
    """
    gates = check(entry, config, ground)
    return replace(
        entry,
        lifecycle=_lifecycle(gates),
        provenance=replace(entry.provenance, rubric=_scores(entry, gates, config)),
    )


def _lifecycle(gates: Sequence[Gate]) -> Lifecycle:
    if any(gate.enforced and not gate.passed for gate in gates):
        return "rejected"
    return "active" if all(gate.passed for gate in gates) else "provisional"


def _scores(entry: Entry, gates: Sequence[Gate], config: LearningConfig) -> RubricScores:
    failed = {gate.name: gate.reasons for gate in gates}
    actionability = 0.0 if failed["actionability"] else _actionability(entry)
    generality = 1 / (1 + len(failed["generality"]))
    hookability = 0.0 if failed["cue"] else _hookability(detector(entry.cue))
    concision = _concision(length(entry), config.gates.max_text_length)
    return RubricScores(
        actionability=actionability,
        generality=round(generality, 4),
        hookability=hookability,
        concision=concision,
        weighted_total=config.rubric_weights.weigh(
            actionability=actionability, generality=generality, hookability=hookability, concision=concision
        ),
        gates={gate.name: gate.passed for gate in gates},
        failure_reasons=tuple(f"{gate.name}: {reason}" for gate in gates for reason in gate.reasons),
    )


def _actionability(entry: Entry) -> float:
    """1 for one tool, 0.8 for a family of tools, 0.5 for advice without a tool."""
    handle = entry.action.runtime_handle
    if not handle:
        return 0.5
    return 0.8 if any(c in handle for c in "*?[") else 1.0


def _hookability(cue: Detector) -> float:
    """By the words that a text needs to hit the cue: one 0.6, two 0.8, from three on 1; 0.2 if any text hits."""
    if cue.hits(passage("")):
        return 0.2
    words = len(re.findall(r"\w{2,}", cue.example() or ""))
    return min(1.0, round(0.4 + 0.2 * max(words, 1), 1))


def _concision(size: int, most: int) -> float:
    """1 up to half of `most` characters, 0.5 at `most`, 0 from one and a half on."""
    return round(min(1.0, max(0.0, 1.5 - size / most)), 4)
