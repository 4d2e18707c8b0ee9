"""An audit: everything the checks find in a file, and what it measures against what is required."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas.datasets.audit import (
    answers,
    arguments,
    canned,
    clock,
    contradictions,
    derivation,
    duplicates,
    identifiers,
    leaks,
    placeholders,
    pointing,
    refusals,
    shape,
    wording,
    worlds,
)
from atlas.datasets.audit.figures import Figures, figures_of
from atlas.datasets.audit.finding import Finding, Measure, Severity, Surroundings
from atlas.datasets.audit.requirements import measures
from atlas.datasets.audit.subject import Subject, Unreadable, read_subjects

CHECKS = (
    placeholders.IN_UTTERANCE,
    placeholders.IN_ARGUMENTS,
    placeholders.IN_REPLY,
    identifiers.IN_UTTERANCE,
    identifiers.IN_REPLY,
    arguments.EMPTY,
    arguments.UNFIT,
    derivation.IDS,
    derivation.VALUES,
    contradictions.REPLIES,
    contradictions.REPLY_IDS,
    contradictions.STATES,
    contradictions.IDLE,
    clock.BOMBS,
    answers.INSTRUCTIONS,
    answers.REQUESTS,
    shape.LENGTHS,
    worlds.SIZES,
    worlds.PLAIN,
    worlds.SHARED,
    refusals.UNNAMED,
    leaks.FAMILIES,
    leaks.UTTERANCES,
    leaks.PEOPLE,
    duplicates.CONVERSATION_IDS,
    duplicates.SCRIPTS,
    duplicates.UTTERANCES,
    duplicates.CALLS,
    pointing.AMBIGUOUS,
    wording.TEMPLATES,
)
"""Every check, in the order they are reported."""

SCHEMA = "line that is no conversation"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of a file gave."""

    figures: Figures
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong and every requirement that applies is met."""
        sound = all(finding.severity != "defect" for finding in self.findings)
        return sound and all(measure.passed is not False for measure in self.measures)


def audit_file(path: Path, surroundings: Surroundings, *, benchmark: bool = False) -> Audit:
    """The audit of a dataset file of either format. `benchmark` asks of it, whatever its size, all that the
    benchmark must have. Raises `DatasetError` when the file cannot be read or holds no conversation.
    """
    subjects, unreadable = read_subjects(path)
    return audit_subjects(subjects, surroundings, unreadable, benchmark=benchmark)


def audit_subjects(
    subjects: Sequence[Subject],
    surroundings: Surroundings,
    unreadable: Sequence[Unreadable] = (),
    *,
    benchmark: bool = False,
) -> Audit:
    """The audit of conversations."""
    broken = [Finding(SCHEMA, "defect", line.line, None, line.reason) for line in unreadable]
    findings = broken + findings_of(subjects, surroundings)
    figures = figures_of(subjects)
    shown = measures(figures, surroundings.specs, benchmark=benchmark)
    rows = [*shown, canned.measure(subjects), *_counted(findings)]
    return Audit(figures, tuple(rows), tuple(findings))


def findings_of(subjects: Sequence[Subject], surroundings: Surroundings) -> list[Finding]:
    """What every check finds, check after check."""
    return [finding for check in CHECKS for finding in check.findings(subjects, surroundings)]


def _counted(findings: Sequence[Finding]) -> list[Measure]:
    """One measure a check: nothing may be found by one that looks for defects."""
    kinds: list[tuple[str, Severity]] = [(SCHEMA, "defect"), *((check.name, check.severity) for check in CHECKS)]
    found = Counter(finding.check for finding in findings)
    lines = Counter(check for check, _ in {(finding.check, finding.line) for finding in findings})
    return [
        Measure(
            name,
            "0" if severity == "defect" else "",
            f"{found[name]:,} on {lines[name]:,} lines" if found[name] else "0",
            not found[name] if severity == "defect" else None,
        )
        for name, severity in kinds
    ]
