"""PNG: another decoder sees the pixels that were drawn."""

from __future__ import annotations

import io

from PIL import Image

from atlas.datasets.gaia.files.font import GLYPHS, HEIGHT, WIDTH
from atlas.datasets.gaia.files.png import BLACK, BLUE, PALETTE, RED, WHITE, Picture, text_width


def seen(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(picture.png_bytes())) as image:
        return image.convert("RGB")


def test_rectangles() -> None:
    picture = Picture(301, 250)
    picture.rectangle(10, 20, 30, 40, BLUE)
    picture.rectangle(290, 240, 100, 100, RED)
    image = seen(picture)
    assert image.size == (301, 250)
    for place, colour in (
        ((9, 20), WHITE), ((10, 20), BLUE), ((39, 59), BLUE), ((40, 59), WHITE), ((39, 60), WHITE),
        ((300, 249), RED),
    ):  # fmt: skip
        assert image.getpixel(place) == PALETTE[colour]


def test_text() -> None:
    picture = Picture(text_width("I", 1) + 2, HEIGHT)
    picture.text(0, 0, "i", scale=1)
    image = seen(picture)
    rows = [
        "".join("1" if image.getpixel((x, y)) == PALETTE[BLACK] else "0" for x in range(WIDTH))
        for y in range(HEIGHT)
    ]
    assert rows == ["01110", "00100", "00100", "00100", "00100", "00100", "01110"]


def test_every_glyph_fits_and_differs() -> None:
    assert all(len(lines) == HEIGHT and max(lines) < 2**WIDTH for lines in GLYPHS.values())
    assert len(set(GLYPHS.values())) == len(GLYPHS)
