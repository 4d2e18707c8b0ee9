from __future__ import annotations

import pytest

from atlas.core.tasks import Setup
from atlas.environments.crm import readings
from atlas.environments.crm.readings import Readings
from atlas.environments.crm.rows import to_row

CLIENT = "0b7c3a52-8f0e-4a1e-9d7c-3f1b2a4c5d6e"


def setup(name: str = "Northwind") -> Setup:
    row = {"name": name, "status": "Active"}
    return Setup("2026-03-02T09:00:00+00:00", "seed", {"clients": {CLIENT: row}})


def test_a_setup_is_read_once_as_long_as_it_is_kept() -> None:
    one, kept = setup(), Readings()
    assert kept.read(one) is kept.read(one)


def test_another_setup_is_never_taken_for_it() -> None:
    kept = Readings()
    first, second = kept.read(setup("Northwind")), kept.read(setup("Contoso"))
    assert [to_row(reading.records[0])["name"] for reading in (first, second)] == ["Northwind", "Contoso"]


def test_what_was_not_used_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST_KEPT", 2)
    kept, setups = Readings(), [setup(), setup(), setup()]
    first, second = kept.read(setups[0]), kept.read(setups[1])
    assert kept.read(setups[0]) is first
    kept.read(setups[2])
    assert kept.read(setups[0]) is first
    assert kept.read(setups[1]) is not second


def test_a_setup_that_cannot_be_loaded_is_refused_every_time() -> None:
    wrong, kept = Setup("2026-03-02T09:00:00+00:00", "seed", {"clients": {CLIENT: {"name": ""}}}), Readings()
    for _ in range(2):
        with pytest.raises(ValueError, match="clients"):
            kept.read(wrong)
