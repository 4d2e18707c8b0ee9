from __future__ import annotations

from dataclasses import replace

from atlas.core.thread import DiscoveryRef
from atlas.reports.learning.discovery import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import thread


def test_rows_of_discovery_runs() -> None:
    found = part(replace(thread(), discoveries=(DiscoveryRef(7, None, "runtime", "2026-03-02"),)), Labels())
    assert found.data["discovery_runs"][0]["run_id"] == 7
    assert found.section.tables[0].rows == (("7", "runtime", "2026-03-02", "-"),)
    assert part(thread(), Labels()).data == {"discovery_runs": []}
