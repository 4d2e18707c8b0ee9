"""A PNG picture of 16 colours: rectangles and text, without compression and without times."""

from __future__ import annotations

import struct
import zlib

from atlas.datasets.gaia.files.font import GLYPHS, HEIGHT, WIDTH

WHITE, BLACK, GREY, BLUE, RED, GREEN, ORANGE, PURPLE = range(8)
PALETTE = (
    (255, 255, 255), (20, 20, 20), (200, 200, 200), (31, 98, 180),
    (200, 40, 40), (40, 140, 70), (235, 140, 20), (120, 60, 160),
)  # fmt: skip
_MOST_STORED = 65_535
"""Bytes in one stored block of DEFLATE (RFC 1951, 3.2.4)."""


class Picture:
    """A canvas of colour numbers, the origin at the top left."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [bytearray(width) for _ in range(height)]

    def rectangle(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """Fill a rectangle; what lies outside the canvas is cut off."""
        for row in self._rows[max(0, y) : max(0, y + height)]:
            left, right = max(0, x), min(self.width, x + width)
            if right > left:
                row[left:right] = bytes([colour]) * (right - left)

    def text(self, x: int, y: int, text: str, colour: int = BLACK, scale: int = 2) -> None:
        """Write capitals, digits and what else the font has; each dot is `scale` pixels square."""
        for position, character in enumerate(text.upper()):
            for line, dots in enumerate(GLYPHS[character]):
                for column in range(WIDTH):
                    if dots >> (WIDTH - 1 - column) & 1:
                        left = x + (position * (WIDTH + 1) + column) * scale
                        self.rectangle(left, y + line * scale, scale, scale, colour)

    def png_bytes(self) -> bytes:
        """The picture with four bits a pixel (PNG, 11.2.2: colour type 3)."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 4, 3, 0, 0, 0)
        lines = b"".join(b"\0" + _packed(row) for row in self._rows)
        parts = (
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", bytes(value for colour in PALETTE for value in colour)),
            _chunk(b"IDAT", _stored(lines)),
            _chunk(b"IEND", b""),
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def text_width(text: str, scale: int = 2) -> int:
    """Pixels that a text takes."""
    return len(text) * (WIDTH + 1) * scale


def text_height(scale: int = 2) -> int:
    return HEIGHT * scale


def _packed(row: bytearray) -> bytes:
    even = row if len(row) % 2 == 0 else row + b"\0"
    return bytes(even[n] << 4 | even[n + 1] for n in range(0, len(even), 2))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    """A zlib stream of stored blocks: what a compressor makes of the same data differs from library to library."""
    blocks = [data[start : start + _MOST_STORED] for start in range(0, len(data), _MOST_STORED)]
    body = b"".join(
        struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks, 1)
    )
    return b"\x78\x01" + body + struct.pack(">I", zlib.adler32(data))
