"""Shape: length against complexity."""

from __future__ import annotations

from atlas.datasets.audit import shape
from tests.datasets.audit.making import old, spots


def test_a_length_that_the_level_does_not_allow_is_found() -> None:
    assert spots(shape.LENGTHS, old(("complexity_level", "medium"))) == [
        (1, None, "medium means 4 to 6 turns, there are 1")
    ]
    assert spots(shape.LENGTHS, old()) == []


def test_an_unknown_level_is_found() -> None:
    assert "none of simple, medium, complex" in spots(shape.LENGTHS, old(("complexity_level", "hard")))[0][2]
