"""A sweep: variants side by side, compared on the same tasks, and what it cannot say."""

from __future__ import annotations

from atlas.reports.experiment.report import experiment_report
from atlas.reports.experiment.sweep import SweepReport, sweep_json, sweep_page, sweep_report, variants_table
from atlas.reports.html import page_html
from tests.reports.experiment.made import Passes, collected, half, layout


def never(name: str, task: int, trial: int) -> bool:
    return task % 2 == 0


def swept(*outcomes: Passes, simulated: bool = True) -> SweepReport:
    found = [collected(passes, simulated=simulated) for passes in outcomes]
    reports = [experiment_report(layout(), each) for each in found]
    named = [(f"config {number}", report) for number, report in enumerate(reports)]
    return sweep_report(named, [each.sessions for each in found], "atlas experiment run x.yaml --sweep a --sweep b")


def test_frozen_playbooks_are_compared_on_the_same_plays() -> None:
    report = swept(never, half)
    first, second = report.comparisons
    assert (first.before, first.after) == ("config 0: atlas frozen, test", "config 1: atlas frozen, test")
    assert first.counts.pairs == 60
    assert first.conclusion == "better"
    assert second.before == "config 0: atlas frozen, transfer"


def test_simulated_variants_differ_in_no_model_and_the_page_says_so() -> None:
    assert "the same scripts did in each" in swept(never, half).warnings[0]
    assert "the same scripts did in each" in page_html(sweep_page(swept(never, half)))
    assert swept(never, half, simulated=False).warnings == ()


def test_the_document_holds_every_variant() -> None:
    document = sweep_json(swept(never, half, half))
    assert [variant["name"] for variant in document["variants"]] == ["config 0", "config 1", "config 2"]
    assert len(document["between_variants"]) == 4
    assert document["simulated"] is True


def test_the_table_has_a_row_for_each_config_and_split() -> None:
    rows = {row[0]: row[1:] for row in variants_table(swept(never, half)).rows}
    assert list(rows) == ["config 0, test", "config 0, transfer", "config 1, test", "config 1, transfer"]
    assert rows["config 0, test"][:3] == ("50.0 %", "50.0 %", "+0.0")
    assert rows["config 1, test"][:3] == ("50.0 %", "90.0 %", "+40.0")


def test_one_variant_is_compared_with_nothing() -> None:
    assert swept(half).comparisons == ()
