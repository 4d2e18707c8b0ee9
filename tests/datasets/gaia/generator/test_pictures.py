"""Pictures: what is drawn is what the answer was reckoned from, as another eye sees it."""

from __future__ import annotations

import io
import re
from random import Random

import pytest
from PIL import Image

from atlas.datasets.gaia.files.png import BLUE, GREEN, PALETTE
from atlas.datasets.gaia.generator.pictures import PICTURES, chart

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]


@pytest.mark.parametrize("seed", range(5))
def test_the_bars_stand_as_high_as_the_answer_says(seed: int) -> None:
    seen = chart(Random(seed))
    with Image.open(io.BytesIO(seen.data)) as opened:
        image = opened.convert("RGB")
    heights = []
    for place in range(6):
        column = [image.getpixel((66 + place * 56 + 10, y)) for y in range(300)]
        heights.append(sum(pixel in (PALETTE[BLUE], PALETTE[GREEN]) for pixel in column) / 22 * 10)
    found = re.search(r"does (\w+) exceed (\w+)\?", seen.question)
    assert found
    first, second = (heights[MONTHS.index(month)] for month in found.groups())
    assert str(round(first - second)) == seen.answer


@pytest.mark.parametrize("level", [1, 2, 3])
def test_pictures_repeat(level: int) -> None:
    assert PICTURES[level](Random(1)) == PICTURES[level](Random(1))
    assert PICTURES[level](Random(1)).data != PICTURES[level](Random(2)).data
