from __future__ import annotations

from dataclasses import replace

from atlas.reports.learning.modes import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import tally, thread


def test_modes_with_their_outcomes() -> None:
    found = part(replace(thread(), modes=(tally("auto", 3, 4), tally("coach", 1, 2))), Labels())
    assert found.data["adaptive_modes"] == {"auto": 4, "coach": 2}
    assert found.data["execution_modes"]["auto"]["success"]["passed"] == 3
    assert found.section.tables[0].rows[1][:2] == ("coach", "2")


def test_no_session_is_said() -> None:
    assert part(thread(), Labels()).section.paragraphs[0].startswith("Cannot say")
