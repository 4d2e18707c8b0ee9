"""The audit of whole files: what ships passes, the published rows do not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from atlas.datasets.audit import audit_file, audit_subjects
from atlas.datasets.audit.audit import CHECKS, SCHEMA
from atlas.datasets.audit.finding import Surroundings
from atlas.environments.crm.instructions import instructions
from atlas.environments.crm.tools import SPECS
from tests.datasets.audit.making import SURROUNDINGS, old
from tests.datasets.samples import conversation, lines_of

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT.parent / "shared" / "data" / "reference_conversations.jsonl"
needs_published = pytest.mark.skipif(not PUBLISHED.exists(), reason=f"{PUBLISHED} is absent: no negative control")
CRM = Surroundings({spec.name: spec for spec in SPECS}, instructions)


def test_the_shipped_conversations_pass() -> None:
    audit = audit_file(ROOT / "data" / "conversations" / "dev.jsonl", CRM)
    assert [str(finding) for finding in audit.findings if finding.severity == "defect"] == []
    assert [measure for measure in audit.measures if measure.passed is False] == []
    assert audit.passed


@needs_published
def test_the_published_rows_fail_for_the_known_reasons() -> None:
    audit = audit_file(PUBLISHED, CRM)
    assert not audit.passed
    found = Counter(finding.check for finding in audit.findings)
    assert found["placeholder in an utterance"] == 36
    assert found["placeholder in expected arguments"] == 1
    assert found["empty expected arguments"] == 12
    assert found["call that the tool does not take"] == 1
    assert found["id in an utterance"] == 6
    assert found["change that changes nothing"] == 2
    assert found["world of the wrong size"] == 20
    told = {f.line for f in audit.findings if f.check == "id or timestamp in an expected reply"}
    assert told == set(range(1, 21)) - {15}, "row 15 sums up an empty portfolio"
    assert audit.figures.distinct == 28


def test_a_defect_fails_the_audit_and_a_note_does_not(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "f.jsonl", conversation())
    audit = audit_file(path, SURROUNDINGS)
    wrong = {finding.check for finding in audit.findings if finding.severity == "defect"}
    assert wrong == {"world of the wrong size"}
    assert not audit.passed


def test_a_broken_line_is_a_defect(tmp_path: Path) -> None:
    audit = audit_file(lines_of(tmp_path / "f.jsonl", conversation(), "nope"), SURROUNDINGS)
    assert [(f.line, f.severity) for f in audit.findings if f.check == SCHEMA] == [(2, "defect")]


def test_every_check_has_its_line_in_the_table() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    measured = {measure.name: measure for measure in audit_subjects([old()], SURROUNDINGS).measures}
    assert set(names) <= set(measured)
    assert measured["world of the wrong size"].measured == "1 on 1 lines"
    assert measured["world of the wrong size"].passed is False
    assert measured["world without distractors"].passed is None
