from __future__ import annotations

import matplotlib
from matplotlib.figure import Figure

from atlas.reports.drawing import drawing_style, picture_of
from atlas.reports.page import Picture


def drawn(label: str = "cost in $: $1 and $2") -> Picture:
    with drawing_style():
        figure = Figure(figsize=(3, 2))
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], marker="o")
        axes.set_title(label)
        return picture_of(figure)


def test_the_same_numbers_give_the_same_bytes() -> None:
    first = drawn()
    with matplotlib.rc_context({"svg.hashsalt": "other", "lines.linewidth": 9}):
        assert drawn() == first
    assert drawn("another") != first


def test_there_is_no_time_and_no_version_in_them() -> None:
    picture = drawn()
    assert b"<dc:date>" not in picture.svg
    assert b"Matplotlib v" not in picture.svg
    assert b"Software" not in picture.png
    assert b"tIME" not in picture.png


def test_letters_are_shapes_so_that_no_font_is_needed() -> None:
    assert b"<text" not in drawn().svg
