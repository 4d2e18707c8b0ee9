from __future__ import annotations

from atlas.reports.learning.part import Labels


def test_labels_are_looked_up_by_entry() -> None:
    labels = Labels("l.json", (("e1", "dates"),))
    assert (labels.of("e1"), labels.of("e2"), Labels().of("e1")) == ("dates", None, None)
