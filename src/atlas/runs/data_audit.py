"""An audit of a dataset file: its table on the terminal, what was found with row numbers, the whole as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from atlas.datasets.audit import Audit, Finding, Measure, audit_file
from atlas.datasets.audit.finding import Surroundings
from atlas.environments.crm.instructions import instructions
from atlas.environments.crm.tools import SPECS
from atlas.export.artifacts import write_json

SHOWN = 10
"""Findings of one check that are printed, unless all are asked for."""


def audit_data(path: Path, output: Path | None, *, everything: bool, benchmark: bool) -> bool:
    """Print the audit of a file, write it to `output` too, and say whether the file passes.

    Raises `DatasetError` when the file cannot be read, `StorageError` when `output` cannot be written.
    """
    found = audit_file(path, crm_surroundings(), benchmark=benchmark)
    if output is not None:
        write_json(output, {"dataset": str(path), "passed": found.passed, "audit": found})
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(found.measures, path))
    for line in _lines(found.findings, everything=everything):
        console.print(escape(line))
    console.print(escape(_conclusion(found, path)))
    return found.passed


def crm_surroundings() -> Surroundings:
    """What the CRM says of itself."""
    return Surroundings({spec.name: spec for spec in SPECS}, instructions)


def _table(measures: Sequence[Measure], path: Path) -> Table:
    table = Table(title=f"Audit of {path}", title_justify="left")
    table.add_column("measure", no_wrap=True)
    for heading in ("required", "measured", ""):
        table.add_column(heading, overflow="fold")
    for measure in measures:
        table.add_row(escape(measure.name), escape(measure.required), escape(measure.measured), _mark(measure))
    return table


def _mark(measure: Measure) -> str:
    if measure.passed is None:
        return ""
    return "[green]pass[/]" if measure.passed else "[bold red]fail[/]"


def _lines(findings: Sequence[Finding], *, everything: bool) -> Iterator[str]:
    for check, group in groupby(findings, key=lambda finding: finding.check):
        found = list(group)
        yield f"\n{check} ({found[0].severity}): {len(found)}"
        shown = found if everything else found[:SHOWN]
        yield from (f"  {finding}" for finding in shown)
        if len(found) > len(shown):
            yield f"  ... and {len(found) - len(shown)} more (--all shows them)"


def _conclusion(found: Audit, path: Path) -> str:
    defects = sum(finding.severity == "defect" for finding in found.findings)
    failed = sum(measure.passed is False for measure in found.measures)
    if found.passed:
        return f"\n{path} meets every requirement that applies to it."
    return f"\n{path} does not pass: {failed} requirements are not met, {defects} defects are in it."
